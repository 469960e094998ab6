/**
 * What one call consumed, in disjoint buckets: every token is in exactly one of them, `reasoning` excepted, which is a
 * part of `output`. `null` means nobody reported the bucket; `0` means somebody reported zero.
 * The bucket names are the public ones (API `usage` and `cost`), so they are written as on the wire.
 */
export interface Usage {
  readonly input_uncached: number | null;
  readonly cache_read: number | null;
  readonly cache_write_5m: number | null;
  readonly cache_write_1h: number | null;
  readonly output: number | null;
  /** Part of `output`, never added to it. */
  readonly reasoning: number | null;
  /** Buckets that occur on few calls. A key is present only when somebody reported it. */
  readonly other: Readonly<Partial<Record<OtherBucket, number>>>;
}

export const otherBuckets = [
  'audio_input',
  'cache_read_audio',
  'image_input',
  'audio_output',
  'image_output',
  'web_search_requests',
] as const;
export type OtherBucket = (typeof otherBuckets)[number];

/**
 * Every bucket that can carry a cost. `reasoning` does only where a card prices it apart from output; `requests` is a
 * fee for the call itself (Perplexity's), which no emitter reports as usage.
 */
export type Bucket = Exclude<keyof Usage, 'other'> | OtherBucket | 'requests';

/** The most tokens that arithmetic takes in one bucket. */
export const TOKENS_PER_BUCKET_MAX = 1_000_000_000_000;

/**
 * The most tokens a span may claim in one bucket; a larger figure is a fault of the sender and leaves the call unpriced. The
 * largest context is 10 million. An export of 100,000 such calls stays within 2^53, and a rollup's bigint holds 150 million
 * of them: sums that overflow would be refused again and again.
 */
export const REPORTED_TOKENS_MAX = 10_000_000_000;

export const emptyUsage: Usage = {
  input_uncached: null,
  cache_read: null,
  cache_write_5m: null,
  cache_write_1h: null,
  output: null,
  reasoning: null,
  other: {},
};

/** The token columns of the API and of every rollup. Unreported buckets count as nothing in a sum. */
export interface TokenTotals {
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

/** `inputTokens` includes cache reads, cache writes, audio and images; `outputTokens` includes reasoning. */
export function tokenTotals(usage: Usage): TokenTotals {
  const { other } = usage;
  const cacheReadTokens = (usage.cache_read ?? 0) + (other.cache_read_audio ?? 0);
  const cacheWriteTokens = (usage.cache_write_5m ?? 0) + (usage.cache_write_1h ?? 0);
  return {
    inputTokens:
      (usage.input_uncached ?? 0) +
      cacheReadTokens +
      cacheWriteTokens +
      (other.audio_input ?? 0) +
      (other.image_input ?? 0),
    cacheReadTokens,
    cacheWriteTokens,
    outputTokens: (usage.output ?? 0) + (other.audio_output ?? 0) + (other.image_output ?? 0),
    reasoningTokens: usage.reasoning ?? 0,
  };
}

/** True when no bucket at all was reported: the call's consumption is unknown, which is not zero. */
export function isUsageUnknown(usage: Usage): boolean {
  return (
    usage.input_uncached === null &&
    usage.cache_read === null &&
    usage.cache_write_5m === null &&
    usage.cache_write_1h === null &&
    usage.output === null &&
    Object.keys(usage.other).length === 0
  );
}
