import { byScenario, fetchedSpans } from './fetchedSpans.ts';
import { startClientProvider } from './provider/startClientProvider.ts';
import { describeClient } from './support/describeClient.ts';

const { answered, failed } = fetchedSpans({
  operation: 'chat',
  provider: 'vercel',
  host: '127.0.0.1',
  idOf: (model) => `gen_${model}`,
  finish: 'stop',
});
const more = {
  'gen_ai.usage.cache_read.input_tokens': 2,
  'gen_ai.usage.cache_write.input_tokens': 0,
  'gen_ai.usage.reasoning.output_tokens': 1,
};
const embedded = { operation: 'embeddings', output: null, finish: '', idOf: () => null, model: null } as const;

/** Vercel's AI Gateway, which the AI SDK asks for a model that is given by name. */
export function describeGateway(set: string, nodeMin: number): void {
  describeClient({
    set,
    client: 'gateway',
    packages: ['ai'],
    nodeMin,
    startStandIn: startClientProvider('gateway'),
    spans: byScenario([
      answered('chat', { more }),
      answered('chatLimited', { output: 4, more }),
      answered('stream', { more }),
      answered('embeddings', embedded),
      answered('batch', { ...embedded, input: 4 }),
      failed('error400', '400'),
      failed('error400Stream', '400'),
      failed('unhandledFailure', '400'),
    ]),
    reasons: { streamBreak: 'as with every model of the AI SDK', tools: 'as with every model of the AI SDK' },
  });
}
