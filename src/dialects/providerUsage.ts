import type { Counts } from './counts.ts';
import { child, type JsonObject } from './json.ts';
import { fillCounts, type Place } from './places.ts';

/** The `usage` of Anthropic's Messages API; its input leaves the cache out. */
const anthropicUsage: readonly Place[] = [
  [['input_tokens'], 'uncachedInput'],
  [['cache_read_input_tokens'], 'cacheRead'],
  [['cache_creation_input_tokens'], 'cacheWrite'],
  [['cache_creation', 'ephemeral_5m_input_tokens'], 'cacheWrite5m'],
  [['cache_creation', 'ephemeral_1h_input_tokens'], 'cacheWrite1h'],
  [['server_tool_use', 'web_search_requests'], 'webSearchRequests'],
];

/** The details in the `usage` of OpenAI's Chat Completions and Responses. */
const openaiUsage: readonly Place[] = [
  [['prompt_tokens_details', 'cached_tokens'], 'cacheRead'],
  [['input_tokens_details', 'cached_tokens'], 'cacheRead'],
  [['completion_tokens_details', 'reasoning_tokens'], 'reasoning'],
  [['output_tokens_details', 'reasoning_tokens'], 'reasoning'],
];

/** The `usage` of Bedrock's Converse; its input leaves the cache out. */
const bedrockUsage: readonly Place[] = [
  [['inputTokens'], 'uncachedInput'],
  [['cacheReadInputTokens'], 'cacheRead'],
  [['cacheWriteInputTokens'], 'cacheWrite'],
];

/** Google's `usageMetadata`. */
const googleUsage: readonly Place[] = [
  [['cachedContentTokenCount'], 'cacheRead'],
  [['thoughtsTokenCount'], 'reasoning'],
  [['totalTokenCount'], 'total'],
];

/** Fills the counts still unknown from an answer as the provider gave it. */
export function addProviderUsage(answer: JsonObject | null, counts: Counts, where: string): void {
  const usage = child(answer, 'usage');
  if (usage !== null) fillCounts(counts, usage, placesOf(usage), `${where} usage`);
  fillCounts(counts, child(answer, 'usageMetadata'), googleUsage, `${where} usageMetadata`);
}

/** OpenAI's Responses say `input_tokens` too, with the cache in it: only Anthropic's usage names its cache beside it. */
function placesOf(usage: JsonObject): readonly Place[] {
  if (Object.hasOwn(usage, 'inputTokens')) return bedrockUsage;
  const isAnthropic =
    Object.hasOwn(usage, 'cache_read_input_tokens') || Object.hasOwn(usage, 'cache_creation_input_tokens');
  return isAnthropic ? anthropicUsage : openaiUsage;
}
