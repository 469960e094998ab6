import { describe, expect, it } from 'vitest';
import { delayAfter, RETRY_DELAYS_MS } from '../../processor/alerts/backoff.ts';

const HOUR_MS = 3_600_000;

const after = (attempt: number, random = 0, retryAfterMs: number | null = null): number | null =>
  delayAfter(attempt, { retryAfterMs, random, delaysMs: RETRY_DELAYS_MS });

describe('the time to the next attempt', () => {
  it('follows the schedule of Standard Webhooks and ends after ten attempts', () => {
    const minutes = Array.from({ length: 10 }, (_, index) => (after(index + 1) ?? NaN) / 60_000);
    expect(minutes).toEqual([5 / 60, 5, 30, 120, 300, 600, 840, 1200, 1440, NaN]);
    // 5 s + 5 min + 30 min + 75 h: a bit more than three days.
    expect(RETRY_DELAYS_MS.reduce((sum, ms) => sum + ms)).toBe(5_000 + 35 * 60_000 + 75 * HOUR_MS);
  });

  it('is longer by up to a fifth, never shorter', () => {
    expect(after(2, 0)).toBe(300_000);
    expect(after(2, 0.5)).toBe(330_000);
    expect(after(2, 1 - Number.EPSILON)).toBe(360_000);
  });

  it('is what the receiver asks for where that is more, up to a day', () => {
    expect(after(1, 0, 1_000)).toBe(5_000);
    expect(after(1, 0, 60_000)).toBe(60_000);
    expect(after(1, 0, 400 * 24 * HOUR_MS)).toBe(24 * HOUR_MS);
    expect(after(10, 0, 60_000)).toBeNull();
  });
});
