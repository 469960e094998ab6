import { describe, expect, it } from 'vitest';
import { Breaker, retryDelayMs, retryTimes } from '../../processor/forward/breaker.ts';

const almostOne = 1 - 2 ** -53;

describe('the delay before a retry', () => {
  it('is anywhere below 0.5 s after the first failure, doubles, and stays below 30 s', () => {
    const longest = [1, 2, 3, 6, 7, 8, 1e9].map((attempts) => retryDelayMs(attempts, almostOne, retryTimes));
    // 500 × 2⁵ = 16 000, 500 × 2⁶ = 32 000, which is above 30 000.
    expect(longest).toEqual([500, 1000, 2000, 16_000, 30_000, 30_000, 30_000]);
    expect(retryDelayMs(8, 0, retryTimes)).toBe(0);
  });
});

describe('the breaker', () => {
  const make = (random = almostOne): Breaker => new Breaker(retryTimes, () => random);

  it('lets requests through after two failures, and after three only one at a time, after a delay', () => {
    const breaker = make();
    expect([breaker.failed(0, null), breaker.failed(0, null)]).toEqual([false, false]);
    expect(breaker.waitMs(0, 3)).toBe(0);
    expect(breaker.failed(0, null)).toBe(true);
    expect(breaker.waitMs(0, 0)).toBe(500);
    expect(breaker.waitMs(499, 0)).toBe(1);
    expect(breaker.waitMs(500, 0)).toBe(0);
    expect(breaker.waitMs(500, 1)).toBe(Infinity);
  });

  it('waits twice as long after each probe that fails, and is closed by one that is answered', () => {
    const breaker = make();
    for (let failure = 0; failure < 3; failure += 1) breaker.failed(0, null);
    expect(breaker.failed(500, null)).toBe(false);
    expect(breaker.waitMs(500, 0)).toBe(1000);
    expect(breaker.answered()).toBe(true);
    expect(breaker.waitMs(500, 3)).toBe(0);
    expect(breaker.answered()).toBe(false);
  });

  it('does not count requests twice that were under way together', () => {
    const breaker = make();
    for (let failure = 0; failure < 3; failure += 1) breaker.failed(0, null);
    for (let late = 0; late < 5; late += 1) breaker.failed(10, null);
    expect(breaker.waitMs(10, 0)).toBe(490);
  });

  it('heeds Retry-After from the first failure on, up to five minutes, and where a shorter delay was drawn', () => {
    const breaker = make(0);
    expect(breaker.failed(0, 7_000)).toBe(true);
    expect(breaker.waitMs(0, 0)).toBe(7_000);
    breaker.failed(7_000, 300_001);
    expect(breaker.waitMs(7_000, 0)).toBe(300_000);
  });

  it('heeds Retry-After also where another request is answered meanwhile', () => {
    const breaker = make();
    breaker.failed(0, 7_000);
    expect(breaker.answered()).toBe(true);
    expect([breaker.waitMs(6_999, 0), breaker.waitMs(7_000, 3)]).toEqual([1, 0]);
  });

  it('stays closed for a single bad payload among good ones', () => {
    const breaker = make();
    for (let round = 0; round < 10; round += 1) {
      expect([breaker.failed(round, null), breaker.failed(round, null), breaker.answered()]).toEqual([
        false,
        false,
        false,
      ]);
    }
    expect(breaker.waitMs(10, 3)).toBe(0);
  });
});
