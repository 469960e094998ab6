import { cleanDimension } from '../attribution/cleanDimension.ts';
import type { AttributeValue } from '../span.ts';
import { readCount, type Counts } from './counts.ts';
import { at, type Found } from './fields.ts';
import { child, leaf, readJsonObject, type JsonObject } from './json.ts';

type CountName = Exclude<keyof Counts, 'fault'>;

/** Where the AI SDK's providers put what its own usage lacks: path in the JSON, count. First present wins. */
const places: readonly (readonly [path: readonly string[], name: CountName])[] = [
  [['anthropic', 'usage', 'input_tokens'], 'uncachedInput'],
  [['anthropic', 'usage', 'cache_read_input_tokens'], 'cacheRead'],
  [['anthropic', 'cacheReadInputTokens'], 'cacheRead'],
  [['anthropic', 'usage', 'cache_creation_input_tokens'], 'cacheWrite'],
  [['anthropic', 'cacheCreationInputTokens'], 'cacheWrite'],
  [['anthropic', 'usage', 'cache_creation', 'ephemeral_5m_input_tokens'], 'cacheWrite5m'],
  [['anthropic', 'usage', 'cache_creation', 'ephemeral_1h_input_tokens'], 'cacheWrite1h'],
  [['anthropic', 'usage', 'server_tool_use', 'web_search_requests'], 'webSearchRequests'],
  [['bedrock', 'usage', 'cacheReadInputTokens'], 'cacheRead'],
  [['bedrock', 'usage', 'cacheWriteInputTokens'], 'cacheWrite'],
  [['openai', 'cachedPromptTokens'], 'cacheRead'],
  [['openai', 'reasoningTokens'], 'reasoning'],
  [['azure', 'cachedPromptTokens'], 'cacheRead'],
  [['azure', 'reasoningTokens'], 'reasoning'],
  [['google', 'usageMetadata', 'cachedContentTokenCount'], 'cacheRead'],
  [['google', 'usageMetadata', 'thoughtsTokenCount'], 'reasoning'],
  [['google', 'usageMetadata', 'totalTokenCount'], 'total'],
  [['vertex', 'usageMetadata', 'cachedContentTokenCount'], 'cacheRead'],
  [['vertex', 'usageMetadata', 'thoughtsTokenCount'], 'reasoning'],
  [['vertex', 'usageMetadata', 'totalTokenCount'], 'total'],
];
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
  for (const [path, name] of places) {
    if (counts[name] !== null) continue;
    const value = leafAt(metadata, path);
    if (value !== null) counts[name] = readCount(value, `${KEY} ${path.join('.')}`, counts);
  }
  for (const path of tierPlaces) {
    const serviceTier = cleanDimension(leafAt(metadata, path));
    if (serviceTier !== null) return { serviceTier };
  }
  return { serviceTier: null };
}

function leafAt(metadata: JsonObject, path: readonly string[]): AttributeValue {
  let parent: JsonObject | null = metadata;
  for (let depth = 0; depth < path.length - 1; depth++) {
    parent = child(parent, path[depth] ?? '');
    if (parent === null) return null;
  }
  return leaf(parent, path[path.length - 1] ?? '');
}
