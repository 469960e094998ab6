import { tokenTotals } from '../../../src/usage.ts';
import { bearsUsage, endMicros, startMicros, type CallRow, type Row } from './row.ts';

const SERVER = 2;
/** How much two intervals may miss each other by, or one stand out of the other at either end. */
const WIDENED_MICROS = 2_000_000n;

/**
 * "The first word of letters in its name, in lower case, after what stands before the last `/`, after `ft:`, and after the last
 * `.` that comes before any digit …; the whole name where it has no letter." Null where no model is named.
 */
export function familyOf(model: string | null): string | null {
  if (model === null) return null;
  const lower = model.toLowerCase();
  const name = lower.slice(lower.lastIndexOf('/') + 1).replace(/^ft:/, '');
  const [beforeDigit = ''] = name.split(/\d/);
  const afterPublisher = name.slice(beforeDigit.lastIndexOf('.') + 1);
  return /[a-z]+/.exec(afterPublisher)?.[0] ?? lower;
}

/** "Two calls have the same family where the families are equal or one names no model." */
export function isSameFamily(one: CallRow, other: CallRow): boolean {
  const [first, second] = [familyOf(one.call.model), familyOf(other.call.model)];
  return first === null || second === null || first === second;
}

/** "`embeddings` (any operation that contains `embed`), `rerank` (contains `rerank`), else `generation`." Null: every class. */
export function classOf(operation: string | null): 'embeddings' | 'rerank' | 'generation' | null {
  if (operation === null) return null;
  if (operation.includes('embed')) return 'embeddings';
  return operation.includes('rerank') ? 'rerank' : 'generation';
}

/** "A call without an operation is of every class." */
export function isSameClass(one: CallRow, other: CallRow): boolean {
  const [first, second] = [classOf(one.call.operation), classOf(other.call.operation)];
  return first === null || second === null || first === second;
}

/** "Both bear usage, and their input tokens are equal, and their output tokens." */
export function haveEqualTotals(one: CallRow, other: CallRow): boolean {
  const [first, second] = [tokenTotals(one.call.usage), tokenTotals(other.call.usage)];
  return (
    bearsUsage(one) &&
    bearsUsage(other) &&
    first.inputTokens === second.inputTokens &&
    first.outputTokens === second.outputTokens
  );
}

/** "Same class, and same family or equal totals." */
export function areAlike(one: CallRow, other: CallRow): boolean {
  return isSameClass(one, other) && (isSameFamily(one, other) || haveEqualTotals(one, other));
}

/**
 * "Two response ids that differ, of the same length and with the same letters (perhaps none) before the first character that
 * is no letter, of calls of one service, the lower of which is not of kind SERVER."
 */
export function nameOtherAnswers(upper: CallRow, lower: CallRow): boolean {
  if (upper.call.service !== lower.call.service || lower.call.kind === SERVER) return false;
  const [first, second] = [upper.call.responseId, lower.call.responseId];
  if (first === null || second === null || first === second || first.length !== second.length) return false;
  const letters = (id: string): string => /^[a-z]*/i.exec(id)?.[0] ?? '';
  return letters(first) === letters(second);
}

/** "`first.start <= second.end + 2 s` and the reverse." */
export function doOverlap(one: Row, other: Row): boolean {
  return startMicros(one) <= endMicros(other) + WIDENED_MICROS && startMicros(other) <= endMicros(one) + WIDENED_MICROS;
}

/** "That intersect and of which one is within the other's time (widened by 2 s at each end)." */
export function isOneWithinTheOther(one: Row, other: Row): boolean {
  const intersect = startMicros(one) <= endMicros(other) && startMicros(other) <= endMicros(one);
  return intersect && (isWithin(one, other) || isWithin(other, one));
}

function isWithin(inner: Row, outer: Row): boolean {
  return (
    startMicros(inner) >= startMicros(outer) - WIDENED_MICROS && endMicros(inner) <= endMicros(outer) + WIDENED_MICROS
  );
}
