import { type FemtoUsd, formatUsd } from '../../src/money.ts';

/** A sum over charged calls that grows. */
export interface CostSum {
  calls: number;
  unpriced: number;
  costFemtoUsd: FemtoUsd;
}

export function emptySum(): CostSum {
  return { calls: 0, unpriced: 0, costFemtoUsd: 0n };
}

/** Null is a call without a price. */
export function addCall(sum: CostSum, costFemtoUsd: FemtoUsd | null): void {
  sum.calls += 1;
  sum.unpriced += costFemtoUsd === null ? 1 : 0;
  sum.costFemtoUsd += costFemtoUsd ?? 0n;
}

/** As COST_UNKNOWN says it in SQL: there are calls, and none of them has a price. */
export function isUnknown({ calls, unpriced }: CostSum): boolean {
  return calls > 0 && unpriced === calls;
}

export function usdOf(sum: CostSum): string | null {
  return isUnknown(sum) ? null : formatUsd(sum.costFemtoUsd);
}
