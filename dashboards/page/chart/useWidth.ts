import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

const FIRST_GUESS = 800;

/** The width of an element in pixels, as it is now: charts are drawn for it, not scaled to it. */
export function useWidth<T extends Element>(): { readonly ref: RefObject<T | null>; readonly width: number } {
  const ref = useRef<T>(null);
  const [width, setWidth] = useState(FIRST_GUESS);
  useEffect(() => {
    const { current } = ref;
    if (current === null) return undefined;
    const measure = (): void => setWidth(Math.max(1, Math.round(current.getBoundingClientRect().width)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}
