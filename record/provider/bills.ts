import type { BilledCall } from '../../demo/provider/startProvider.ts';
import type { TokenCounts } from '../../demo/provider/exchange.ts';
import type { Usage } from '../../src/usage.ts';

/** One line of the provider's own books, in the disjoint buckets of `src/usage.ts`. */
export interface Bill {
  /** As the client got it; null where the API gives none. */
  readonly response_id: string | null;
  readonly model: string;
  readonly path: string;
  readonly usage: Usage;
  readonly status: number;
  /** False when the connection went before the last byte: the call is billed in full all the same. */
  readonly complete: boolean;
}

const paths: Readonly<Record<BilledCall['api'], string>> = {
  'chat.completions': '/v1/chat/completions',
  responses: '/v1/responses',
  embeddings: '/v1/embeddings',
  completions: '/v1/completions',
  messages: '/v1/messages',
};

export function billOf(call: BilledCall): Bill {
  return {
    response_id: call.api === 'embeddings' ? null : call.id,
    model: call.model,
    path: paths[call.api],
    usage: usageOf(call.tokens),
    status: 200,
    complete: call.complete,
  };
}

export function usageOf(tokens: TokenCounts): Usage {
  return {
    input_uncached: tokens.uncached,
    cache_read: tokens.cacheRead,
    cache_write_5m: tokens.cacheWrite5m,
    cache_write_1h: tokens.cacheWrite1h,
    output: tokens.output,
    reasoning: tokens.reasoning,
    other: {
      ...(tokens.audioInput > 0 ? { audio_input: tokens.audioInput } : {}),
      ...(tokens.audioOutput > 0 ? { audio_output: tokens.audioOutput } : {}),
      ...(tokens.webSearchRequests > 0 ? { web_search_requests: tokens.webSearchRequests } : {}),
    },
  };
}
