import { formatUsd } from '../format/money.ts';
import { formatCount } from '../format/numbers.ts';
import { formatDay, formatHour } from '../format/times.ts';

export type Unit = 'usd' | 'count' | 'percent';
export type Interval = 'hour' | 'day' | 'week' | 'month';

export function formatFigure(figure: string | null, unit: Unit): string {
  if (unit === 'usd') return formatUsd(figure);
  if (figure === null) return 'unknown';
  return unit === 'percent' ? `${figure} %` : formatCount(Number(figure));
}

/** A bar's name: `21 Nov`, `21 Nov 18:00`, `week of 16 Nov`. */
export function formatBar(start: string, interval: Interval): string {
  if (interval === 'hour') return formatHour(start);
  if (interval === 'week') return `week of ${formatDay(start)}`;
  return formatDay(start);
}
