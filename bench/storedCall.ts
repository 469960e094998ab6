import { randomBytes } from 'node:crypto';
import type { PricedCall, Subject } from '../src/call.ts';
import { emptyUsage } from '../src/usage.ts';
import { plainCall } from '../test/support/llmCall.ts';

const NANOS_A_MS = 1_000_000n;

/** A priced call of gpt-4o like no other, as the pipeline gives it to the store: 1,000 tokens in, 100 out, 0.0035 USD. */
export function storedCall({ startMs, own }: { readonly startMs: number; readonly own: Subject }): PricedCall {
  return {
    ...plainCall,
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    startUnixNano: BigInt(Math.floor(startMs)) * NANOS_A_MS,
    service: 'shop',
    responseId: `chatcmpl-${randomBytes(12).toString('hex')}`,
    own,
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
  };
}
