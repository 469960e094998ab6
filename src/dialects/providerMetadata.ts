import { cleanDimension } from '../attribution/cleanDimension.ts';
import type { AttributeValue } from '../span.ts';
import { readCount, type Counts } from './counts.ts';
import { at, type Found } from './fields.ts';
import { child, leaf, readJsonObject, type JsonObject } from './json.ts';

type CountName = Exclude<keyof Counts, 'fault'>;

/** The path beneath the provider's own key, and the count that stands there. */
type Place = readonly [path: readonly string[], name: CountName];

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
export function addProviderMetadata(found: Found, counts: Counts): { readonly serviceTier: string | null } {
  const metadata = readJsonObject(found.values[at.aiProviderMetadata]);
  if (metadata === null) return { serviceTier: null };
  for (const top in places) {
    const own = child(metadata, top);
    if (own === null) continue;
    for (const [path, name] of places[top] ?? []) {
      const value = counts[name] === null ? leafAt(own, path) : null;
      if (value !== null) counts[name] = readCount(value, `${KEY} ${top}.${path.join('.')}`, counts);
    }
  }
  for (const path of tierPlaces) {
    const serviceTier = cleanDimension(leafAt(metadata, path));
    if (serviceTier !== null) return { serviceTier };
  }
  return { serviceTier: null };
}

function leafAt(root: JsonObject, path: readonly string[]): AttributeValue {
  let parent: JsonObject | null = root;
  for (let depth = 0; depth < path.length - 1; depth++) {
    parent = child(parent, path[depth] ?? '');
    if (parent === null) return null;
  }
  return leaf(parent, path[path.length - 1] ?? '');
}
