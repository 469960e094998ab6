const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long after each failed attempt the next is made, about three days in all: the schedule Standard Webhooks gives as example. */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/** A delay is lengthened by up to this share of itself, so that what failed together does not come again together. */
const JITTER_MAX = 0.2;
/** A receiver may ask for more patience than the schedule has, not for more than this. */
const RETRY_AFTER_MS_MAX = 24 * HOUR_MS;

/** Milliseconds from a failed attempt to the next one; null after the last. `random` is in [0, 1). */
export function delayAfter(
  attempt: number,
  asked: { readonly retryAfterMs: number | null; readonly random: number; readonly delaysMs: readonly number[] },
): number | null {
  const delayMs = asked.delaysMs[attempt - 1];
  if (delayMs === undefined) return null;
  const jittered = Math.round(delayMs * (1 + JITTER_MAX * asked.random));
  return Math.max(jittered, Math.min(asked.retryAfterMs ?? 0, RETRY_AFTER_MS_MAX));
}
