import type { ChartSeries } from './stack.ts';
import { formatBar, formatFigure, type Interval, type Unit } from './units.ts';

export interface StackedBarsProps {
  /** From the base line up; at most nine and `other`. */
  readonly series: readonly ChartSeries[];
  /** Where each bar begins. */
  readonly starts: readonly string[];
  readonly interval: Interval;
  /** What is drawn, as a noun: "Spend by model". */
  readonly title: string;
  readonly unit?: Unit;
  /** The same bars of the period before, as short lines. */
  readonly before?: readonly (string | null)[] | null;
  /** What the whole period before came to. */
  readonly beforeSum?: string | null;
  /** Where a series leads; null where nowhere. */
  readonly linkOf?: (name: string) => string | null;
  /** The sum of each series, where the API said it; else it is added up here. */
  readonly sumOf?: (name: string) => string | null | undefined;
  readonly asTable?: boolean;
}

/** The finding of the chart, said under it and to who cannot see it. */
export function highest(
  sums: readonly (string | null)[],
  { starts, interval, unit = 'usd' }: StackedBarsProps,
): string {
  const values = sums.map((sum) => Number(sum ?? 0));
  const most = Math.max(...values, 0);
  const at = values.indexOf(most);
  const start = starts[at];
  if (start === undefined || most === 0) return 'Nothing in this period.';
  // Shares come to 100 in every bar.
  if (unit === 'percent') return `${starts.length} bars, each 100 %.`;
  return `Highest: ${formatBar(start, interval)}, ${formatFigure(sums[at] ?? null, unit)}.`;
}
