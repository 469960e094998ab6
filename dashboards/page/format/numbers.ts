const exact = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
/** Below this a number is read at a glance in full. */
const SHORT_FROM = 100_000;
const SHORT_SUFFIX = /([KMBT])$/;

export function formatExact(count: number): string {
  return exact.format(count);
}

/** `61,204`, `1.2 M`: every digit is in `formatExact`. */
export function formatCount(count: number): string {
  return Math.abs(count) < SHORT_FROM ? exact.format(count) : short.format(count).replace(SHORT_SUFFIX, ' $1');
}

/** `44 %`; small shares keep a digit that is not zero. */
export function formatShare(share: number | null): string {
  if (share === null) return '–';
  const percent = share * 100;
  if (percent !== 0 && Math.abs(percent) < 0.1) return percent < 0 ? '> −0.1 %' : '< 0.1 %';
  const tenths = Math.round(percent * 10) / 10;
  return `${Math.abs(tenths) < 10 && !Number.isInteger(tenths) ? tenths.toFixed(1) : Math.round(percent)} %`;
}

const MS = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** `350 µs`, `12 ms`, `1.23 s`, `4 min 10 s`, `3 h 20 min`. */
export function formatDuration(ms: number): string {
  if (ms < 1) return ms <= 0 ? '0 ms' : `${Math.max(1, Math.round(ms * 1000))} µs`;
  if (ms < MS.second) return `${ms < 10 ? trimmed(ms, 1) : Math.round(ms)} ms`;
  if (ms < MS.minute) return `${trimmed(ms / MS.second, ms < 10 * MS.second ? 2 : 1)} s`;
  if (ms < MS.hour) return twoUnits(ms, MS.minute, 'min', MS.second, 's');
  if (ms < MS.day) return twoUnits(ms, MS.hour, 'h', MS.minute, 'min');
  return twoUnits(ms, MS.day, 'd', MS.hour, 'h');
}

function trimmed(value: number, digits: number): string {
  return value.toFixed(digits).replace(/\.?0+$/, '');
}

function twoUnits(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}
