import { byScenario, fetchedSpans } from './fetchedSpans.ts';
import { startClientProvider } from './provider/startClientProvider.ts';
import { describeClient } from './support/describeClient.ts';

const { answered, left, failed, unread } = fetchedSpans({
  operation: 'chat',
  provider: 'ollama',
  host: '127.0.0.1',
  idOf: () => null,
  finish: 'stop',
});
const completion = { operation: 'text_completion' } as const;

describeClient({
  set: 'fetching',
  client: 'ollama',
  packages: ['ollama'],
  startStandIn: startClientProvider('ollama'),
  spans: byScenario([
    answered('chat'),
    answered('chatLimited', { output: 4, finish: 'length' }),
    answered('chatParse'),
    answered('stream'),
    // The request's 17 characters, the role's among them; 23 of the answer, with the second piece 47.
    left('streamBreak', { input: 5, output: 6 }),
    left('streamAbort', { input: 5, output: 12 }, 'AbortError'),
    unread('streamNeverRead'),
    failed('chatAbort', 'TimeoutError'),
    answered('tools'),
    answered('completions', completion),
    answered('completionsStream', completion),
    answered('embeddings', { operation: 'embeddings', output: null, finish: '' }),
    failed('error400', '400'),
    failed('error400Stream', '400'),
    failed('errorNetwork', 'TypeError'),
    failed('unhandledFailure', '400'),
  ]),
  reasons: { error500Retried: 'does not retry', chatWithResponse: 'gives no HTTP response' },
});
