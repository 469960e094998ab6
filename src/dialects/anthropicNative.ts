import type { Dialect } from './dialect.ts';

/**
 * The spans `@anthropic-ai/sdk` writes itself, and the platform's side of them. Its messages say `chat`; its other calls
 * (sessions, `count_tokens` …) name a model too, cost nothing and have no operation.
 */
export const anthropicNative: Dialect = {
  name: 'anthropic-native',
  vocabulary: {
    speaksOfLlm: true,
    aliases: {
      requestId: ['anthropic.request.id'],
      cacheWrite5mTokens: ['anthropic.usage.cache_creation.ephemeral_5m_input_tokens'],
      cacheWrite1hTokens: ['anthropic.usage.cache_creation.ephemeral_1h_input_tokens'],
      compactionInputTokens: ['anthropic.usage.compaction.input_tokens'],
      compactionOutputTokens: ['anthropic.usage.compaction.output_tokens'],
    },
  },
  ownsScope: (name) => name.startsWith('com.anthropic.sdk.') || name.startsWith('com.anthropic.claude-platform'),
  callNeedsUsage: (_found, operation) => operation === null,
  // What compactions used is billed beside input and output, and comes without its cached part.
  lossy: (_span, _found, _family, counts) => counts.compactionInput !== null && counts.compactionInput > 0,
};
