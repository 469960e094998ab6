/**
 * Why the cost of one time differs from that of the time before: more calls (volume), other calls (mix), or other prices (price).
 *
 * Calls fall into cells, such as an agent with a model. Let a cell have n₀ calls at p₀ each before and n₁ at p₁ now, and all cells
 * together N₀ and N₁. Then
 *
 *     volume = n₀ · (N₁/N₀ − 1) · p₀      what it would have cost more with as many calls as there are, of the same kinds
 *     mix    = (n₁ − n₀ · N₁/N₀) · p₀     what the cell has more or fewer of them; of a new cell at p₁, there is no p₀
 *     price  = n₁ · (p₁ − p₀)             what a call costs more; nothing in a new cell
 *
 * which add up to n₁p₁ − n₀p₀. The price of a call is what it came to, so more tokens a call are in it too.
 */
import type { FemtoUsd } from './money.ts';
import { divideHalfEven } from './pricing/rate.ts';

/** Calls whose cost is known, and what they cost. */
export interface PricedCalls {
  readonly calls: bigint;
  readonly costFemtoUsd: FemtoUsd;
}

export interface ChangedCell {
  readonly before: PricedCalls;
  readonly now: PricedCalls;
}

/** They add up to now − before, of each cell and of all, to the last digit. */
export interface ChangeParts {
  readonly volumeFemtoUsd: FemtoUsd;
  readonly mixFemtoUsd: FemtoUsd;
  readonly priceFemtoUsd: FemtoUsd;
}

/** The parts of each cell, in their order. Where nothing was before, or nothing is now, all is volume. */
export function explainChanges(cells: readonly ChangedCell[]): readonly ChangeParts[] {
  const callsBefore = cells.reduce((sum, { before }) => sum + before.calls, 0n);
  const callsNow = cells.reduce((sum, { now }) => sum + now.calls, 0n);
  return cells.map((cell) => explainCell(cell, callsBefore, callsNow));
}

/** Volume and mix are rounded to a femto-USD, half to even; what is left is the price. */
function explainCell({ before, now }: ChangedCell, callsBefore: bigint, callsNow: bigint): ChangeParts {
  const change = now.costFemtoUsd - before.costFemtoUsd;
  if (callsBefore === 0n) return { volumeFemtoUsd: change, mixFemtoUsd: 0n, priceFemtoUsd: 0n };
  // Multiplied before it is divided: n₀ · p₀ is the cost before.
  const volumeFemtoUsd = rounded(before.costFemtoUsd * (callsNow - callsBefore), callsBefore);
  // p₀ = p₁, a cell that is new, and one that is gone: what rounding leaves must not look like a price.
  const isSamePrice = now.costFemtoUsd * before.calls === before.costFemtoUsd * now.calls;
  if (isSamePrice || before.calls === 0n)
    return { volumeFemtoUsd, mixFemtoUsd: change - volumeFemtoUsd, priceFemtoUsd: 0n };
  const mixFemtoUsd = rounded(
    before.costFemtoUsd * (now.calls * callsBefore - before.calls * callsNow),
    callsBefore * before.calls,
  );
  return { volumeFemtoUsd, mixFemtoUsd, priceFemtoUsd: change - volumeFemtoUsd - mixFemtoUsd };
}

/** Half to even is the same on both sides of zero. */
function rounded(dividend: bigint, divisor: bigint): bigint {
  return dividend < 0n ? -divideHalfEven(-dividend, divisor) : divideHalfEven(dividend, divisor);
}
