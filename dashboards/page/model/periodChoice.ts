import { isoDate } from '../format/times.ts';

export const periods = ['24h', '7d', '30d', '90d'] as const;
type PeriodName = (typeof periods)[number];

export interface PeriodChoice {
  /** As the API takes it: `period`, or `from` and `to`; and `timezone`. */
  readonly params: Readonly<Record<string, string>>;
  /** After "in". */
  readonly words: string;
  /** Of a series over it. */
  readonly interval: 'hour' | 'day' | 'week';
  /** Null where the address says `from` and `to`. */
  readonly name: PeriodName | null;
}

const words: Readonly<Record<PeriodName, string>> = {
  '24h': 'the last 24 hours',
  '7d': 'the last 7 days',
  '30d': 'the last 30 days',
  '90d': 'the last 90 days',
};

const DAY_MS = 86_400_000;
/** More days than this are drawn by week: bars of a day would be hairlines. */
const DAYS_DRAWN_MAX = 120;

export function readPeriodChoice(query: URLSearchParams, timezone: string): PeriodChoice {
  const from = query.get('from');
  const to = query.get('to');
  if (from !== null || to !== null) {
    const range = { ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) };
    return {
      params: { ...range, timezone },
      words: rangeWords(from, to, timezone),
      interval: rangeInterval(from, to),
      name: null,
    };
  }
  const name = periods.find((period) => period === query.get('period')) ?? '30d';
  return { params: { period: name, timezone }, words: words[name], interval: name === '24h' ? 'hour' : 'day', name };
}

/** As one says it: with the last day, not with the one at whose midnight it is over. */
function rangeWords(from: string | null, to: string | null, zone: string): string {
  const last = to === null ? null : lastDay(to, zone);
  if (from === null) return `the 30 days to ${last}`;
  const first = dayOf(from, zone);
  if (last === null) return `the time since ${first}`;
  return first === last ? `the day ${first}` : `the time from ${first} to ${last}`;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_CHARS = 10;

/** The day of a date or an instant; of what is neither, the API says what is wrong. */
function dayOf(text: string, zone: string): string {
  const at = new Date(text);
  return DAY.test(text) || Number.isNaN(at.getTime()) ? text.slice(0, DAY_CHARS) : isoDate(at, zone);
}

/** The day before `to` where that is a midnight of the zone. */
function lastDay(to: string, zone: string): string {
  if (DAY.test(to)) return dayBefore(to);
  const at = new Date(to);
  return Number.isNaN(at.getTime()) ? to.slice(0, DAY_CHARS) : isoDate(new Date(at.getTime() - 1), zone);
}

function dayBefore(isoDay: string): string {
  const at = Date.parse(isoDay);
  return Number.isNaN(at) ? isoDay : new Date(at - DAY_MS).toISOString().slice(0, DAY_CHARS);
}

function rangeInterval(from: string | null, to: string | null): PeriodChoice['interval'] {
  if (from === null) return 'day';
  const days = ((to === null ? Date.now() : Date.parse(to)) - Date.parse(from)) / DAY_MS;
  if (days <= 2) return 'hour';
  return days > DAYS_DRAWN_MAX ? 'week' : 'day';
}

/** What the period is compared with, after "than". */
export function beforeWords({ name }: Pick<PeriodChoice, 'name'>): string {
  return name === null ? 'the same time before' : `${words[name].replace('the last', 'the')} before`;
}
