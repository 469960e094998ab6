import type { Counts } from './counts.ts';
import type { Tariff } from './dialect.ts';
import { at, type Found } from './fields.ts';
import { child, readJsonObject } from './json.ts';
import { fillCounts, type Place } from './places.ts';
import { noTariff, tariffOf, tariffOr } from './priceFacts.ts';

const anthropic: readonly Place[] = [
  [['usage', 'input_tokens'], 'uncachedInput'],
  [['usage', 'cache_read_input_tokens'], 'cacheRead'],
  [['cacheReadInputTokens'], 'cacheRead'],
  [['usage', 'cache_creation_input_tokens'], 'cacheWrite'],
  [['cacheCreationInputTokens'], 'cacheWrite'],
  [['usage', 'cache_creation', 'ephemeral_5m_input_tokens'], 'cacheWrite5m'],
  [['usage', 'cache_creation', 'ephemeral_1h_input_tokens'], 'cacheWrite1h'],
  [['usage', 'server_tool_use', 'web_search_requests'], 'webSearchRequests'],
];
const bedrock: readonly Place[] = [
  [['usage', 'cacheReadInputTokens'], 'cacheRead'],
  [['usage', 'cacheWriteInputTokens'], 'cacheWrite'],
];
const openai: readonly Place[] = [
  [['cachedPromptTokens'], 'cacheRead'],
  [['reasoningTokens'], 'reasoning'],
];
const google: readonly Place[] = [
  [['usageMetadata', 'cachedContentTokenCount'], 'cacheRead'],
  [['usageMetadata', 'thoughtsTokenCount'], 'reasoning'],
  [['usageMetadata', 'totalTokenCount'], 'total'],
];

/** Where the AI SDK's providers put what its own usage lacks. First present wins. */
const places: Readonly<Record<string, readonly Place[]>> = {
  anthropic,
  bedrock,
  openai,
  azure: openai,
  google,
  vertex: google,
  // They tell what the call cost.
  openrouter: [],
  perplexity: [],
  xai: [],
};
const KEY = 'ai.response.providerMetadata';

/** Fills the counts that no attribute gave from `ai.response.providerMetadata`, and reads what decides its price. */
export function addProviderMetadata(found: Found, counts: Counts): Tariff {
  const metadata = readJsonObject(found.values[at.aiProviderMetadata]);
  if (metadata === null) return noTariff;
  let tariff = noTariff;
  for (const top in places) {
    const own = child(metadata, top);
    if (own === null) continue;
    fillCounts(counts, own, places[top] ?? [], `${KEY} ${top}`);
    tariff = tariffOr(tariff, tariffOf(own));
  }
  return tariff;
}
