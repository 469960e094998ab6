import { formatUsd } from '../format/money.ts';
import { formatCount } from '../format/numbers.ts';
import { formatDay, formatHour, isoDate } from '../format/times.ts';

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

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** Which bar is not over yet; null where the period ended before now, or begins later. */
export function unfinishedBar(
  starts: readonly string[],
  interval: Interval,
  nowMs: number = Date.now(),
  zone?: string,
): number | null {
  const at = starts.findLastIndex((start) => Date.parse(start) <= nowMs);
  const start = starts[at];
  if (start === undefined) return null;
  return at < starts.length - 1 || isWithin(start, interval, nowMs, zone) ? at : null;
}

/** Days and months are as long as the calendar of the zone makes them. */
function isWithin(start: string, interval: Interval, nowMs: number, zone?: string): boolean {
  const passedMs = nowMs - Date.parse(start);
  if (interval === 'hour') return passedMs < HOUR_MS;
  if (interval === 'week') return passedMs < WEEK_MS;
  const chars = interval === 'day' ? 'yyyy-mm-dd'.length : 'yyyy-mm'.length;
  const [began, now] = [new Date(start), new Date(nowMs)].map((instant) => isoDate(instant, zone).slice(0, chars));
  return began === now;
}
