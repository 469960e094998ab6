import { setTimeout as delay } from 'node:timers/promises';

const DAY_MS = 86_400_000;
const BEFORE_MS = 15_000;
const AFTER_MS = 3_000;

/**
 * Waits, in the last seconds of a UTC day, until the next has begun for some: what a test then stores as of now, or of a second
 * or two ago, and what the store says of it are of one day, week and month.
 */
export async function clearOfMidnight(): Promise<void> {
  const sinceMs = (Date.now() + BEFORE_MS) % DAY_MS;
  if (sinceMs < BEFORE_MS + AFTER_MS) await delay(BEFORE_MS + AFTER_MS - sinceMs);
}
