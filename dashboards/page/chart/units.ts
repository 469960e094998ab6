import { formatUsd } from '../format/money.ts';
import { formatCount } from '../format/numbers.ts';
import { formatDay, formatHour } from '../format/times.ts';

export type Unit = 'usd' | 'count' | 'percent';
/** Between two marks of an axis nothing smaller can be told: money has 15 decimals, calls and tokens are whole. */
export const STEP_MIN: Readonly<Record<Unit, number>> = { usd: 1e-15, count: 1, percent: 1 };

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

/** The marks of an axis, with cents only where they are needed. */
export function formatTicks(ticks: readonly string[], unit: Unit): string[] {
  const labels = ticks.map((tick) => formatFigure(tick, unit));
  return labels.every((label) => /^\$[\d,]+\.00$/.test(label)) ? labels.map((label) => label.slice(0, -3)) : labels;
}
