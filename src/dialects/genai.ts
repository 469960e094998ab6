import type { FemtoUsd } from '../money.ts';
import type { AttributeValue } from '../span.ts';
import type { Dialect, OwnFacts } from './dialect.ts';
import { at } from './fields.ts';

/**
 * The GenAI semantic conventions from v1.37 on (`gen_ai.provider.name`), with the spellings that emitters of the same
 * family use for what the conventions named late or not at all.
 */
export const genai: Dialect = {
  name: 'genai',
  vocabulary: {
    speaksOfLlm: true,
    aliases: {
      operation: ['gen_ai.operation.name'],
      provider: ['gen_ai.provider.name'],
      requestModel: ['gen_ai.request.model'],
      responseModel: ['gen_ai.response.model'],
      responseId: ['gen_ai.response.id'],
      serviceTier: [
        'openai.response.service_tier',
        'anthropic.response.service_tier',
        'gen_ai.response.service_tier',
        'gen_ai.openai.response.service_tier',
      ],
      requestServiceTier: [
        'openai.request.service_tier',
        'anthropic.request.service_tier',
        'gen_ai.request.service_tier',
        'gen_ai.openai.request.service_tier',
      ],
      inferenceGeo: ['anthropic.response.inference_geo', 'anthropic.request.inference_geo'],
      speed: ['anthropic.response.speed', 'anthropic.request.speed'],
      inputTokens: ['gen_ai.usage.input_tokens'],
      outputTokens: ['gen_ai.usage.output_tokens'],
      totalTokens: ['gen_ai.usage.total_tokens'],
      cacheReadTokens: [
        'gen_ai.usage.cache_read.input_tokens',
        'gen_ai.usage.cache_read_input_tokens',
        'gen_ai.usage.cache_read_tokens',
        'gen_ai.usage.input_cached_tokens',
        'gen_ai.usage.input_tokens.cached',
        'gen_ai.usage.details.cache_read_tokens',
        'gen_ai.usage.details.cache_read_input_tokens',
        'gen_ai.usage.prompt_tokens_details.cache_read',
      ],
      cacheWriteTokens: [
        'gen_ai.usage.cache_write.input_tokens',
        'gen_ai.usage.cache_creation.input_tokens',
        'gen_ai.usage.cache_creation_input_tokens',
        'gen_ai.usage.cache_write_input_tokens',
        'gen_ai.usage.cache_write_tokens',
        'gen_ai.usage.input_cache_creation',
        'gen_ai.usage.input_tokens.cache_write',
        'gen_ai.usage.details.cache_write_tokens',
        'gen_ai.usage.details.cache_creation_input_tokens',
        'gen_ai.usage.prompt_tokens_details.cache_write',
      ],
      cacheWrite5mTokens: ['gen_ai.usage.cache_creation.5m_input_tokens'],
      cacheWrite1hTokens: ['gen_ai.usage.cache_creation.1h_input_tokens'],
      reasoningTokens: [
        'gen_ai.usage.reasoning.output_tokens',
        'gen_ai.usage.reasoning_tokens',
        'gen_ai.usage.details.reasoning_tokens',
        'gen_ai.usage.output_tokens.reasoning',
        'gen_ai.usage.completion_tokens_details.reasoning',
      ],
      audioInputTokens: [
        'gen_ai.usage.audio.input_tokens',
        'gen_ai.usage.audio_input_tokens',
        'gen_ai.usage.input_audio_tokens',
        'gen_ai.usage.details.input_audio_tokens',
      ],
      audioCacheReadTokens: ['gen_ai.usage.audio.cache_read.input_tokens'],
      audioOutputTokens: [
        'gen_ai.usage.audio.output_tokens',
        'gen_ai.usage.audio_output_tokens',
        'gen_ai.usage.output_audio_tokens',
        'gen_ai.usage.details.output_audio_tokens',
      ],
      imageInputTokens: ['gen_ai.usage.image.input_tokens', 'gen_ai.usage.input_image_tokens'],
      imageCacheReadTokens: ['gen_ai.usage.image.cache_read.input_tokens'],
      imageOutputTokens: ['gen_ai.usage.image.output_tokens', 'gen_ai.usage.output_image_tokens'],
      reportedCost: ['gen_ai.usage.cost', 'gen_ai.usage.total_cost', 'gen_ai.cost.total_cost', 'operation.cost'],
      copilotNanoAiu: ['github.copilot.nano_aiu'],
      aggregatedUsage: ['gen_ai.aggregated_usage.input_tokens', 'gen_ai.aggregated_usage.output_tokens'],
    },
  },
  recognises: (_span, found, bit) => (found.vocabularies & bit) !== 0,
  own: (_span, found) => {
    const nanoAiu = found.values[at.copilotNanoAiu];
    return nanoAiu === undefined ? none : { reportedCostFemtoUsd: copilotCost(nanoAiu) };
  },
};

const none: OwnFacts = {};
/** GitHub's AI unit is its AI credit, 0.01 USD: a billionth of it is 1e-11 USD. */
const FEMTO_USD_PER_NANO_AIU = 10_000n;
/** 10,000 USD for one call; more is no cost. */
const NANO_AIU_MAX = 1e15;

function copilotCost(nanoAiu: AttributeValue): FemtoUsd | null {
  const count = typeof nanoAiu === 'string' && /^\d{1,16}$/.test(nanoAiu) ? Number(nanoAiu) : nanoAiu;
  if (typeof count !== 'number' || !(count >= 0) || count > NANO_AIU_MAX) return null;
  return BigInt(Math.round(count)) * FEMTO_USD_PER_NANO_AIU;
}
