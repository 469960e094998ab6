import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

/** Rows above and below what shows, so that a quick scroll does not meet empty paper. */
const OVERSCAN = 12;

interface RowWindow {
  readonly box: { current: HTMLDivElement | null };
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  readonly reveal: (at: number) => void;
}

/** Which of `count` rows of one height a scrolled box shows. `headPx` is what its sticky head covers. */
export function useWindow(count: number, rowPx: number, headPx: number): RowWindow {
  const box = useRef<HTMLDivElement | null>(null);
  const [view, setView] = useState({ top: 0, height: 800 });

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => setView({ top: element.scrollTop, height: element.clientHeight });
    measure();
    element.addEventListener('scroll', measure, { passive: true });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', measure);
      observer.disconnect();
    };
  }, []);

  const reveal = useCallback(
    (at: number) => {
      const element = box.current;
      if (element === null) return;
      const top = at * rowPx;
      const room = element.clientHeight - headPx;
      if (top < element.scrollTop) element.scrollTo({ top: top });
      else if (top + rowPx > element.scrollTop + room) element.scrollTo({ top: top + rowPx - room });
    },
    [rowPx, headPx],
  );

  const first = Math.max(0, Math.floor(view.top / rowPx) - OVERSCAN);
  const end = Math.min(count, Math.ceil((view.top + view.height) / rowPx) + OVERSCAN);
  return { box, first: Math.min(first, Math.max(0, end)), end, reveal };
}
