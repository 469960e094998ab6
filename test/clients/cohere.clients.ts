import { byScenario, fetchedSpans } from './fetchedSpans.ts';
import { startClientProvider } from './provider/startClientProvider.ts';
import { describeClient } from './support/describeClient.ts';

const { answered, left, failed, unread } = fetchedSpans({
  operation: 'chat',
  provider: 'cohere',
  host: 'api.cohere.com',
  idOf: (model) => `answer-${model}`,
  finish: 'COMPLETE',
  model: null,
});
const embedding = { operation: 'embeddings', output: null, finish: '' } as const;

describeClient({
  set: 'fetching',
  client: 'cohere',
  packages: ['cohere-ai'],
  startStandIn: startClientProvider('cohere'),
  spans: byScenario([
    // Billed: the words; Cohere's own 60 tokens around them are not.
    answered('chat'),
    answered('chatLimited', { output: 4, finish: 'MAX_TOKENS' }),
    answered('chatWithResponse'),
    answered('stream'),
    // The request's 17 characters, the role's among them, and 23 of the answer.
    left('streamBreak', { input: 5, output: 6 }),
    left('streamAbort', { input: 5, output: 6 }, 'AbortError'),
    unread('streamNeverRead'),
    failed('chatAbort', 'TimeoutError'),
    answered('tools', { finish: 'TOOL_CALL' }),
    answered('toolsStream', { finish: 'TOOL_CALL' }),
    answered('chatFirst'),
    answered('chatFirstStream'),
    answered('embeddings', embedding),
    answered('embeddingsFirst', embedding),
    failed('error400', '400'),
    failed('error400Stream', '400'),
    failed('error500Retried', '500'),
    answered('error500Retried'),
    failed('errorNetwork', 'TypeError'),
    failed('unhandledFailure', '400'),
  ]),
  reasons: { rerank: 'billed by the search, not by tokens: not recorded' },
});
