import { readCount, type Counts } from './counts.ts';
import { leaf, type JsonObject } from './json.ts';
import { fillCounts, type Place } from './places.ts';

const places: readonly Place[] = [
  [['cachedContentTokenCount'], 'cacheRead'],
  [['cached_content_token_count'], 'cacheRead'],
  [['thoughtsTokenCount'], 'reasoning'],
  [['thoughts_token_count'], 'reasoning'],
  [['totalTokenCount'], 'total'],
  [['total_token_count'], 'total'],
];

/**
 * Fills the counts still unknown from Gemini's usage, in the spelling of its API or of Python. What server-side tools read
 * is billed as input, and is added where the attribute holds the prompt alone.
 */
export function addGoogleUsage(usage: JsonObject | null, counts: Counts, where: string): void {
  if (usage === null) return;
  fillCounts(counts, usage, places, where);
  const prompt = countOf(usage, 'promptTokenCount', 'prompt_token_count', counts, where);
  const tools = countOf(usage, 'toolUsePromptTokenCount', 'tool_use_prompt_token_count', counts, where);
  if (tools !== null && counts.input !== null && counts.input === prompt) counts.input += tools;
}

function countOf(usage: JsonObject, camel: string, snake: string, counts: Counts, where: string): number | null {
  return readCount(leaf(usage, camel) ?? leaf(usage, snake), `${where}.${camel}`, counts);
}
