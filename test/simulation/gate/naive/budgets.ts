import type { Budget } from '../../../../src/policy/budget.ts';

/** The facts of a posting, as docs/gate.md lists them. */
export interface Facts {
  readonly agent: string | null;
  readonly user: string | null;
  readonly session: string | null;
  readonly run: string | null;
  /** The requested model where it is known. */
  readonly model: string | null;
  readonly responseModel: string | null;
  readonly provider: string | null;
  readonly service: string | null;
  readonly environment: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

const NONE = '(none)';
const ROLLING_BUCKETS = 96;
const HOUR_LETTERS = 13;
const DAY_LETTERS = 10;
const MONTH_LETTERS = 7;

function valueOf(facts: Facts, dimension: string): string {
  if (dimension.startsWith('tag.')) return facts.tags[dimension.slice('tag.'.length)] ?? NONE;
  return (facts as unknown as Record<string, string | null>)[dimension] ?? NONE;
}

function isLike(value: string, glob: string): boolean {
  const pattern = glob
    .split('*')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('.*');
  return new RegExp(`^${pattern}$`, 'su').test(value);
}

/** "Whose facts match every key of `match`." "A `session` window matches only calls that have a session." */
export function isMatched({ match, window }: Budget, facts: Facts): boolean {
  if (window.kind === 'session' && facts.session === null) return false;
  return Object.entries(match).every(
    ([dimension, glob]) =>
      isLike(valueOf(facts, dimension), glob) ||
      (dimension === 'model' && facts.responseModel !== null && isLike(facts.responseModel, glob)),
  );
}

/** "The key of a counter has the `per` dimensions, and `run` or `session` where that is its window." */
export function keyOf({ per, window }: Budget, facts: Facts): string {
  const dimensions = window.kind === 'run' || window.kind === 'session' ? [...per, window.kind] : per;
  return textOfKey(Object.fromEntries(dimensions.map((dimension) => [dimension, valueOf(facts, dimension)])));
}

export function textOfKey(key: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(key).sort(([one], [other]) => (one < other ? -1 : 1)));
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The date in a zone, `2026-11-22`. */
function localDate(atMs: number, timeZone: string): string {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(timeZone, format);
  return format.format(atMs);
}

function mondayOf(date: string): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, DAY_LETTERS);
}

/** Names of windows that are ordered as the windows are; of rolling ones the buckets are named. */
export function windowOf({ window, timezone }: Budget, atMicros: number): string {
  const atMs = Math.floor(atMicros / 1000);
  switch (window.kind) {
    case 'run':
    case 'session':
      return '';
    case 'hour':
      return new Date(atMs).toISOString().slice(0, HOUR_LETTERS);
    case 'day':
      return localDate(atMs, timezone);
    case 'week':
      return mondayOf(localDate(atMs, timezone));
    case 'month':
      return localDate(atMs, timezone).slice(0, MONTH_LETTERS);
    case 'rolling':
      return String(Math.floor((atMs * ROLLING_BUCKETS) / window.ms));
  }
}

/** "A bucket leaves when all of it is older than W." */
export function isInside({ window }: Budget, bucket: string, nowMs: number): boolean {
  if (window.kind !== 'rolling') throw new Error(`expected a rolling window, found ${window.kind}`);
  const endMs = ((Number(bucket) + 1) * window.ms) / ROLLING_BUCKETS;
  return endMs > nowMs - window.ms;
}
