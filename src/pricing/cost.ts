import type { FemtoUsd } from '../money.ts';
import { TOKENS_PER_BUCKET_MAX, type Bucket, type OtherBucket, type Usage } from '../usage.ts';
import type { FemtoUsdPerUnit } from './rate.ts';
import type { Rates } from './rateCard.ts';

export interface Cost {
  readonly costFemtoUsd: FemtoUsd;
  /** Adds up to the cost. Only buckets that cost something. */
  readonly partsFemtoUsd: Readonly<Partial<Record<Bucket, FemtoUsd>>>;
}

export type CostFault = 'no_rate_for_unit' | 'inconsistent_usage';

/**
 * Usage times rates, exact to the last digit. Buckets nobody reported add nothing. All in bigint: since the parts leave
 * as bigint, doubles where they are exact save nothing (0.15 µs a call either way).
 */
export function costOf(usage: Usage, rates: Rates): Cost | CostFault {
  const tally = new Tally();
  tally.add('input_uncached', usage.input_uncached, rates.input_uncached);
  tally.add('cache_read', usage.cache_read, rates.cache_read);
  tally.add('cache_write_5m', usage.cache_write_5m, rates.cache_write_5m);
  tally.add('cache_write_1h', usage.cache_write_1h, rates.cache_write_1h);
  if (rates.reasoning === null) {
    tally.add('output', usage.output, rates.output);
  } else {
    const reasoning = usage.reasoning ?? 0;
    tally.add('output', (usage.output ?? reasoning) - reasoning, rates.output);
    tally.add('reasoning', reasoning, rates.reasoning);
  }
  for (const bucket in usage.other) {
    tally.add(bucket as OtherBucket, usage.other[bucket as OtherBucket] ?? null, rates[bucket as OtherBucket]);
  }
  if (rates.requests !== null) tally.add('requests', 1, rates.requests);
  return tally.fault ?? { costFemtoUsd: tally.costFemtoUsd, partsFemtoUsd: tally.partsFemtoUsd };
}

class Tally {
  readonly partsFemtoUsd: Partial<Record<Bucket, FemtoUsd>> = {};
  costFemtoUsd: FemtoUsd = 0n;
  fault: CostFault | null = null;

  add(bucket: Bucket, amount: number | null, rate: FemtoUsdPerUnit | null): void {
    if (amount === null || amount === 0) return;
    if (!(amount > 0 && amount <= TOKENS_PER_BUCKET_MAX && Number.isInteger(amount))) {
      this.fault = 'inconsistent_usage';
    } else if (rate === null) {
      this.fault ??= 'no_rate_for_unit';
    } else if (rate !== 0n) {
      const part = BigInt(amount) * rate;
      this.partsFemtoUsd[bucket] = part;
      this.costFemtoUsd += part;
    }
  }
}
