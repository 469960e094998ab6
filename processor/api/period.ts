import { badParameter } from './problem.ts';
import { type EpochMicros, microsOf, msOf, parseDate, parseInstant } from './instant.ts';
import { type Interval, intervalStarts, startOfLocalDay } from './timeZone.ts';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
/** The most points one answer's series may hold, groups times intervals: about 3 MB of JSON. */
export const SERIES_POINTS_MAX = 10_000;

const daysOf = { '24h': 1, '7d': 7, '30d': 30, '90d': 90 } as const;

export interface Period {
  readonly from: EpochMicros;
  readonly to: EpochMicros;
}

export interface PeriodQuery {
  readonly period?: keyof typeof daysOf | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly timezone: string;
}

/** `from` inclusive, `to` exclusive. Without `from` it begins 30 days before its end, without `to` it ends now. */
export function readPeriod(query: PeriodQuery, now: Date): Period {
  const nowMicros = microsOf(now.getTime());
  if (query.period !== undefined) {
    if (query.from !== undefined || query.to !== undefined)
      throw badParameter('period', query.period, 'either period, or from and to');
    return { from: nowMicros - microsOf(daysOf[query.period] * DAY_MS), to: nowMicros };
  }
  const to = query.to === undefined ? nowMicros : readInstant('to', query.to, query.timezone);
  const from =
    query.from === undefined ? to - microsOf(DEFAULT_DAYS * DAY_MS) : readInstant('from', query.from, query.timezone);
  if (from >= to) {
    throw badParameter(
      'from',
      query.from ?? null,
      `an instant before to, which is ${query.to ?? `now, ${now.toISOString()}`}`,
    );
  }
  return { from, to };
}

function readInstant(field: string, text: string, zone: string): EpochMicros {
  const midnight = parseDate(text);
  const instant = midnight === null ? parseInstant(text) : microsOf(startOfLocalDay(zone, midnight));
  if (instant !== null) return instant;
  throw badParameter(
    field,
    text,
    'a date (2026-01-31) or an instant with offset and at most microseconds (2026-01-31T10:00:00.000Z), 1970 to 9999',
  );
}

/** The interval starts of a series, as microseconds; the first may lie before the period. */
export function seriesStarts(interval: Interval, zone: string, period: Period): EpochMicros[] {
  const endMs = msOf(period.to + 999n);
  const starts = intervalStarts(interval, zone, msOf(period.from), endMs, SERIES_POINTS_MAX);
  if (starts === null) throw tooManyPoints(interval, `more than ${SERIES_POINTS_MAX}`);
  return starts.map(microsOf);
}

export function tooManyPoints(interval: Interval, points: string): Error {
  return badParameter(
    'interval',
    interval,
    `at most ${SERIES_POINTS_MAX} points (groups times intervals), not ${points}: a longer interval, a shorter period or a smaller limit`,
  );
}
