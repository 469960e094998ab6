import { h, type ComponentChildren, type JSX } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';

export { hrefOf } from './model/addresses.ts';

/** Where the page is: the address says all of it. */
export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** What goes along from view to view: the period somebody chose. */
const KEPT = ['period', 'from', 'to'];

const listeners = new Set<() => void>();

function currentPlace(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

function tell(): void {
  for (const listener of listeners) listener();
}

addEventListener('popstate', tell);

export function usePlace(): Place {
  const [place, setPlace] = useState(currentPlace);
  useEffect(() => {
    const listener = (): void => setPlace(currentPlace());
    listeners.add(listener);
    // The address may have changed between the first drawing and now.
    listener();
    return () => void listeners.delete(listener);
  }, []);
  return place;
}

/** Goes to a view; focus then moves to its heading. With `replace` the view stays and only says of itself something else. */
export function navigate(href: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  const target = new URL(href, location.href);
  const isSameView = target.pathname === location.pathname;
  history[replace ? 'replaceState' : 'pushState'](null, '', target.pathname + target.search);
  if (!isSameView) scrollTo(0, 0);
  tell();
}

/** The same address, with the period of this one unless it says another. */
export function withPeriod(href: string): string {
  const target = new URL(href, location.href);
  if (KEPT.some((name) => target.searchParams.has(name))) return href;
  const here = new URLSearchParams(location.search);
  for (const name of KEPT) {
    const value = here.get(name);
    if (value !== null) target.searchParams.set(name, value);
  }
  return target.pathname + target.search;
}

export type LinkProps = Omit<JSX.IntrinsicElements['a'], 'href' | 'onClick'> & {
  readonly href: string;
  readonly children?: ComponentChildren;
};

/** A link of the page itself; another tab, another window and copying its address work as with any link. */
export function Link({ href, children, ...rest }: LinkProps): JSX.Element {
  const onClick = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(withPeriod(href));
  };
  return h('a', { ...rest, href: withPeriod(href), onClick }, children);
}

/** One value of the address. Setting it replaces this entry of the history; null or the fallback takes it out. */
export function useQuery(name: string, fallback: string): readonly [string, (value: string | null) => void] {
  const { query } = usePlace();
  const set = useCallback(
    (value: string | null): void => {
      const next = new URLSearchParams(location.search);
      if (value === null || value === fallback) next.delete(name);
      else next.set(name, value);
      const text = next.toString();
      navigate(location.pathname + (text === '' ? '' : `?${text}`), { replace: true });
    },
    [name, fallback],
  );
  return [query.get(name) ?? fallback, set];
}
