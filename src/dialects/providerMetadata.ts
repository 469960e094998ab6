import { cleanDimension } from '../attribution/cleanDimension.ts';
import type { Counts } from './counts.ts';
import type { JsonFacts } from './dialect.ts';
import { at, type Found } from './fields.ts';
import { child, readJsonObject } from './json.ts';
import { fillCounts, leafAt, type Place } from './places.ts';

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
};
const KEY = 'ai.response.providerMetadata';

const tierPlaces: readonly (readonly string[])[] = [
  ['openai', 'serviceTier'],
  ['azure', 'serviceTier'],
  ['anthropic', 'usage', 'service_tier'],
];

/** Fills the counts that no attribute gave from `ai.response.providerMetadata`, and reads the served tier. */
export function addProviderMetadata(found: Found, counts: Counts): JsonFacts {
  const metadata = readJsonObject(found.values[at.aiProviderMetadata]);
  if (metadata === null) return { serviceTier: null };
  for (const top in places) {
    const own = child(metadata, top);
    if (own === null) continue;
    fillCounts(counts, own, places[top] ?? [], `${KEY} ${top}`);
  }
  for (const path of tierPlaces) {
    const serviceTier = cleanDimension(leafAt(metadata, path));
    if (serviceTier !== null) return { serviceTier };
  }
  return { serviceTier: null };
}
