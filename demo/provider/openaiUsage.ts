import type { CompletionUsage } from 'openai/resources/completions';
import type { ResponseUsage } from 'openai/resources/responses/responses';
import type { ProviderRequest, TokenCounts } from './exchange.ts';
import { ProviderError } from './exchange.ts';
import { CACHED_PREFIX_TOKENS_MIN, OPENAI_CACHE_STEP, countTokens, textsOf } from './tokens.ts';

/**
 * OpenAI caches long prompts by itself: of a first message seen before, the whole steps of 128 tokens are cache reads.
 * Writing to the cache is free, so it is not counted.
 */
export function openaiInput(
  request: ProviderRequest,
  first: unknown,
  all: unknown,
): { uncached: number; cacheRead: number } {
  const total = countTokens(all);
  const prefix = countTokens(first);
  if (prefix < CACHED_PREFIX_TOKENS_MIN || !request.cache.touch(request.model, textsOf(first).join('\n'))) {
    return { uncached: total, cacheRead: 0 };
  }
  const cacheRead = Math.floor(prefix / OPENAI_CACHE_STEP) * OPENAI_CACHE_STEP;
  return { uncached: total - cacheRead, cacheRead };
}

const inputTotal = (tokens: TokenCounts): number =>
  tokens.uncached + tokens.cacheRead + tokens.cacheWrite5m + tokens.audioInput;

/** Chat completions: cached and audio tokens are inside `prompt_tokens`, reasoning and audio inside `completion_tokens`. */
export function chatUsage(tokens: TokenCounts): CompletionUsage {
  const output = tokens.output + tokens.audioOutput;
  return {
    prompt_tokens: inputTotal(tokens),
    completion_tokens: output,
    total_tokens: inputTotal(tokens) + output,
    prompt_tokens_details: {
      cached_tokens: tokens.cacheRead,
      audio_tokens: tokens.audioInput,
      ...(tokens.cacheWrite5m > 0 ? { cache_write_tokens: tokens.cacheWrite5m } : {}),
    },
    completion_tokens_details: {
      reasoning_tokens: tokens.reasoning,
      audio_tokens: tokens.audioOutput,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

export function responsesUsage(tokens: TokenCounts): ResponseUsage {
  return {
    input_tokens: inputTotal(tokens),
    input_tokens_details: { cached_tokens: tokens.cacheRead, cache_write_tokens: tokens.cacheWrite5m },
    output_tokens: tokens.output,
    output_tokens_details: { reasoning_tokens: tokens.reasoning },
    total_tokens: inputTotal(tokens) + tokens.output,
  };
}

/** The tier that serves: what `x-stand-in` says, else a tier asked for by name, else the default one. */
export function openaiTier({ directives, body }: ProviderRequest): 'default' | 'flex' | 'priority' | 'scale' {
  const asked = directives.texts.tier ?? body['service_tier'];
  return asked === 'flex' || asked === 'priority' || asked === 'scale' ? asked : 'default';
}

/** OpenAI refuses parameters it does not know, by name. */
export function checkParameters(
  body: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  required: readonly string[],
): void {
  for (const name of Object.keys(body)) {
    if (!known.has(name)) {
      throw new ProviderError(400, 'invalid_request_error', `Unknown parameter: '${name}'.`, name, 'unknown_parameter');
    }
  }
  for (const name of required) {
    if (body[name] === undefined || body[name] === null) {
      throw new ProviderError(
        400,
        'invalid_request_error',
        `Missing required parameter: '${name}'.`,
        name,
        'missing_required_parameter',
      );
    }
  }
}

/** `stream_options` is for streams only, and an API takes only the options it knows. */
export function checkStreamOptions(
  { body, directives }: ProviderRequest,
  known: readonly string[],
): Record<string, unknown> {
  const options = body['stream_options'];
  if (options === undefined || options === null) return {};
  if (directives.texts.reject === 'stream_options') {
    const message = "Unknown parameter: 'stream_options'.";
    throw new ProviderError(400, 'invalid_request_error', message, 'stream_options', 'unknown_parameter');
  }
  if (body['stream'] !== true) {
    const message = "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
    throw new ProviderError(400, 'invalid_request_error', message, 'stream_options');
  }
  const given = Object.entries(options);
  for (const [name] of given) {
    if (known.includes(name)) continue;
    const parameter = `stream_options.${name}`;
    throw new ProviderError(
      400,
      'invalid_request_error',
      `Unknown parameter: '${parameter}'.`,
      parameter,
      'unknown_parameter',
    );
  }
  return Object.fromEntries(given);
}
