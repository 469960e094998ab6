import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Fewer rows than this are simply there. */
const VIRTUAL_ABOVE = 200;
const OVERSCAN_ROWS = 20;
const ROW_HEIGHT_GUESS = 35;

export interface VirtualRows<Row> {
  readonly body: RefObject<HTMLTableSectionElement | null>;
  readonly isVirtual: boolean;
  /** Index of the first row shown. */
  readonly first: number;
  readonly shown: readonly Row[];
  /** Heights in pixels of what is left out above and below. */
  readonly before: number;
  readonly after: number;
}

/** The rows near what the window shows; the height of one is measured. */
export function useVirtualRows<Row>(rows: readonly Row[]): VirtualRows<Row> {
  const body = useRef<HTMLTableSectionElement>(null);
  const isVirtual = rows.length > VIRTUAL_ABOVE;
  const [view, setView] = useState({ first: 0, count: VIRTUAL_ABOVE, height: ROW_HEIGHT_GUESS });
  useEffect(() => {
    if (!isVirtual) return undefined;
    const measure = (): void => {
      const { current } = body;
      if (current === null) return;
      const row = current.querySelector('tr:not(.spacer)');
      const height = row === null || row.clientHeight === 0 ? ROW_HEIGHT_GUESS : row.getBoundingClientRect().height;
      const above = -current.getBoundingClientRect().top;
      const first = Math.max(0, Math.floor(above / height) - OVERSCAN_ROWS);
      const count = Math.ceil(innerHeight / height) + 2 * OVERSCAN_ROWS;
      setView((last) =>
        last.first === first && last.count === count && last.height === height ? last : { first, count, height },
      );
    };
    measure();
    addEventListener('scroll', measure, { passive: true });
    addEventListener('resize', measure);
    return () => {
      removeEventListener('scroll', measure);
      removeEventListener('resize', measure);
    };
  }, [isVirtual, rows.length]);
  if (!isVirtual) return { body, isVirtual, first: 0, shown: rows, before: 0, after: 0 };
  const first = Math.min(view.first, Math.max(0, rows.length - view.count));
  const shown = rows.slice(first, first + view.count);
  return {
    body,
    isVirtual,
    first,
    shown,
    before: first * view.height,
    after: (rows.length - first - shown.length) * view.height,
  };
}
