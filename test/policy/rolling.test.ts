import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketMicros, bucketStart, rolledTo } from '../../src/policy/rolling.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe('the buckets of a rolling window', () => {
  it('are a 96th of it: 15 minutes of a day, 625 ms of a minute', () => {
    expect(bucketMicros(DAY_MS)).toBe(15 * MINUTE_MS * 1000);
    expect(bucketMicros(MINUTE_MS)).toBe(625_000);
  });

  it('are aligned to the epoch, start inclusive', () => {
    const width = bucketMicros(DAY_MS);
    expect([0, width - 1, width, -1].map((at) => bucketStart(DAY_MS, at))).toEqual([0, 0, width, -width]);
  });

  it('leave when all of it is older than the window, one microsecond apart', () => {
    const width = bucketMicros(MINUTE_MS);
    const full = MINUTE_MS * 1000 + width;
    // The bucket [0, 625,000) ends 60 s before 60,625,000.
    expect(rolledTo(MINUTE_MS, full - 1)).toBe(0);
    expect(rolledTo(MINUTE_MS, full)).toBe(width);
  });

  it('never give back what is younger than the window, and at most a bucket late', () => {
    const windowMs = fc.integer({ min: 1, max: 90 * 24 * 60 }).map((minutes) => minutes * MINUTE_MS);
    const instant = fc.integer({ min: Date.UTC(2026, 0, 1) * 1000, max: Date.UTC(2027, 0, 1) * 1000 });
    const ages = fc.double({ min: 0, max: 1.2, noNaN: true });
    fc.assert(
      fc.property(windowMs, instant, ages, (ms, now, age) => {
        const at = now - Math.floor(age * ms * 1000);
        const isCounted = bucketStart(ms, at) >= rolledTo(ms, now);
        if (now - at < ms * 1000) expect(isCounted).toBe(true);
        if (now - at >= ms * 1000 + bucketMicros(ms)) expect(isCounted).toBe(false);
      }),
    );
  });
});
