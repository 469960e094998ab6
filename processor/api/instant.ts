/** Microseconds since 1970-01-01T00:00:00Z: the precision that `timestamptz` keeps. */
export type EpochMicros = bigint;

export const MICROS_PER_HOUR = 3_600_000_000n;
export const MICROS_PER_DAY = 24n * MICROS_PER_HOUR;

const INSTANT = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}:\d{2})$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

export function microsOf(epochMs: number): EpochMicros {
  return BigInt(epochMs) * 1000n;
}

/** Milliseconds, rounded down. */
export function msOf(micros: EpochMicros): number {
  return Number(floorTo(micros, 1000n) / 1000n);
}

export function floorTo(micros: EpochMicros, grain: bigint): EpochMicros {
  const rest = micros % grain;
  return micros - (rest < 0n ? rest + grain : rest);
}

/** Midnight UTC of a calendar date `YYYY-MM-DD`, in epoch ms; null when there is no such date since 1970. */
export function parseDate(text: string): number | null {
  if (!DATE.test(text)) return null;
  const epochMs = Date.parse(`${text}T00:00:00.000Z`);
  if (Number.isNaN(epochMs) || epochMs < 0) return null;
  return new Date(epochMs).toISOString().startsWith(text) ? epochMs : null;
}

/** Reads an ISO 8601 instant with an offset and at most microseconds; null for anything else, and before 1970. */
export function parseInstant(text: string): EpochMicros | null {
  const match = INSTANT.exec(text);
  if (match === null) return null;
  const [, date = '', hour = '', minute = '', second = '00', fraction = '', offset = ''] = match;
  const midnightMs = parseDate(date);
  const offsetMs = offset === 'Z' ? 0 : parseOffset(offset);
  if (midnightMs === null || offsetMs === null) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const micros = microsOf(midnightMs + seconds * 1000 - offsetMs) + BigInt(fraction.padEnd(6, '0'));
  return micros < 0n ? null : micros;
}

function parseOffset(text: string): number | null {
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(4, 6));
  if (hours > 15 || minutes > 59) return null;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** `2026-01-31T10:00:00.000Z`, with six digits where the instant is finer than a millisecond. */
export function formatInstant(micros: EpochMicros): string {
  const below = micros - floorTo(micros, 1000n);
  const iso = new Date(msOf(micros)).toISOString();
  return below === 0n ? iso : `${iso.slice(0, -1)}${below.toString().padStart(3, '0')}Z`;
}

/** PostgreSQL's format for `to_char`; what it writes always has six digits and becomes ours by `trimInstant`. */
export const SQL_INSTANT_FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"';

export function trimInstant(text: string): string {
  return text.endsWith('000Z') ? `${text.slice(0, -4)}Z` : text;
}
