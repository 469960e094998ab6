import { byScenario, fetchedSpans } from './fetchedSpans.ts';
import { startClientProvider } from './provider/startClientProvider.ts';
import { describeClient } from './support/describeClient.ts';

const { answered, left, failed } = fetchedSpans({
  operation: 'chat',
  provider: 'mistral_ai',
  host: 'api.mistral.ai',
  idOf: (model) => `answer-${model}`,
  finish: 'stop',
});
const completion = { operation: 'text_completion' } as const;

describeClient({
  set: 'fetching',
  client: 'mistral',
  packages: ['@mistralai/mistralai'],
  // It is ES modules alone: `require` gives the same files, and each loading takes a second.
  formats: ['mjs'],
  startStandIn: startClientProvider('mistral'),
  spans: byScenario([
    answered('chat'),
    answered('chatCached', { output: 4, finish: 'length', more: { 'gen_ai.usage.cache_read.input_tokens': 1 } }),
    answered('chatParse'),
    answered('stream'),
    // The request's 17 characters, the role's among them; 23 of the answer, with the second piece 47.
    left('streamBreak', { input: 5, output: 6 }),
    left('streamAbort', { input: 5, output: 12 }, 'AbortError'),
    answered('streamTee'),
    // Its stream reads one piece ahead, which is all of it here.
    answered('streamNeverRead'),
    failed('chatAbort', 'TimeoutError'),
    answered('tools', { finish: 'tool_calls' }),
    answered('completions', completion),
    answered('completionsStream', completion),
    answered('responses', { finish: '' }),
    answered('responsesSearch', { input: 3 + 30, finish: '' }),
    answered('responsesStream', { finish: '' }),
    answered('embeddings', { operation: 'embeddings', output: null, finish: '' }),
    failed('error400', '400'),
    failed('error400Stream', '400'),
    failed('error500Retried', '500'),
    answered('error500Retried'),
    failed('errorNetwork', 'TypeError'),
    failed('unhandledFailure', '400'),
  ]),
  reasons: {
    ocr: 'billed by the page, not by tokens: not recorded',
    agents: 'the model is in the agent: recorded without it, see the wire tests',
  },
});
