import { randomUUID } from 'node:crypto';

const TIME_HEX_DIGITS = 12;

/** A UUID of version 7 (RFC 9562, 5.7): ordered by time to the millisecond, so that rows of one hour lie together. */
export function makeDecisionId(nowMs: number): string {
  const time = Math.max(0, Math.floor(nowMs)).toString(16).padStart(TIME_HEX_DIGITS, '0').slice(-TIME_HEX_DIGITS);
  // Of the random one its version and all before it is replaced: 74 random bits and the variant are left.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An id as the store writes it; null for text that is no UUID, which nobody's decision has. */
export function readDecisionId(text: string): string | null {
  return UUID.test(text) ? text.toLowerCase() : null;
}
