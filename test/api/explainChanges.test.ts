import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChangedCell, explainChanges } from '../../src/changes.ts';

/** `[calls, cost in femto-USD]`, before and now. */
const cell = (before: readonly [number, number], now: readonly [number, number]): ChangedCell => ({
  before: { calls: BigInt(before[0]), costFemtoUsd: BigInt(before[1]) },
  now: { calls: BigInt(now[0]), costFemtoUsd: BigInt(now[1]) },
});

/** Volume, mix and price of each cell. */
const parts = (...cells: readonly ChangedCell[]): bigint[][] =>
  explainChanges(cells).map(({ volumeFemtoUsd, mixFemtoUsd, priceFemtoUsd }) => [
    volumeFemtoUsd,
    mixFemtoUsd,
    priceFemtoUsd,
  ]);

describe('explainChanges', () => {
  it('takes as volume what twice as many calls of the same kinds cost, and nothing else', () => {
    expect(parts(cell([2, 20], [4, 40]), cell([1, 50], [2, 100]))).toEqual([
      [20n, 0n, 0n],
      [50n, 0n, 0n],
    ]);
  });

  it('takes as mix that calls went from one kind to another at the old prices', () => {
    // 10 calls before and now; 2 of them at 10 became 2 at 50.
    expect(parts(cell([8, 80], [6, 60]), cell([2, 100], [4, 200]))).toEqual([
      [0n, -20n, 0n],
      [0n, 100n, 0n],
    ]);
  });

  it('takes as price that the calls there are came to 12 each and not 10', () => {
    expect(parts(cell([5, 50], [5, 60]))).toEqual([[0n, 0n, 10n]]);
  });

  it('takes all of it apart at once', () => {
    // N₀ = 10, N₁ = 20. a: 8·1·10, (12−16)·10, 0. b: 2·1·50, (3−4)·50, 3·(60−50). c is new: 5·2.
    expect(parts(cell([8, 80], [12, 120]), cell([2, 100], [3, 180]), cell([0, 0], [5, 10]))).toEqual([
      [80n, -40n, 0n],
      [100n, -50n, 30n],
      [0n, 10n, 0n],
    ]);
  });

  it('gives a kind that is gone no price: 5 of 10 calls at 10, none of 8 now', () => {
    // 5·(8/10−1)·10 = −10, (0 − 5·8/10)·10 = −40.
    expect(parts(cell([5, 50], [0, 0]), cell([5, 50], [8, 80]))[0]).toEqual([-10n, -40n, 0n]);
  });

  it('takes all as volume where nothing was before, or nothing is now', () => {
    expect(parts(cell([0, 0], [3, 7]), cell([0, 0], [1, 9]))).toEqual([
      [7n, 0n, 0n],
      [9n, 0n, 0n],
    ]);
    expect(parts(cell([3, 7], [0, 0]), cell([1, 9], [0, 0]))).toEqual([
      [-7n, 0n, 0n],
      [-9n, 0n, 0n],
    ]);
    expect(parts(cell([0, 0], [0, 0]))).toEqual([[0n, 0n, 0n]]);
  });

  it('rounds half to even on both sides of zero: ±1 · 1/2 is 0, ±3 · 1/2 is ±2', () => {
    const volume = (before: readonly [number, number], now: readonly [number, number]) =>
      parts(cell(before, now))[0]?.[0];
    expect([volume([2, 1], [3, 9]), volume([2, 3], [3, 9])]).toEqual([0n, 2n]);
    expect([volume([2, 1], [1, 9]), volume([2, 3], [1, 9])]).toEqual([0n, -2n]);
  });

  it('leaves no price where a call costs the same, whatever rounding leaves', () => {
    // a: 3 calls of 1 each before; N₀ = 6, N₁ = 7: volume = 3·1/6 = 1/2 → 0, mix takes what is left of 2 − 3.
    expect(parts(cell([3, 3], [2, 2]), cell([3, 6], [5, 10]))[0]).toEqual([0n, -1n, 0n]);
  });

  const side = fc.oneof(
    fc.constant({ calls: 0n, costFemtoUsd: 0n }),
    fc.record({ calls: fc.bigInt(1n, 10n ** 12n), costFemtoUsd: fc.bigInt(0n, 10n ** 30n) }),
    fc.record({ calls: fc.bigInt(1n, 9n), costFemtoUsd: fc.bigInt(0n, 9n) }),
    // After bookings back, a sum of calls that were free may be below zero for a time.
    fc.record({ calls: fc.bigInt(-9n, 9n), costFemtoUsd: fc.bigInt(-9n, 9n) }),
  );
  const cells = fc.array(fc.record({ before: side, now: side }), { maxLength: 20 });

  it('adds up to what changed, in each cell and in all, to the last digit', () => {
    fc.assert(
      fc.property(cells, (drawn) => {
        const explained = explainChanges(drawn);
        const sums = explained.map((each) => each.volumeFemtoUsd + each.mixFemtoUsd + each.priceFemtoUsd);
        expect(sums).toEqual(drawn.map(({ before, now }) => now.costFemtoUsd - before.costFemtoUsd));
      }),
      { numRuns: 500 },
    );
  });

  it('is off the exact fractions by at most half a femto-USD, the price by one', () => {
    const magnitude = (amount: bigint): bigint => (amount < 0n ? -amount : amount);
    const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, each) => total + each, 0n);
    fc.assert(
      fc.property(cells, (drawn) => {
        const counted = drawn.filter(({ before, now }) => before.calls > 0n && now.calls > 0n);
        const n0 = sum(counted.map(({ before }) => before.calls));
        const n1 = sum(counted.map(({ now }) => now.calls));
        explainChanges(counted).forEach((part, index) => {
          const { before, now } = counted[index] ?? {
            before: { calls: 1n, costFemtoUsd: 0n },
            now: { calls: 1n, costFemtoUsd: 0n },
          };
          const volumeTimesN0 = before.costFemtoUsd * (n1 - n0);
          expect(magnitude(part.volumeFemtoUsd * n0 - volumeTimesN0) * 2n).toBeLessThanOrEqual(n0);
          const priceTimesCalls = now.costFemtoUsd * before.calls - now.calls * before.costFemtoUsd;
          expect(magnitude(part.priceFemtoUsd * before.calls - priceTimesCalls)).toBeLessThanOrEqual(before.calls);
        });
      }),
      { numRuns: 500 },
    );
  });
});
