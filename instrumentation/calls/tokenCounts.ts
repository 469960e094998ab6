import type { Attributes } from '@opentelemetry/api';
import { tokenTotals } from '../../src/usage.ts';
import type { Usage } from '../../src/usage.ts';

/** Token counts as the conventions write them: `input` includes cache reads and writes, `output` includes reasoning. */
export interface TokenCounts {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly cacheWrite1h?: number | undefined;
  readonly reasoning?: number | undefined;
  readonly audioInput?: number | undefined;
  readonly audioOutput?: number | undefined;
  readonly audioCacheRead?: number | undefined;
  readonly imageInput?: number | undefined;
  readonly imageOutput?: number | undefined;
  readonly webSearchRequests?: number | undefined;
}

const attributeNames: Readonly<Record<keyof TokenCounts, string>> = {
  input: 'gen_ai.usage.input_tokens',
  output: 'gen_ai.usage.output_tokens',
  cacheRead: 'gen_ai.usage.cache_read.input_tokens',
  cacheWrite: 'gen_ai.usage.cache_write.input_tokens',
  cacheWrite1h: 'tollgate.usage.cache_write_1h.input_tokens',
  reasoning: 'gen_ai.usage.reasoning.output_tokens',
  audioInput: 'gen_ai.usage.audio.input_tokens',
  audioOutput: 'gen_ai.usage.audio.output_tokens',
  audioCacheRead: 'gen_ai.usage.audio.cache_read.input_tokens',
  imageInput: 'gen_ai.usage.image.input_tokens',
  imageOutput: 'gen_ai.usage.image.output_tokens',
  webSearchRequests: 'tollgate.usage.web_search.requests',
};
const names = Object.entries(attributeNames) as [keyof TokenCounts, string][];

/** Nothing counted, nothing written: an empty record gives no attribute, not even the source. */
export function usageAttributes(counts: TokenCounts, source: 'provider' | 'estimate'): Attributes {
  const attributes: Attributes = {};
  for (const [key, name] of names) {
    const count = counts[key];
    if (count !== undefined) attributes[name] = count;
  }
  if (Object.keys(attributes).length > 0) attributes['tollgate.usage.source'] = source;
  return attributes;
}

/** From disjoint buckets. A total is known only where its plain bucket is: parts alone do not add up to it. */
export function countsOfBuckets(usage: Usage): TokenCounts {
  const { other } = usage;
  const totals = tokenTotals(usage);
  const hasInput = usage.input_uncached !== null || other.audio_input !== undefined || other.image_input !== undefined;
  const hasOutput = usage.output !== null || other.audio_output !== undefined || other.image_output !== undefined;
  const hasWrite = usage.cache_write_5m !== null || usage.cache_write_1h !== null;
  return {
    input: hasInput ? totals.inputTokens : undefined,
    output: hasOutput ? totals.outputTokens : undefined,
    cacheRead: usage.cache_read === null && other.cache_read_audio === undefined ? undefined : totals.cacheReadTokens,
    cacheWrite: hasWrite ? totals.cacheWriteTokens : undefined,
    cacheWrite1h: usage.cache_write_1h ?? undefined,
    reasoning: usage.reasoning ?? undefined,
    audioInput: sumOf(other.audio_input, other.cache_read_audio),
    audioOutput: other.audio_output,
    audioCacheRead: other.cache_read_audio,
    imageInput: other.image_input,
    imageOutput: other.image_output,
    webSearchRequests: other.web_search_requests,
  };
}

/** Undefined where none is known. */
export function sumOf(...counts: readonly (number | undefined)[]): number | undefined {
  const known = counts.filter((count) => count !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, count) => total + count, 0);
}

/** Disjoint buckets of inclusive counts, as `countsOfBuckets` takes them; what is not known is left out. */
export function bucketsOfCounts(counts: TokenCounts): Readonly<Record<string, number>> {
  const { input, output, cacheRead, cacheWrite, cacheWrite1h, audioInput, audioOutput, audioCacheRead } = counts;
  const { imageInput, imageOutput } = counts;
  const without = (total: number | undefined, ...parts: readonly (number | undefined)[]): number | undefined =>
    total === undefined ? undefined : Math.max(0, total - (sumOf(...parts) ?? 0));
  const plainAudio = without(audioInput, audioCacheRead);
  const buckets = {
    input_uncached: without(input, cacheRead, cacheWrite, plainAudio, imageInput),
    cache_read: without(cacheRead, audioCacheRead),
    cache_write_5m: without(cacheWrite, cacheWrite1h),
    cache_write_1h: cacheWrite1h,
    output: without(output, audioOutput, imageOutput),
    reasoning: counts.reasoning,
    audio_input: plainAudio,
    cache_read_audio: audioCacheRead,
    image_input: imageInput,
    audio_output: audioOutput,
    image_output: imageOutput,
    web_search_requests: counts.webSearchRequests,
  };
  return Object.fromEntries(
    Object.entries(buckets).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}
