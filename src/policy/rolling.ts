/**
 * Rolling windows are kept in buckets of a 96th of the window, aligned to the epoch: money comes back up to one bucket
 * late and never early, and with 96 of them a day's load is admitted as with an exact log of every call.
 */
const BUCKETS = 96;
const MICROS_PER_MS = 1000;

/** Windows are whole minutes, and 60,000,000 / 96 is an integer. */
export function bucketMicros(windowMs: number): number {
  return (windowMs * MICROS_PER_MS) / BUCKETS;
}

/** The start of the bucket in which an instant counts. */
export function bucketStart(windowMs: number, atMicros: number): number {
  const width = bucketMicros(windowMs);
  return Math.floor(atMicros / width) * width;
}

/** Buckets that begin before it are out of the window at `nowMicros`: all of them is older than the window. */
export function rolledTo(windowMs: number, nowMicros: number): number {
  return bucketStart(windowMs, nowMicros - windowMs * MICROS_PER_MS);
}
