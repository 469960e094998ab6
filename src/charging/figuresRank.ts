import type { PricedCall } from '../call.ts';
import { tokenTotals } from '../usage.ts';

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
  const costsSomething = price.status !== 'unpriced' && price.costFemtoUsd > 0n;
  let rank = 0;
  if (inputTokens > 0 || outputTokens > 0 || costsSomething) rank += 2048;
  if (price.status === 'reported') rank += 1024;
  if (price.status !== 'unpriced') rank += 512;
  if (call.usageSource === 'provider') rank += FROM_PROVIDER;
  if (!call.lossy) rank += NOTHING_MISSING;
  rank += Math.min(bucketsOf(usage), BUCKETS_MAX) * 2;
  return rank + (call.isEmitterKnown ? 1 : 0);
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
