import type { LlmCall } from '../../src/call.ts';
import { emptyUsage, type Usage } from '../../src/usage.ts';
import { plainCall } from '../support/llmCall.ts';

export function unixNano(iso: string): bigint {
  return BigInt(Date.parse(iso)) * 1_000_000n;
}

/** An ordinary chat call at noon of 2026-10-01, changed by what the test is about. */
export function llmCall(changes: Partial<LlmCall> & { readonly usage?: Usage } = {}): LlmCall {
  return {
    ...plainCall,
    parentSpanId: 'eee19b7ec3c1b173',
    startUnixNano: unixNano('2026-10-01T12:00:00Z'),
    durationNano: 1_234_500_000n,
    service: 'api',
    environment: 'prod',
    responseModel: 'gpt-4o-2024-08-06',
    responseId: 'chatcmpl-1',
    usage: tokens({ input_uncached: 1_000, output: 500 }),
    ...changes,
  };
}

export function tokens(buckets: Partial<Usage>): Usage {
  return { ...emptyUsage, ...buckets };
}
