import { useEffect, useRef } from 'preact/hooks';
import { useBeat } from './live.ts';

/** Calls when a count grows, such as that of the changes that were made beside; not for the first one. */
export function useOnGrowth(count: number, reload: () => void): void {
  const seen = useRef(count);
  useEffect(() => {
    if (seen.current === count) return;
    seen.current = count;
    reload();
  }, [count, reload]);
}

/** A list is read again when something changed, as long as nobody has gone on to its later pages. */
export function useReadAgain(reload: () => void, isFirstPage: boolean): void {
  const beat = useBeat();
  const seen = useRef(beat);
  useEffect(() => {
    if (seen.current === beat) return;
    seen.current = beat;
    if (isFirstPage) reload();
  }, [beat, isFirstPage, reload]);
}
