import type { ReceivedLog } from '../../log.ts';
import type { AttributeValue } from '../../span.ts';

const NANO_PER_MS = 1_000_000;
/** A longer call is a broken clock: taken at its word it would start, and be refused, before the oldest day kept. */
const DURATION_MS_MAX = 86_400_000;
const DURATION_TEXT = /^\d{1,8}(?:\.\d{1,9})?$/;
const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/**
 * When the record was written: by its source, as the record or else its `event.timestamp` says (Codex leaves the first
 * at 0), or when somebody saw it. 0 where nobody said.
 */
export function timeOf({ timeUnixNano, observedTimeUnixNano, attributes }: ReceivedLog): bigint {
  if (timeUnixNano > 0n) return timeUnixNano;
  const text = attributes.get('event.timestamp');
  const ms = typeof text === 'string' && ISO_UTC.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(ms) && ms > 0 ? BigInt(ms) * BigInt(NANO_PER_MS) : observedTimeUnixNano;
}

/** `duration_ms` as number or text; 0 where it is absent or none that a call can have. */
export function durationOf({ attributes }: ReceivedLog): bigint {
  const ms = toMs(attributes.get('duration_ms'));
  return ms >= 0 && ms <= DURATION_MS_MAX ? BigInt(Math.round(ms * NANO_PER_MS)) : 0n;
}

function toMs(value: AttributeValue | undefined): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && DURATION_TEXT.test(value) ? Number(value) : Number.NaN;
}
