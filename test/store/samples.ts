import type { PricedCall, SpanSkeleton } from '../../src/call.ts';
import type { Queries } from '../../processor/store/database.ts';
import type { StoreBatch } from '../../processor/store/store.ts';
import { emptyUsage } from '../../src/usage.ts';
import { plainCall, plainSpan } from '../support/llmCall.ts';

export { noSubject as nobody } from '../../src/attribution/subject.ts';

/** 2026-11-20T10:00:00Z. */
export const START_NANO = 1_795_168_800_000_000_000n;
export const HOUR_NANO = 3_600_000_000_000n;

const hexId = (digits: number, number: number): string => number.toString(16).padStart(digits, '0');

export function skeleton(traceNumber: number, spanNumber: number, changes: Partial<SpanSkeleton> = {}): SpanSkeleton {
  return {
    ...plainSpan,
    traceId: hexId(32, traceNumber),
    spanId: hexId(16, spanNumber),
    name: 'handle',
    kind: 2,
    startUnixNano: START_NANO,
    durationNano: 1_000_000n,
    service: 'shop',
    ...changes,
  };
}

/** A call of 1,000 input and 100 output tokens that costs 0.0025 + 0.001 = 0.0035 USD and lasts 1.5 s. */
export function call(traceNumber: number, spanNumber: number, changes: Partial<PricedCall> = {}): PricedCall {
  return {
    ...plainCall,
    traceId: hexId(32, traceNumber),
    spanId: hexId(16, spanNumber),
    startUnixNano: START_NANO,
    durationNano: 1_500_000_000n,
    service: 'shop',
    usage: { ...emptyUsage, input_uncached: 1000, output: 100 },
    price: {
      status: 'priced',
      costFemtoUsd: 3_500_000_000_000n,
      partsFemtoUsd: { input_uncached: 2_500_000_000_000n, output: 1_000_000_000_000n },
      source: 'default',
      card: 'openai/gpt-4o',
      effectiveFrom: null,
      serviceTier: 'standard',
    },
    ...changes,
  };
}

export function batch(
  calls: readonly PricedCall[],
  spans: readonly SpanSkeleton[] = [],
  tenant = 'default',
): StoreBatch {
  return { tenant, keyAgent: null, spans, calls };
}

/**
 * Budgets of months, runs and sessions count from the start of the samples' month on: from when they were made, as they would
 * by themselves, they leave the samples out as soon as the machine's clock is in another month.
 */
export async function countSamples(database: Queries): Promise<void> {
  const start = `'2026-11-01T00:00:00Z'::timestamptz`;
  await database.query(
    `update tollgate_data.budgets set counts_from = least(counts_from, ${start}), idle_from = least(idle_from, ${start})
where definition ->> 'window' in ('month', 'run', 'session')`,
  );
}

/** What an audit says of counters where there is no budget. */
export const noCounters = { counters: 0, skippedCounters: 0 };
