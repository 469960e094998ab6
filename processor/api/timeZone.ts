/**
 * Where days, weeks and months begin in a time zone. PostgreSQL is never asked for it: it gets the boundaries as
 * instants, so the list of points and the sums cannot disagree because two time zone databases do.
 */
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;

export const intervals = ['hour', 'day', 'week', 'month'] as const;
export type Interval = (typeof intervals)[number];

/** At most one for each IANA zone, since `isTimeZone` lets no other name in and keys are canonical. */
const formats = new Map<string, Intl.DateTimeFormat>();

export function isTimeZone(name: string): boolean {
  if (!ZONE_NAME.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const canonical = format.resolvedOptions().timeZone;
  const shared = formats.get(canonical) ?? format;
  formats.set(canonical, shared);
  return shared;
}

/** Local time minus UTC, in ms, at an instant. */
export function offsetMs(zone: string, epochMs: number): number {
  if (zone === 'UTC') return 0;
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(epochMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part as Partial<Record<string, number>>;
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  return local - Math.floor(epochMs / 1000) * 1000;
}

/** The first instant whose local date is the one that begins at `localMidnightMs` (local time written as if it were UTC). */
export function startOfLocalDay(zone: string, localMidnightMs: number): number {
  const before = offsetMs(zone, localMidnightMs - DAY_MS);
  const after = offsetMs(zone, localMidnightMs + DAY_MS);
  const candidates = [localMidnightMs - before, localMidnightMs - after].sort((a, b) => a - b);
  const hit = candidates.find((instant) => instant + offsetMs(zone, instant) === localMidnightMs);
  if (hit !== undefined) return hit;
  // Midnight was skipped (clocks went forward over it): the day begins at the change itself.
  let [low = 0, high = 0] = candidates;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (middle + offsetMs(zone, middle) < localMidnightMs) low = middle;
    else high = middle;
  }
  return high;
}

/** The local midnight that begins the day, week (Monday) or month in which a local time lies. */
function localFloor(interval: Exclude<Interval, 'hour'>, localMs: number): number {
  const midnight = Math.floor(localMs / DAY_MS) * DAY_MS;
  const date = new Date(midnight);
  switch (interval) {
    case 'day':
      return midnight;
    case 'week':
      return midnight - ((date.getUTCDay() + 6) % 7) * DAY_MS;
    case 'month':
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  }
}

function localNext(interval: Exclude<Interval, 'hour'>, localMidnightMs: number): number {
  if (interval === 'day') return localMidnightMs + DAY_MS;
  if (interval === 'week') return localMidnightMs + 7 * DAY_MS;
  const date = new Date(localMidnightMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

/**
 * The starts, ascending and in epoch ms, of all intervals that have a part in [fromMs, toMs): the first may lie before
 * `fromMs`. Returns null when there are more than `max`. Hours count from the zone's offset at `fromMs` on.
 */
export function intervalStarts(
  interval: Interval,
  zone: string,
  fromMs: number,
  toMs: number,
  max: number,
): number[] | null {
  const starts: number[] = [];
  const local = fromMs + offsetMs(zone, fromMs);
  if (interval === 'hour') {
    const first = fromMs - (local - Math.floor(local / HOUR_MS) * HOUR_MS);
    if ((toMs - first) / HOUR_MS > max) return null;
    for (let start = first; start < toMs; start += HOUR_MS) starts.push(start);
    return starts;
  }
  let midnight = localFloor(interval, local);
  // A clock set back over midnight repeats a piece of the day before: that piece belongs to the day already begun.
  const following = localNext(interval, midnight);
  if (startOfLocalDay(zone, following) <= fromMs) midnight = following;
  for (let start = startOfLocalDay(zone, midnight); start < toMs; start = startOfLocalDay(zone, midnight)) {
    // A date that a zone skipped altogether (Samoa, 2011-12-30) begins where the next one does: one point, not two.
    if (starts.at(-1) !== start) starts.push(start);
    if (starts.length > max) return null;
    midnight = localNext(interval, midnight);
  }
  return starts;
}
