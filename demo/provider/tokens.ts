/**
 * How the stand-in counts: one token for every run of characters without blanks, in every text of the prompt; a token
 * given as a number counts as one. An answer has `OUTPUT_TOKENS` tokens unless `x-stand-in` says otherwise, never more
 * than the request allows.
 */
import { tokenDirective } from './directives.ts';
import { isRecord } from './exchange.ts';
import type { ProviderRequest, TokenCounts } from './exchange.ts';

const OUTPUT_TOKENS = 16;
/** Shorter prefixes are not cached, as at the real providers. */
export const CACHED_PREFIX_TOKENS_MIN = 1024;
/** OpenAI serves cached input in steps of this many tokens. */
export const OPENAI_CACHE_STEP = 128;
const STREAMED_PIECES_MAX = 200;
const TEXT_FIELDS = ['text', 'content', 'input', 'output', 'arguments'] as const;

/** Every text of a prompt, message or content block, in order. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => textsOf(item));
  if (!isRecord(value)) return [];
  return TEXT_FIELDS.flatMap((field) => textsOf(value[field]));
}

export function countTokens(value: unknown): number {
  return textsOf(value).reduce((sum, text) => sum + (text.match(/\S+/g)?.length ?? 0), 0);
}

interface InputTokens {
  readonly uncached: number;
  readonly cacheRead?: number;
  readonly cacheWrite5m?: number;
  readonly cacheWrite1h?: number;
}

/** Puts the counted input, the allowed output and what `x-stand-in` asks for together. */
export function billedTokens(
  { directives }: ProviderRequest,
  input: InputTokens,
  outputMax: number | null,
): TokenCounts {
  const wanted = tokenDirective(directives, 'output', OUTPUT_TOKENS);
  const output = outputMax === null ? wanted : Math.min(wanted, outputMax);
  return {
    uncached: tokenDirective(directives, 'uncached', input.uncached),
    cacheRead: tokenDirective(directives, 'cache_read', input.cacheRead ?? 0),
    cacheWrite5m: tokenDirective(directives, 'cache_write_5m', input.cacheWrite5m ?? 0),
    cacheWrite1h: tokenDirective(directives, 'cache_write_1h', input.cacheWrite1h ?? 0),
    output,
    reasoning: Math.min(tokenDirective(directives, 'reasoning', 0), output),
    audioInput: tokenDirective(directives, 'audio_input', 0),
    audioOutput: tokenDirective(directives, 'audio_output', 0),
    webSearchRequests: tokenDirective(directives, 'web_search', 0),
  };
}

/** Whether the answer was cut by the request's limit, given the tokens that were billed. */
export function isCut({ directives }: ProviderRequest, tokens: TokenCounts): boolean {
  return tokens.output < tokenDirective(directives, 'output', OUTPUT_TOKENS);
}

/** The visible answer: a word a token, in at most `STREAMED_PIECES_MAX` pieces; a JSON document where one is asked for. */
export function answerPieces(request: ProviderRequest, tokens: TokenCounts, asJson: boolean): string[] {
  const fixed = request.directives.texts.text;
  if (fixed !== undefined) return [fixed];
  const words = Array.from({ length: tokens.output - tokens.reasoning }, (_, index) => `word${index + 1}`);
  const step = Math.max(1, Math.ceil(words.length / STREAMED_PIECES_MAX));
  const pieces: string[] = [];
  for (let at = 0; at < words.length; at += step) {
    pieces.push((at === 0 ? '' : ' ') + words.slice(at, at + step).join(' '));
  }
  return asJson ? ['{"answer":"', ...pieces, '"}'] : pieces;
}

export const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);
