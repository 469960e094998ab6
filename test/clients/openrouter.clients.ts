import { byScenario, fetchedSpans } from './fetchedSpans.ts';
import { startClientProvider } from './provider/startClientProvider.ts';
import { describeClient } from './support/describeClient.ts';

const { answered, left, failed } = fetchedSpans({
  operation: 'chat',
  provider: 'openrouter',
  host: 'openrouter.ai',
  idOf: (model) => `answer-${model}`,
  finish: 'stop',
});
/** A millionth of a dollar for each token, as it is told, and what the stand-in always says of them. */
const told = (tokens: number): Readonly<Record<string, number>> => ({
  'gen_ai.usage.cost': tokens / 1e6,
  'gen_ai.usage.cache_read.input_tokens': 1,
  'gen_ai.usage.reasoning.output_tokens': 2,
  'gen_ai.usage.audio.input_tokens': 0,
});
const usual = { more: told(3 + 16) };

describeClient({
  set: 'fetching',
  client: 'openrouter',
  packages: ['@openrouter/sdk'],
  // It is ES modules alone: `require` gives the same files, and each loading takes a second.
  formats: ['mjs'],
  startStandIn: startClientProvider('openrouter'),
  spans: byScenario([
    answered('chat', usual),
    answered('chatLimited', { output: 4, finish: 'length', more: told(3 + 4) }),
    answered('stream', usual),
    // The request's 17 characters, the role's among them; 23 of the answer, with the second piece 47.
    left('streamBreak', { input: 5, output: 6 }),
    left('streamAbort', { input: 5, output: 12 }, 'AbortError'),
    // Its stream reads one piece ahead, which is all of it here.
    answered('streamNeverRead', usual),
    failed('chatAbort', 'TimeoutError'),
    answered('tools', { finish: 'tool_calls', ...usual }),
    answered('embeddings', { operation: 'embeddings', output: null, finish: '', more: { 'gen_ai.usage.cost': 3e-6 } }),
    failed('error400', '400'),
    failed('error400Stream', '400'),
    failed('error500Retried', '500'),
    answered('error500Retried', usual),
    failed('errorNetwork', 'TypeError'),
    failed('unhandledFailure', '400'),
  ]),
});
