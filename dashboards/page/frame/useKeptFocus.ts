import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

const FOCUSABLE = 'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), summary, [tabindex]';

/**
 * What had the focus may be gone after it did its work: a filter that was taken off, a request that was approved. Who
 * works by keyboard then goes on beside it, and not at the top of the page.
 */
export function useKeptFocus(root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const { current } = root;
    if (current === null) return undefined;
    /** From what had the focus last up to the root; empty where somebody took the focus away. */
    let path: readonly Element[] = [];
    const onFocusIn = ({ target }: FocusEvent): void => {
      path = target instanceof Element ? pathTo(target, current) : [];
    };
    const onFocusOut = ({ target }: FocusEvent): void => {
      // A browser may tell it of an element that it is taking out, too.
      queueMicrotask(() => {
        if (target instanceof Element && target.isConnected && document.activeElement === document.body) path = [];
      });
    };
    const onChange = (): void => {
      const [last] = path;
      if (last === undefined || last.isConnected || document.activeElement !== document.body) return;
      const place = path.find((element) => element.isConnected) ?? current;
      const heading = current.querySelector<HTMLElement>('h1');
      // A heading may be drawn anew when it is known whose it is.
      const next = last.tagName === 'H1' ? heading : (place.querySelector<HTMLElement>(FOCUSABLE) ?? heading);
      next?.focus({ preventScroll: true });
    };
    const observer = new MutationObserver(onChange);
    observer.observe(current, { childList: true, subtree: true });
    current.addEventListener('focusin', onFocusIn);
    current.addEventListener('focusout', onFocusOut);
    return () => {
      observer.disconnect();
      current.removeEventListener('focusin', onFocusIn);
      current.removeEventListener('focusout', onFocusOut);
    };
  }, [root]);
}

function pathTo(element: Element, root: Element): readonly Element[] {
  const path = [element];
  for (let above = element.parentElement; above !== null && above !== root; above = above.parentElement)
    path.push(above);
  return path;
}
