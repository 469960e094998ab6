/** The viewer's own zone; the API is asked in it, so that days begin where the viewer's do. */
export const viewerZone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

const MS = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** What is no time would throw, and take the page with it. */
const NO_TIME = '–';

function formatter(options: Intl.DateTimeFormatOptions): (date: Date, zone: string) => string {
  const made = new Map<string, Intl.DateTimeFormat>();
  return (date, zone) => {
    if (Number.isNaN(date.getTime())) return NO_TIME;
    const format = made.get(zone) ?? new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone });
    made.set(zone, format);
    return format.format(date).replace(',', '');
  };
}

const full = formatter({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' });
const withYear = formatter({
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const clock = formatter({ hour: '2-digit', minute: '2-digit' });
const day = formatter({ day: 'numeric', month: 'short' });
const dayOfYear = formatter({ day: 'numeric', month: 'short', year: 'numeric' });
const hour = formatter({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const date = formatter({ year: 'numeric', month: '2-digit', day: '2-digit' });

/** Half a year from now on either side goes without saying which year it is. */
const YEAR_GOES_WITHOUT_MS = 183 * MS.day;

/** `21 Nov 18:41:07`, in the viewer's zone. */
export function formatInstant(iso: string, zone: string = viewerZone, nowMs: number = Date.now()): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return (Math.abs(nowMs - at.getTime()) > YEAR_GOES_WITHOUT_MS ? withYear : full)(at, zone);
}

/** `21 Nov` */
export function formatDay(iso: string, zone: string = viewerZone): string {
  return day(new Date(iso), zone);
}

/** `21 Nov 2026` */
export function formatDate(iso: string, zone: string = viewerZone): string {
  return dayOfYear(new Date(iso), zone);
}

/** `19:40` */
export function formatClock(iso: string, zone: string = viewerZone): string {
  return clock(new Date(iso), zone);
}

/** `21 Nov 18:00` */
export function formatHour(iso: string, zone: string = viewerZone): string {
  return hour(new Date(iso), zone);
}

/** `2026-11-21`: what `from` and `to` take. */
export function isoDate(at: Date, zone: string = viewerZone): string {
  return date(at, zone).split('/').toReversed().join('-');
}

/** The day after `2026-11-21`, however many hours either has. */
export function nextDay(isoDay: string): string {
  const [year = 0, month = 1, ofMonth = 1] = isoDay.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, ofMonth + 1)).toISOString().slice(0, isoDay.length);
}

export function formatUtc(iso: string): string {
  return `${iso.replace('T', ' ').replace('Z', '')} UTC`;
}

/** `just now`, `4 s ago`, `in 3 h`, `2 days ago`. */
export function formatRelative(iso: string, nowMs: number = Date.now()): string {
  const differenceMs = new Date(iso).getTime() - nowMs;
  const size = Math.abs(differenceMs);
  if (size < MS.second) return 'just now';
  const words = wordsOf(size);
  return differenceMs < 0 ? `${words} ago` : `in ${words}`;
}

function wordsOf(ms: number): string {
  if (ms < MS.minute) return `${Math.floor(ms / MS.second)} s`;
  if (ms < MS.hour) return `${Math.floor(ms / MS.minute)} min`;
  if (ms < 2 * MS.day) return `${Math.floor(ms / MS.hour)} h`;
  return `${Math.floor(ms / MS.day)} days`;
}

/** `today`, `tomorrow`, else the day. */
export function formatDayWord(iso: string, zone: string = viewerZone, nowMs: number = Date.now()): string {
  const asked = isoDate(new Date(iso), zone);
  const today = isoDate(new Date(nowMs), zone);
  if (asked === today) return 'today';
  if (asked === nextDay(today)) return 'tomorrow';
  return formatDay(iso, zone);
}
