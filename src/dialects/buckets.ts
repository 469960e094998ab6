import type { CacheSemantics } from '../call.ts';
import { REPORTED_TOKENS_MAX, type OtherBucket, type Usage } from '../usage.ts';
import type { Counts } from './counts.ts';
import type { Habits, Inclusion } from './dialect.ts';
import type { Family } from './provider.ts';
import type { SourceRule } from './sources.ts';

interface UsageReading {
  readonly usage: Usage;
  readonly cacheSemantics: CacheSemantics | null;
  /** What the counts contradict each other in, or null. */
  readonly fault: string | null;
}

/**
 * Disjoint buckets out of an emitter's counts (research: "inclusive or exclusive"). Where counts contradict each other
 * the bucket concerned is null and the fault says why; a bucket is never negative.
 */
export function toBuckets(
  counts: Counts,
  habits: Habits,
  family: Family,
  source: SourceRule | null = null,
): UsageReading {
  const say = (fault: string): null => {
    counts.fault ??= fault;
    return null;
  };
  const write = splitCacheWrite(counts, say);
  const { semantics, uncached } = uncachedInput(counts, habits.cache, family, source, say);
  const audioInput = less(counts.audioInput, counts.audioCacheRead, 'cached audio above audio input', say);
  const imageInput = less(counts.imageInput, counts.imageCacheRead, 'cached images above image input', say);
  const withParts = uncached === null ? null : uncached + (counts.compactionInput ?? 0);
  const output = fullOutput(counts, habits, family, source?.outputIncludesReasoning ?? null);
  const textOutput = less(
    output,
    sum(counts.audioOutput, counts.imageOutput),
    'audio and image output above output',
    say,
  );
  if (counts.reasoning !== null && textOutput !== null && counts.reasoning > textOutput) {
    say(`reasoning tokens ${counts.reasoning} above output ${textOutput}`);
  }
  const other: Partial<Record<OtherBucket, number>> = {};
  put(other, 'audio_input', audioInput);
  put(other, 'cache_read_audio', counts.audioCacheRead);
  put(other, 'image_input', imageInput);
  put(other, 'audio_output', counts.audioOutput);
  put(other, 'image_output', counts.imageOutput);
  put(other, 'web_search_requests', counts.webSearchRequests);
  const usage: Usage = {
    input_uncached: within(less(withParts, sum(audioInput, imageInput), 'audio and image input above input', say), say),
    cache_read: less(counts.cacheRead, counts.audioCacheRead, 'cached audio above cache reads', say),
    cache_write_5m: write.fiveMinutes,
    cache_write_1h: write.oneHour,
    output: within(textOutput === null ? null : textOutput + (counts.compactionOutput ?? 0), say),
    reasoning: counts.reasoning,
    other,
  };
  return { usage, cacheSemantics: semantics, fault: counts.fault };
}

type Say = (fault: string) => null;

/** Input outside the cache, audio and images included, and the rule that told it. */
function uncachedInput(
  counts: Counts,
  known: Inclusion | null,
  family: Family,
  source: SourceRule | null,
  say: Say,
): { semantics: CacheSemantics | null; uncached: number | null } {
  const { input, output, total } = counts;
  const cached = (counts.cacheRead ?? 0) + (cacheWriteTotal(counts) ?? 0);
  const stated = counts.uncachedInput;
  if (input === null) return { semantics: stated === null ? null : 'disjoint:emitter', uncached: stated };
  const configured = source?.inputIncludesCache ?? null;
  if (configured === false) return { semantics: 'exclusive:config', uncached: input };
  if (configured === true) return { semantics: 'inclusive:config', uncached: withoutCache(input, cached, say) };
  if (stated !== null) {
    if (input === stated)
      return { semantics: cached > 0 ? 'exclusive:emitter' : 'inclusive:emitter', uncached: stated };
    if (input >= stated + cached) return { semantics: 'inclusive:emitter', uncached: input - cached };
    return {
      semantics: null,
      uncached: say(`input ${input} is neither uncached ${stated} nor that and cached ${cached}`),
    };
  }
  if (known === 'exclusive') return { semantics: 'exclusive:scope', uncached: input };
  if (known === 'inclusive') return { semantics: 'inclusive:scope', uncached: withoutCache(input, cached, say) };
  const isSum = cached > 0 && total !== null && output !== null && total === input + output + cached;
  if (cached > input || isSum) return { semantics: 'exclusive:arithmetic', uncached: input };
  const isDoubtful = cached > 0 && (family === 'anthropic' || family === 'bedrock');
  return { semantics: isDoubtful ? 'inclusive:assumed' : 'inclusive:convention', uncached: input - cached };
}

function withoutCache(input: number, cached: number, say: Say): number | null {
  return cached > input ? say(`cached input ${cached} above input ${input}, which includes it`) : input - cached;
}

function cacheWriteTotal({ cacheWrite, cacheWrite5m, cacheWrite1h }: Counts): number | null {
  return cacheWrite ?? sum(cacheWrite5m, cacheWrite1h);
}

/** By time to live. A write whose time nobody says lives 5 minutes, Anthropic's default. */
function splitCacheWrite(counts: Counts, say: Say): { fiveMinutes: number | null; oneHour: number | null } {
  const { cacheWrite: total, cacheWrite5m: fiveMinutes, cacheWrite1h: oneHour } = counts;
  if (total === null) return { fiveMinutes, oneHour };
  const rest = total - (fiveMinutes ?? 0) - (oneHour ?? 0);
  if (rest < 0) {
    say(`cache writes of 5 minutes ${fiveMinutes ?? 0} and 1 hour ${oneHour ?? 0} above their total ${total}`);
    return { fiveMinutes: null, oneHour: null };
  }
  if (fiveMinutes !== null && oneHour === null) return { fiveMinutes, oneHour: rest };
  return { fiveMinutes: (fiveMinutes ?? 0) + rest, oneHour };
}

/** Output with reasoning inside, which Gemini-shaped emitters leave out. `total` proves it where it can. */
function fullOutput(counts: Counts, habits: Habits, family: Family, configured: boolean | null): number | null {
  const { input, output, total, reasoning } = counts;
  if (output === null || reasoning === null || configured === true) return output;
  if (configured === false) return output + reasoning;
  const isInside = total !== null && total === (input ?? 0) + output;
  if (habits.outputWithoutReasoning) return isInside ? output : output + reasoning;
  const isProvenOutside = reasoning > output || total === (input ?? 0) + output + reasoning;
  return family === 'google' && isProvenOutside && !isInside ? output + reasoning : output;
}

function less(whole: number | null, part: number | null, fault: string, say: Say): number | null {
  if (whole === null || part === null) return whole;
  return part > whole ? say(`${fault}: ${part} above ${whole}`) : whole - part;
}

function sum(one: number | null, two: number | null): number | null {
  return one === null && two === null ? null : (one ?? 0) + (two ?? 0);
}

/** Two counts within bounds may add up to more. */
function within(count: number | null, say: Say): number | null {
  if (count === null || count <= REPORTED_TOKENS_MAX) return count;
  return say(`${count} tokens in one bucket, at most ${REPORTED_TOKENS_MAX} expected`);
}

function put(other: Partial<Record<OtherBucket, number>>, bucket: OtherBucket, count: number | null): void {
  if (count !== null) other[bucket] = count;
}
