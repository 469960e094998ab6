import { parseDate, parseInstant } from '../api/instant.ts';

const MICROS_A_MS = 1000n;

export const INSTANT_EXPECTED =
  'a date (2026-01-31, from midnight UTC) or an instant with offset and at most milliseconds (2026-01-31T10:00:00Z), 1970 to 9999';

/** Where a price begins or ends, in its one spelling (`2026-01-31T10:00:00.000Z`); null for what is no such instant. */
export function readPriceInstant(text: string): string | null {
  const midnightMs = parseDate(text);
  const micros = midnightMs === null ? parseInstant(text) : BigInt(midnightMs) * MICROS_A_MS;
  if (micros === null || micros % MICROS_A_MS !== 0n) return null;
  return new Date(Number(micros / MICROS_A_MS)).toISOString();
}
