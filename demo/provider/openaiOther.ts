import type { Completion } from 'openai/resources/completions';
import type { CreateEmbeddingResponse } from 'openai/resources/embeddings';
import { makeId, parameterNames, servedModel } from './exchange.ts';
import type { Answer, ProviderRequest, StreamEvent } from './exchange.ts';
import { chatUsage, checkParameters, checkStreamOptions } from './openaiUsage.ts';
import { answerPieces, billedTokens, countTokens, isCut, numberOrNull } from './tokens.ts';

const embeddingParameters: ReadonlySet<string> = new Set(['model', 'input', 'dimensions', 'encoding_format', 'user']);
const EMBEDDING_DIMENSIONS = 8;

/** `POST /v1/embeddings`: input tokens only; base64 of little-endian 32-bit floats where asked for. */
export function answerEmbeddings(request: ProviderRequest): Answer {
  const { body } = request;
  checkParameters(body, embeddingParameters, ['input']);
  const input = body['input'];
  const items: unknown[] = Array.isArray(input) && !input.every((item) => typeof item === 'number') ? input : [input];
  const tokens = { ...billedTokens(request, { uncached: countTokens(input) }, null), output: 0, reasoning: 0 };
  const dimensions = numberOrNull(body['dimensions']) ?? EMBEDDING_DIMENSIONS;
  const vector = Array.from({ length: dimensions }, (_, index) => 1 / (index + 1));
  const wireUsage = { prompt_tokens: tokens.uncached, total_tokens: tokens.uncached };
  const encoded = Buffer.from(new Float32Array(vector).buffer).toString('base64');
  const model = servedModel(request.model);
  const answer: Omit<CreateEmbeddingResponse, 'data'> & { data: object[] } = {
    object: 'list',
    model,
    data: items.map((_, index) => ({
      object: 'embedding',
      index,
      embedding: body['encoding_format'] === 'base64' ? encoded : vector,
    })),
    usage: wireUsage,
  };
  const billed = {
    id: makeId('embd-', 24),
    api: 'embeddings' as const,
    requestModel: request.model,
    model,
    serviceTier: 'default',
    tokens,
    wireUsage,
    streamed: false,
  };
  return { kind: 'json', body: answer, billed };
}

const completionParameters: ReadonlySet<string> = parameterNames(`
  model prompt best_of echo frequency_penalty logit_bias logprobs max_tokens n presence_penalty seed stop
  stream stream_options suffix temperature top_p user`);

/** The legacy `POST /v1/completions`; a stream's parts have the shape of the whole. */
export function answerCompletions(request: ProviderRequest): Answer {
  const { body, directives } = request;
  checkParameters(body, completionParameters, ['prompt']);
  const includeUsage = checkStreamOptions(request, ['include_usage', 'include_obfuscation'])['include_usage'] === true;
  const tokens = billedTokens(request, { uncached: countTokens(body['prompt']) }, numberOrNull(body['max_tokens']));
  const wireUsage = chatUsage(tokens);
  const id = directives.texts.id ?? makeId('cmpl-', 29);
  const model = servedModel(request.model);
  const finish = isCut(request, tokens) ? 'length' : 'stop';
  const whole = { id, object: 'text_completion' as const, created: request.nowSeconds, model };
  const pieces = answerPieces(request, tokens, false);
  const choice = (text: string, finishReason: 'stop' | 'length' | null): object => ({
    index: 0,
    text,
    logprobs: null,
    finish_reason: finishReason,
  });
  const streamed = body['stream'] === true;
  const billed = {
    id,
    api: 'completions' as const,
    requestModel: request.model,
    model,
    serviceTier: 'default',
    tokens,
    wireUsage,
    streamed,
  };
  if (!streamed) {
    const answer: Omit<Completion, 'choices'> & { choices: object[] } = {
      ...whole,
      choices: [choice(pieces.join(''), finish)],
      ...(directives.texts.usage === 'none' ? {} : { usage: wireUsage }),
    };
    return { kind: 'json', body: answer, billed };
  }
  const usageOf = (usage: object | null): object => (includeUsage ? { usage } : {});
  const events: StreamEvent[] = pieces.map((piece, index) => ({
    name: null,
    data: { ...whole, choices: [choice(piece, index === pieces.length - 1 ? finish : null)], ...usageOf(null) },
  }));
  if (includeUsage) events.push({ name: null, data: { ...whole, choices: [], ...usageOf(wireUsage) } });
  return { kind: 'stream', events: [...events, { name: null, data: '[DONE]' }], billed };
}
