import type { AttributeValue } from '../span.ts';
import { REPORTED_TOKENS_MAX } from '../usage.ts';
import { at, type Found } from './fields.ts';

/** The counts as the emitter wrote them, before they become disjoint buckets. Null is "not reported". */
export interface Counts {
  input: number | null;
  output: number | null;
  total: number | null;
  uncachedInput: number | null;
  cacheRead: number | null;
  cacheWrite: number | null;
  cacheWrite5m: number | null;
  cacheWrite1h: number | null;
  reasoning: number | null;
  audioInput: number | null;
  audioCacheRead: number | null;
  imageInput: number | null;
  imageCacheRead: number | null;
  audioOutput: number | null;
  imageOutput: number | null;
  compactionInput: number | null;
  compactionOutput: number | null;
  webSearchRequests: number | null;
  /** The first contradiction or unusable value; the others are not worth a longer message. */
  fault: string | null;
}

/** Longest piece of a sender's value that a message repeats. */
const FOUND_CHARS_MAX = 40;
const COUNT_TEXT = /^\s*(\d{1,13})(?:\.0+)?\s*$/;
const COUNT_TEXT_CHARS_MAX = 64;

export function readCounts(found: Found): Counts {
  const counts = { fault: null } as Counts;
  counts.input = field(found, at.inputTokens, counts);
  counts.output = field(found, at.outputTokens, counts);
  counts.total = field(found, at.totalTokens, counts);
  counts.uncachedInput = field(found, at.uncachedInputTokens, counts);
  counts.cacheRead = field(found, at.cacheReadTokens, counts);
  counts.cacheWrite = field(found, at.cacheWriteTokens, counts);
  counts.cacheWrite5m = field(found, at.cacheWrite5mTokens, counts);
  counts.cacheWrite1h = field(found, at.cacheWrite1hTokens, counts);
  counts.reasoning = field(found, at.reasoningTokens, counts);
  counts.audioInput = field(found, at.audioInputTokens, counts);
  counts.audioCacheRead = field(found, at.audioCacheReadTokens, counts);
  counts.imageInput = field(found, at.imageInputTokens, counts);
  counts.imageCacheRead = field(found, at.imageCacheReadTokens, counts);
  counts.audioOutput = field(found, at.audioOutputTokens, counts);
  counts.imageOutput = field(found, at.imageOutputTokens, counts);
  counts.compactionInput = field(found, at.compactionInputTokens, counts);
  counts.compactionOutput = field(found, at.compactionOutputTokens, counts);
  counts.webSearchRequests = field(found, at.webSearchRequests, counts);
  return counts;
}

function field(found: Found, place: number, counts: Counts): number | null {
  const value = found.values[place];
  return value === undefined ? null : readCount(value, found.aliases[place]?.key ?? '', counts);
}

/**
 * An integer from 0 to `REPORTED_TOKENS_MAX`, also as a bigint or a numeric string. Anything else is null and, unless
 * it is absent, a fault that names `where`. NaN occurs in practice: AI SDK v4 writes it for OpenAI streams.
 */
export function readCount(value: AttributeValue | undefined, where: string, counts: Counts): number | null {
  if (value === undefined || value === null) return null;
  const count = toCount(value);
  if (count !== null) return count;
  counts.fault ??= `${where}: expected an integer from 0 to ${REPORTED_TOKENS_MAX}, found ${describe(value)}`;
  return null;
}

function toCount(value: AttributeValue): number | null {
  if (typeof value === 'number') {
    // Adding 0 turns -0 into 0.
    return Number.isInteger(value) && value >= 0 && value <= REPORTED_TOKENS_MAX ? value + 0 : null;
  }
  if (typeof value === 'bigint') return value >= 0n && value <= BigInt(REPORTED_TOKENS_MAX) ? Number(value) : null;
  if (typeof value !== 'string' || value.length > COUNT_TEXT_CHARS_MAX) return null;
  const digits = COUNT_TEXT.exec(value)?.[1];
  return digits === undefined ? null : toCount(Number(digits));
}

function describe(value: AttributeValue): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > FOUND_CHARS_MAX ? `${value.slice(0, FOUND_CHARS_MAX)}…` : value);
  }
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  // A 64-bit integer has at most 20 characters.
  if (typeof value === 'bigint') return String(value).slice(0, FOUND_CHARS_MAX);
  if (value instanceof Uint8Array) return 'bytes';
  return Array.isArray(value) ? 'an array' : 'an object';
}
