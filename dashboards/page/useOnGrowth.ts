import { useEffect, useRef } from 'preact/hooks';

/** Calls when a count grows, such as that of the changes that were made beside; not for the first one. */
export function useOnGrowth(count: number, reload: () => void): void {
  const seen = useRef(count);
  useEffect(() => {
    if (seen.current === count) return;
    seen.current = count;
    reload();
  }, [count, reload]);
}
