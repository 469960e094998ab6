import type { Budget } from './budget.ts';
import type { PostedMeasures, Posting } from './posting.ts';

/** A counter, or what is added to one, in the unit of its budget. */
export interface CounterAmounts {
  readonly spent: bigint;
  readonly reserved: bigint;
  readonly overrun: bigint;
  readonly expiredUnsettled: bigint;
}

export const noAmounts: CounterAmounts = { spent: 0n, reserved: 0n, overrun: 0n, expiredUnsettled: 0n };

/** What a budget makes of measures. It is linear, so that counters are sums whatever the order. */
export function amountOf({ limit, unpriced }: Budget, measures: PostedMeasures): bigint {
  switch (limit.unit) {
    case 'usd':
      if (measures.unpricedCalls === 0 || unpriced.kind !== 'assume') return measures.femtoUsd;
      return measures.femtoUsd + BigInt(measures.unpricedCalls) * unpriced.femtoUsd;
    case 'tokens':
      return BigInt(measures.tokens);
    case 'calls':
      return BigInt(measures.calls);
  }
}

/** What a posting adds to a counter of the budget. */
export function amountsOf(budget: Budget, posting: Posting): CounterAmounts {
  const presumed = amountOf(budget, posting.presumed);
  const isPresumed = budget.lostCalls === 'presume';
  return {
    spent: amountOf(budget, posting.spent) + (isPresumed ? presumed : 0n),
    reserved: amountOf(budget, posting.reserved),
    overrun: amountOf(budget, posting.overrun) + (isPresumed ? 0n : amountOf(budget, posting.late)),
    expiredUnsettled: amountOf(budget, posting.lapsed) + (isPresumed ? 0n : presumed),
  };
}

export function addAmounts(a: CounterAmounts, b: CounterAmounts): CounterAmounts {
  return {
    spent: a.spent + b.spent,
    reserved: a.reserved + b.reserved,
    overrun: a.overrun + b.overrun,
    expiredUnsettled: a.expiredUnsettled + b.expiredUnsettled,
  };
}

export function negateAmounts(a: CounterAmounts): CounterAmounts {
  return { spent: -a.spent, reserved: -a.reserved, overrun: -a.overrun, expiredUnsettled: -a.expiredUnsettled };
}
