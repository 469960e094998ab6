import type { PricedCall } from '../call.ts';
import { tokenTotals } from '../usage.ts';

const BEARS_USAGE = 2048;
const REPORTED = 1024;
const PRICED = 512;
/** Most places a bucket count takes below the other criteria. */
const BUCKETS_MAX = 15;
const FROM_PROVIDER = 256;
const NOTHING_MISSING = 128;

/**
 * How good the figures of a copy are, the greater the better (docs/charging.md): each criterion outweighs all after it.
 * Fits a smallint.
 */
export function figuresRank(call: PricedCall): number {
  const { price, usage } = call;
  const { inputTokens, outputTokens } = tokenTotals(usage);
  let rank = rankOfPrice(price, inputTokens > 0 || outputTokens > 0);
  if (call.usageSource === 'provider') rank += FROM_PROVIDER;
  if (!call.lossy) rank += NOTHING_MISSING;
  rank += Math.min(bucketsOf(usage), BUCKETS_MAX) * 2;
  return rank + (call.isEmitterKnown ? 1 : 0);
}

function rankOfPrice(price: PricedCall['price'], hasTokens: boolean): number {
  let rank = 0;
  if (hasTokens || (price.status !== 'unpriced' && price.costFemtoUsd > 0n)) rank += BEARS_USAGE;
  if (price.status === 'reported') rank += REPORTED;
  if (price.status !== 'unpriced') rank += PRICED;
  return rank;
}

/** The rank of the same figures at another price. */
export function rankAtPrice(rank: number, price: PricedCall['price'], hasTokens: boolean): number {
  return (rank & ~(BEARS_USAGE | REPORTED | PRICED)) + rankOfPrice(price, hasTokens);
}

/** What the rank of a call says of where its usage is from. */
export function usageByRank(rank: number): Pick<PricedCall, 'usageSource' | 'lossy' | 'isEmitterKnown'> {
  return {
    usageSource: (rank & FROM_PROVIDER) === 0 ? 'estimate' : 'provider',
    lossy: (rank & NOTHING_MISSING) === 0,
    isEmitterKnown: (rank & 1) !== 0,
  };
}

/** Whether the usage is the provider's word and all of it, by the rank. */
export function hasExactUsage(rank: number): boolean {
  return (rank & FROM_PROVIDER) !== 0 && (rank & NOTHING_MISSING) !== 0;
}

function bucketsOf(usage: PricedCall['usage']): number {
  let count = 0;
  if (usage.input_uncached !== null) count += 1;
  if (usage.cache_read !== null) count += 1;
  if (usage.cache_write_5m !== null) count += 1;
  if (usage.cache_write_1h !== null) count += 1;
  if (usage.output !== null) count += 1;
  if (usage.reasoning !== null) count += 1;
  return count + Object.keys(usage.other).length;
}
