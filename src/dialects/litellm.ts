import type { Counts } from './counts.ts';
import { noHabits, type Dialect, type JsonFacts } from './dialect.ts';
import { scopeIs } from './emitters.ts';
import { at, text, type Found } from './fields.ts';
import { child, leaf, type JsonObject } from './json.ts';
import { operationNamed } from './operations.ts';
import { fillCounts, type Place } from './places.ts';
import { tariffOfUsage, tariffOr } from './priceFacts.ts';
import { addProviderUsage } from './providerUsage.ts';
import { readReprObject } from './pythonRepr.ts';
import { readReportedCost } from './reportedCost.ts';

/** LiteLLM's usage has OpenAI's shape whoever answered: input holds the cache, output the reasoning. */
const usagePlaces: readonly Place[] = [
  [['prompt_tokens_details', 'cached_tokens'], 'cacheRead'],
  [['cache_read_input_tokens'], 'cacheRead'],
  [['prompt_tokens_details', 'cache_creation_tokens'], 'cacheWrite'],
  [['cache_creation_input_tokens'], 'cacheWrite'],
  [['prompt_tokens_details', 'cache_creation_token_details', 'ephemeral_5m_input_tokens'], 'cacheWrite5m'],
  [['prompt_tokens_details', 'cache_creation_token_details', 'ephemeral_1h_input_tokens'], 'cacheWrite1h'],
  [['prompt_tokens_details', 'audio_tokens'], 'audioInput'],
  [['completion_tokens_details', 'reasoning_tokens'], 'reasoning'],
  [['completion_tokens_details', 'audio_tokens'], 'audioOutput'],
  [['server_tool_use', 'web_search_requests'], 'webSearchRequests'],
];

/**
 * LiteLLM, the proxy and the library. Its older tracing writes what was cached only inside copies of whole records, as
 * Python's `str()` of them or as JSON; the newer one (`litellm.call_type`) as the conventions say.
 */
export const litellm: Dialect = {
  name: 'litellm',
  vocabulary: {
    speaksOfLlm: true,
    aliases: {
      litellmUsage: ['metadata.usage_object'],
      litellmRawUsage: ['llm.anthropic.usage', 'llm.openai.usage', 'llm.azure.usage', 'llm.openrouter.usage'],
      litellmHiddenParams: ['hidden_params'],
      litellmCallType: ['litellm.call_type'],
      litellmCacheHit: ['litellm.cache_hit'],
      responseModel: ['litellm.provider.model'],
      serviceTier: ['llm.openai.service_tier', 'llm.azure.service_tier'],
      reportedCost: ['litellm.cost.total'],
    },
  },
  // The application's own span, where LiteLLM found one, carries its keys instead of a span of its scope.
  ownsScope: (name) => scopeIs(name, 'litellm'),
  recognises: (_span, found, bit) => (found.vocabularies & bit) !== 0,
  operation: (found) => {
    const callType = text(found, at.litellmCallType) ?? text(found, at.llmRequestType);
    // For the conventions `completion` is text completion's old name.
    return callType === null ? null : callType === 'completion' ? 'chat' : operationNamed(callType);
  },
  // Answered out of LiteLLM's own cache: no provider was asked, and the usage is that of an earlier call.
  containerRule: (found) => (isTrue(found.values[at.litellmCacheHit]) ? 'litellm.cache_hit=true' : null),
  own: (_span, found) => {
    if (found.values[at.reportedCost] !== undefined) return {};
    return { reportedCostFemtoUsd: readReportedCost(leaf(hiddenParams(found), 'response_cost')) };
  },
  readJson: (found, counts) => {
    // A record without usage attributes is of a call that nobody bills, such as reading a stored answer.
    if (counts.input === null && counts.output === null) return {};
    if (counts.input === 0 && counts.output === 0) return forget(counts);
    const usage = usageOf(found);
    const raw = readReprObject(found.values[at.litellmRawUsage]);
    fillCounts(counts, usage, usagePlaces, 'metadata.usage_object');
    if (raw !== null) addProviderUsage({ usage: raw }, counts, 'litellm');
    return {
      tariff: tariffOr(tariffOfUsage(raw), tariffOfUsage(usage)),
      lossy: usage === null && raw === null && found.values[at.litellmUsage] !== undefined,
    };
  },
  habits: (_span, found) => ({
    ...noHabits,
    isKnown: true,
    cache: 'inclusive',
    missing: tellsCache(found) ? null : 'cache',
  }),
};

/** It counts a stream whose provider gave no usage as zeros. No call has an empty input, so nothing was reported. */
function forget(counts: Counts): JsonFacts {
  counts.input = null;
  counts.output = null;
  counts.total = null;
  return {};
}

function usageOf(found: Found): JsonObject | null {
  return readReprObject(found.values[at.litellmUsage]) ?? child(hiddenParams(found), 'usage_object');
}

function hiddenParams(found: Found): JsonObject | null {
  return readReprObject(found.values[at.litellmHiddenParams]);
}

/** By what is there; whether it can be read shows when it is. */
function tellsCache(found: Found): boolean {
  return (
    found.values[at.litellmCallType] !== undefined ||
    found.values[at.litellmUsage] !== undefined ||
    found.values[at.litellmRawUsage] !== undefined ||
    (text(found, at.litellmHiddenParams)?.includes('"usage_object": {') ?? false)
  );
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'True' || value === 'true';
}
