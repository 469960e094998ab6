import { readCount, type Counts } from './counts.ts';
import { leaf, type JsonObject } from './json.ts';
import { fillCounts, type CountName, type Place } from './places.ts';

const KEY = 'langfuse.observation.usage_details';

/** OpenAI's own usage, which Langfuse's Python wrapper passes on: input holds the cache, output the reasoning. */
const openai: readonly Place[] = [
  [['prompt_tokens'], 'input'],
  [['input_tokens'], 'input'],
  [['completion_tokens'], 'output'],
  [['output_tokens'], 'output'],
  [['total_tokens'], 'total'],
  [['prompt_tokens_details', 'cached_tokens'], 'cacheRead'],
  [['input_tokens_details', 'cached_tokens'], 'cacheRead'],
  [['prompt_tokens_details', 'cache_write_tokens'], 'cacheWrite'],
  [['prompt_tokens_details', 'audio_tokens'], 'audioInput'],
  [['completion_tokens_details', 'reasoning_tokens'], 'reasoning'],
  [['output_tokens_details', 'reasoning_tokens'], 'reasoning'],
  [['completion_tokens_details', 'audio_tokens'], 'audioOutput'],
];

/** Names of the buckets that Langfuse's wrappers for OpenAI, Anthropic and LangChain write, and LiteLLM. */
const bucketNames: Readonly<Record<string, CountName>> = {
  input: 'uncachedInput',
  input_tokens: 'uncachedInput',
  output: 'output',
  output_tokens: 'output',
  total: 'total',
  total_tokens: 'total',
  input_cached_tokens: 'cacheRead',
  input_cache_read: 'cacheRead',
  input_flex_cache_read: 'cacheRead',
  cache_read_input_tokens: 'cacheRead',
  input_cache_creation: 'cacheWrite',
  input_cache_write_tokens: 'cacheWrite',
  cache_creation_input_tokens: 'cacheWrite',
  input_cache_creation_5m: 'cacheWrite5m',
  input_ephemeral_5m_input_tokens: 'cacheWrite5m',
  cache_creation_ephemeral_5m_input_tokens: 'cacheWrite5m',
  input_cache_creation_1h: 'cacheWrite1h',
  input_ephemeral_1h_input_tokens: 'cacheWrite1h',
  cache_creation_ephemeral_1h_input_tokens: 'cacheWrite1h',
  input_audio: 'audioInput',
  input_audio_tokens: 'audioInput',
  output_audio: 'audioOutput',
  output_audio_tokens: 'audioOutput',
  output_reasoning: 'reasoning',
  output_reasoning_tokens: 'reasoning',
};
/** LangChain's priority tier repeats what other buckets hold. */
const REPEATED = /^(?:input|output)_priority/;
/** Names beyond this many are not read: providers have some twenty kinds of tokens. */
const BUCKETS_MAX = 64;

/**
 * Fills the counts from `usage_details`: by convention disjoint buckets, whatever their names. False where its total says
 * that some bucket is missing.
 */
export function addUsageDetails(details: JsonObject, counts: Counts, isOfAnthropic: boolean): boolean {
  if (isOpenai(details)) {
    fillCounts(counts, details, openai, KEY);
    return true;
  }
  let otherInput = 0;
  let otherOutput = 0;
  for (const bucket of Object.keys(details).slice(0, BUCKETS_MAX)) {
    const tokens = readCount(leaf(details, bucket), `${KEY} ${bucket}`, counts);
    if (tokens === null || REPEATED.test(bucket)) continue;
    const name = Object.hasOwn(bucketNames, bucket) ? bucketNames[bucket] : undefined;
    if (name !== undefined) counts[name] ??= tokens;
    else if (bucket.startsWith('input_')) otherInput += tokens;
    // Predictions, accepted or not, are billed as output.
    else if (bucket.startsWith('output_')) otherOutput += tokens;
  }
  return settle(counts, otherInput, otherOutput, isOfAnthropic);
}

function isOpenai(details: JsonObject): boolean {
  return (
    Object.hasOwn(details, 'prompt_tokens') ||
    Object.hasOwn(details, 'input_tokens_details') ||
    Object.hasOwn(details, 'output_tokens_details')
  );
}

/** Makes the disjoint buckets what `Counts` means by input and output. True unless the total is above their sum. */
function settle(counts: Counts, otherInput: number, otherOutput: number, isOfAnthropic: boolean): boolean {
  const { uncachedInput: input, output, total, cacheRead, cacheWrite, cacheWrite5m, cacheWrite1h } = counts;
  const toldWrites = (cacheWrite5m ?? 0) + (cacheWrite1h ?? 0);
  // A total over the times to live, or a bucket beside them.
  const writes = cacheWrite === null ? toldWrites : cacheWrite < toldWrites ? cacheWrite + toldWrites : cacheWrite;
  if (cacheWrite !== null) counts.cacheWrite = writes;
  const cached = (cacheRead ?? 0) + writes;
  const allInput = (input ?? 0) + otherInput + (counts.audioInput ?? 0);
  const allOutput = (output ?? 0) + otherOutput + (counts.reasoning ?? 0) + (counts.audioOutput ?? 0);
  const parts = allInput + cached + allOutput;
  // Who gave input and output as OpenAI counts them gave details that are parts of them.
  const isInclusive =
    total !== null &&
    total < parts &&
    total === (input ?? 0) + (output ?? 0) &&
    cached <= (input ?? 0) &&
    !isOfAnthropic;
  if (isInclusive) {
    counts.input = input;
    counts.uncachedInput = null;
    return true;
  }
  if (input !== null || otherInput > 0 || counts.audioInput !== null) counts.uncachedInput = allInput;
  if (output !== null || allOutput > 0) counts.output = allOutput;
  // The buckets say all there is; a total has nothing left to prove.
  counts.total = null;
  return total === null || total <= parts;
}
