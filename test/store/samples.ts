import type { PricedCall, SpanSkeleton, Subject } from '../../src/call.ts';
import type { StoreBatch } from '../../processor/store/store.ts';
import { emptyUsage } from '../../src/usage.ts';

export const nobody: Subject = {
  agent: null,
  agentId: null,
  user: null,
  session: null,
  run: null,
  endpoint: null,
  tags: {},
};

/** 2026-11-20T10:00:00Z. */
export const START_NANO = 1_795_168_800_000_000_000n;
export const HOUR_NANO = 3_600_000_000_000n;

const hexId = (digits: number, number: number): string => number.toString(16).padStart(digits, '0');

export function skeleton(traceNumber: number, spanNumber: number, changes: Partial<SpanSkeleton> = {}): SpanSkeleton {
  return {
    traceId: hexId(32, traceNumber),
    spanId: hexId(16, spanNumber),
    parentSpanId: null,
    name: 'handle',
    kind: 2,
    startUnixNano: START_NANO,
    durationNano: 1_000_000n,
    status: 'ok',
    service: 'shop',
    environment: null,
    operation: null,
    own: nobody,
    ...changes,
  };
}

/** A call of 1,000 input and 100 output tokens that costs 0.0025 + 0.001 = 0.0035 USD and lasts 1.5 s. */
export function call(traceNumber: number, spanNumber: number, changes: Partial<PricedCall> = {}): PricedCall {
  return {
    ...skeleton(traceNumber, spanNumber),
    name: 'chat gpt-4o',
    kind: 3,
    durationNano: 1_500_000_000n,
    operation: 'chat',
    role: 'call',
    containerRule: null,
    dialect: 'genai',
    provider: 'openai',
    model: 'gpt-4o',
    requestModel: 'gpt-4o',
    responseModel: null,
    responseId: null,
    errorType: null,
    httpStatus: null,
    usage: { ...emptyUsage, input_uncached: 1000, output: 100 },
    cacheSemantics: 'inclusive:convention',
    usageSource: 'provider',
    lossy: false,
    usageFault: null,
    serviceTier: null,
    reportedCostFemtoUsd: null,
    resourceSubject: nobody,
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
