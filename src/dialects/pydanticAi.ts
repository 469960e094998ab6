import type { Dialect } from './dialect.ts';
import { scopeIs } from './emitters.ts';

/**
 * Pydantic AI. An agent run's own sums have names of their own (`gen_ai.aggregated_usage.*`). `gen_ai.agent.call.id` names
 * one agent's run, of which a trace has several, so that the run stays the trace.
 */
export const pydanticAi: Dialect = {
  name: 'pydantic-ai',
  vocabulary: {
    speaksOfLlm: true,
    aliases: { audioCacheReadTokens: ['gen_ai.usage.details.cache_audio_read_tokens'] },
  },
  ownsScope: (name) => scopeIs(name, 'pydantic-ai'),
};
