import type { AskedAnswer, Answer } from './answer.ts';
import { answerPieces, answerText, listOf, outputOf, wordsIn } from './words.ts';

const timestamp = '2026-11-22T12:00:00.000Z';

/** Vercel's AI Gateway, in the AI SDK's own language: a request says in headers which model it is for, and whether it streams. */
export function answerGateway({ path, body, model, header }: AskedAnswer): Answer | null {
  if (path.endsWith('/ai/embedding-model')) {
    const { values } = body;
    const embeddings = Array.isArray(values) ? values.map(() => [0.25, 0.5]) : [];
    return { json: { embeddings, usage: { tokens: wordsIn(values) } } };
  }
  if (!path.endsWith('/ai/language-model')) return null;
  const input = wordsIn(listOf(body['prompt']).map(({ content }) => content));
  const tokens = outputOf(body['maxOutputTokens']);
  const usage = {
    // Two of the words come from a cache.
    inputTokens: { total: input, noCache: input - 2, cacheRead: 2, cacheWrite: 0 },
    outputTokens: { total: tokens, text: tokens - 1, reasoning: 1 },
  };
  const finishReason = { unified: 'stop', raw: 'stop' };
  const response = { id: `gen_${model}`, modelId: model, timestamp };
  if (header('ai-language-model-streaming') !== 'true')
    return {
      json: { content: [{ type: 'text', text: answerText(tokens) }], finishReason, usage, response, warnings: [] },
    };
  const deltas = answerPieces(tokens).map((delta) => ({ type: 'text-delta', id: '0', delta }));
  const parts = [
    { type: 'stream-start', warnings: [] },
    { type: 'response-metadata', ...response },
    { type: 'text-start', id: '0' },
    ...deltas,
    { type: 'text-end', id: '0' },
    { type: 'finish', finishReason, usage },
  ];
  return { framing: 'sse', events: parts };
}
