import { byScenario, fetchedSpans } from './fetchedSpans.ts';
import { startClientProvider } from './provider/startClientProvider.ts';
import { describeClient } from './support/describeClient.ts';

const { answered, left, failed, unread } = fetchedSpans({
  operation: 'generate_content',
  provider: 'gcp.gemini',
  host: 'generativelanguage.googleapis.com',
  idOf: (model) => `response-${model}`,
  finish: 'STOP',
});
const vertex = { provider: 'gcp.vertex_ai', host: 'aiplatform.googleapis.com' };
const interaction = {
  idOf: (model: string) => `interaction-${model}`,
  finish: 'completed',
  // 16 and the thoughts beside them.
  output: 24,
  more: { 'gen_ai.usage.cache_read.input_tokens': 0, 'gen_ai.usage.reasoning.output_tokens': 8 },
};

/** `@google/genai`, whose methods are properties of its objects, so that the fetch layer alone sees it. */
export const describeGenai = (set: 'genai2' | 'genai3', nodeMin: number): void =>
  describeClient({
    set,
    client: 'genai',
    packages: ['@google/genai'],
    nodeMin,
    startStandIn: startClientProvider('google'),
    spans: byScenario([
      answered('chat'),
      answered('chatSystem', { input: 6, output: 4, finish: 'MAX_TOKENS' }),
      answered('chatCached', { input: 1_003, more: { 'gen_ai.usage.cache_read.input_tokens': 1_000 } }),
      answered('chatThinking', { output: 16 + 8, more: { 'gen_ai.usage.reasoning.output_tokens': 8 } }),
      answered('chatSearch', { input: 3 + 30 }),
      answered('chatAudio', { input: 3 + 32, more: { 'gen_ai.usage.audio.input_tokens': 32 } }),
      answered('chatImage', { input: 3 + 258, more: { 'gen_ai.usage.image.input_tokens': 258 } }),
      answered('makeImage', { output: 16 + 1_290, more: { 'gen_ai.usage.image.output_tokens': 1_290 } }),
      answered('chatParse'),
      answered('stream'),
      answered('streamHelper'),
      // 23 characters; with the second piece 47.
      left('streamBreak', { output: 6 }),
      left('streamAbort', { output: 12 }, 'AbortError'),
      unread('streamNeverRead'),
      failed('chatAbort', 'AbortError'),
      answered('tools'),
      answered('toolRunner'),
      answered('toolRunner'),
      answered('vertex', vertex),
      answered('vertexStream', vertex),
      answered('responses', interaction),
      answered('responsesStream', interaction),
      answered('embeddings', { operation: 'embeddings', output: null, idOf: () => null, finish: '', model: null }),
      failed('error400', '400'),
      failed('error400Stream', '400'),
      failed('error500Retried', '500'),
      answered('error500Retried'),
      failed('errorNetwork', 'TypeError'),
      failed('unhandledFailure', '400'),
    ]),
    unrecorded: ['countTokens'],
    reasons: {
      chatWithResponse: 'answers carry their headers themselves',
      streamTee: 'streams are generators, which have no tee()',
    },
  });
