import { isRecord, makeId } from '../../demo/provider/exchange.ts';
import type { TokenCounts } from '../../demo/provider/exchange.ts';
import { answerPieces, billedTokens, countTokens, numberOrNull } from '../../demo/provider/tokens.ts';
import type { NativeAnswer, NativeRequest } from './native.ts';

const EMBEDDING = [1, 0.5, 0.25, 0.125];

/** Gemini's `generateContent`, `streamGenerateContent` (server-sent events) and the two embedding methods. */
export function answerGemini(request: NativeRequest): NativeAnswer {
  return request.method.includes('mbedContent') ? answerEmbed(request) : answerGenerate(request);
}

function answerGenerate(request: NativeRequest): NativeAnswer {
  const { body, model } = request;
  const config = isRecord(body['generationConfig']) ? body['generationConfig'] : {};
  const uncached = countTokens(textsOfParts([body['systemInstruction'], body['contents']]));
  const tokens = billedTokens(request, { uncached }, numberOrNull(config['maxOutputTokens']));
  const responseId = makeId('', 22);
  const pieces = answerPieces(request, tokens, config['responseMimeType'] === 'application/json');
  const lastTurn = JSON.stringify(Array.isArray(body['contents']) ? (body['contents'].at(-1) ?? null) : null);
  const toolName = lastTurn.includes('functionResponse') ? undefined : request.directives.texts.tool;
  const part = (parts: object[], finishReason?: 'STOP'): object => ({
    candidates: [
      { content: { role: 'model', parts }, index: 0, ...(finishReason === undefined ? {} : { finishReason }) },
    ],
    usageMetadata: finishReason === undefined ? { promptTokenCount: promptTokens(tokens) } : geminiUsage(tokens),
    modelVersion: model,
    responseId,
  });
  const billed = { responseId, sentModel: model, tokens, headers: {} };
  const whole =
    toolName === undefined
      ? [{ text: pieces.join('') }]
      : [{ functionCall: { name: toolName, args: { query: 'stand-in' } } }];
  if (request.method !== 'streamGenerateContent') return { ...billed, kind: 'json', body: part(whole, 'STOP') };
  const events =
    toolName === undefined
      ? pieces.map((text, index) => part([{ text }], index === pieces.length - 1 ? 'STOP' : undefined))
      : [part(whole, 'STOP')];
  return { ...billed, kind: 'events', events };
}

function answerEmbed(request: NativeRequest): NativeAnswer {
  const { body, model } = request;
  const items: unknown[] = Array.isArray(body['requests']) ? body['requests'] : [body];
  const uncached = countTokens(items.flatMap((item) => (isRecord(item) ? textsOfParts([item['content']]) : [])));
  const tokens = { ...billedTokens(request, { uncached }, null), output: 0, reasoning: 0 };
  const values = { values: EMBEDDING };
  const answer = request.method.startsWith('batch') ? { embeddings: items.map(() => values) } : { embedding: values };
  return { responseId: null, sentModel: model, tokens, headers: {}, kind: 'json', body: answer };
}

const promptTokens = (tokens: TokenCounts): number => tokens.uncached + tokens.cacheRead;

/** Cached tokens are inside the prompt's; thoughts are beside the candidates'. */
function geminiUsage(tokens: TokenCounts): object {
  return {
    promptTokenCount: promptTokens(tokens),
    candidatesTokenCount: tokens.output - tokens.reasoning,
    ...(tokens.reasoning > 0 ? { thoughtsTokenCount: tokens.reasoning } : {}),
    ...(tokens.cacheRead > 0 ? { cachedContentTokenCount: tokens.cacheRead } : {}),
    totalTokenCount: promptTokens(tokens) + tokens.output,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: promptTokens(tokens) }],
  };
}

function textsOfParts(contents: unknown): string[] {
  if (Array.isArray(contents)) return contents.flatMap((item: unknown) => textsOfParts(item));
  if (!isRecord(contents)) return [];
  return typeof contents['text'] === 'string' ? [contents['text']] : textsOfParts(contents['parts']);
}
