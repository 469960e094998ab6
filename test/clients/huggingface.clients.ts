import { byScenario, fetchedSpans } from './fetchedSpans.ts';
import { startClientProvider } from './provider/startClientProvider.ts';
import { describeClient } from './support/describeClient.ts';

const { answered, left, failed, unread } = fetchedSpans({
  operation: 'chat',
  // Of the provider that the router is told to ask; its prices are others than the router's next.
  provider: 'huggingface_together',
  host: 'router.huggingface.co',
  idOf: (model) => `answer-${model}`,
  finish: 'stop',
});
const routed = { provider: 'huggingface' };

describeClient({
  set: 'fetching',
  client: 'huggingface',
  packages: ['@huggingface/inference'],
  startStandIn: startClientProvider('huggingface'),
  spans: byScenario([
    answered('chat'),
    answered('chatRouted', routed),
    answered('chatLimited', { output: 4, finish: 'length' }),
    answered('stream'),
    // The request's 17 characters, the role's among them; 23 of the answer, with the second piece 47.
    left('streamBreak', { input: 5, output: 6 }),
    left('streamAbort', { input: 5, output: 12 }, 'AbortError'),
    failed('chatAbort', 'TimeoutError'),
    answered('tools', { finish: 'tool_calls' }),
    answered('completions', { ...routed, operation: 'text_completion' }),
    unread('embeddings', { ...routed, operation: 'embeddings' }),
    failed('error400', '400'),
    failed('error400Stream', '400'),
    failed('errorNetwork', 'TypeError'),
    failed('unhandledFailure', '400'),
  ]),
  reasons: {
    streamNeverRead: 'its streams are generators: nothing is sent before the first is asked for',
    error500Retried: 'retries nothing but 503',
  },
});
