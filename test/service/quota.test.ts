import { describe, expect, it } from 'vitest';
import { createQuota, noLimits } from '../../processor/access/quota.ts';
import { TollgateError } from '../../src/errors.ts';

/** A clock that stands still until it is moved. */
function stoppedClock() {
  let nowMs = 1_000_000;
  return { nowMs: () => nowMs, pass: (ms: number) => void (nowMs += ms) };
}

/** Seconds after which to come again; null where the work was let pass. */
function refusedFor(work: () => void): number | null {
  try {
    work();
    return null;
  } catch (fault) {
    if (!(fault instanceof TollgateError) || fault.code !== 'rate_limited') throw fault;
    return fault.retryAfterSeconds;
  }
}

describe('the requests of a key', () => {
  it('may come all at once up to those of a second, and then as fast as they are made up for', () => {
    const clock = stoppedClock();
    const quota = createQuota({ ...noLimits, maxRequestsPerSecond: 4 }, 'k', clock.nowMs);
    const take = () => refusedFor(() => quota.takeRequest(false));
    expect([take(), take(), take(), take(), take()]).toEqual([null, null, null, null, 1]);
    // A quarter of a second makes up for one of four.
    clock.pass(249);
    expect(take()).toBe(1);
    clock.pass(1);
    expect([take(), take()]).toEqual([null, 1]);
    clock.pass(3_600_000);
    expect([take(), take(), take(), take(), take()]).toEqual([null, null, null, null, 1]);
  });

  it('lose nothing where the clock is set back', () => {
    const clock = stoppedClock();
    const quota = createQuota({ ...noLimits, maxRequestsPerSecond: 1 }, 'k', clock.nowMs);
    quota.takeRequest(false);
    clock.pass(-60_000);
    expect(refusedFor(() => quota.takeRequest(false))).toBe(1);
    clock.pass(1_000);
    expect(refusedFor(() => quota.takeRequest(false))).toBeNull();
  });
});

describe('the spans of a key', () => {
  it('are taken whole while anything is left, as a debt that has to be made up for', () => {
    const clock = stoppedClock();
    const quota = createQuota({ ...noLimits, maxSpansPerSecond: 100 }, 'k', clock.nowMs);
    quota.takeSpans(99);
    // One is left, so 1,000 are taken: 999 are owed, and a thousandth has to be there, which takes 10 s.
    quota.takeSpans(1_000);
    expect(refusedFor(() => quota.takeSpans(1))).toBe(10);
    expect(refusedFor(() => quota.takeRequest(true))).toBe(10);
    clock.pass(9_990);
    expect(refusedFor(() => quota.takeRequest(true))).toBe(1);
    clock.pass(1);
    expect(refusedFor(() => quota.takeRequest(true))).toBeNull();
    expect(refusedFor(() => quota.takeSpans(1))).toBeNull();
  });

  it('come to the rate over a time, however large the exports are', () => {
    const clock = stoppedClock();
    const quota = createQuota({ ...noLimits, maxSpansPerSecond: 100 }, 'k', clock.nowMs);
    let taken = 0;
    for (let ms = 0; ms < 60_000; ms += 10) {
      clock.pass(10);
      if (refusedFor(() => quota.takeSpans(350)) === null) taken += 350;
    }
    // 60 s at 100, the second's worth that was there, and at most one export above it.
    expect(taken).toBeGreaterThanOrEqual(60 * 100);
    expect(taken).toBeLessThanOrEqual(60 * 100 + 100 + 350);
  });

  it('do not matter to questions and decisions, and exports of nothing cost nothing', () => {
    const clock = stoppedClock();
    const quota = createQuota({ ...noLimits, maxSpansPerSecond: 1 }, 'k', clock.nowMs);
    quota.takeSpans(5);
    expect(refusedFor(() => quota.takeRequest(false))).toBeNull();
    expect(refusedFor(() => quota.takeSpans(0))).toBeNull();
  });
});
