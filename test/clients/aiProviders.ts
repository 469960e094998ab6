import { byScenario, fetchedSpans } from './fetchedSpans.ts';
import { bedrockStandIn } from './provider/bedrockStandIn.ts';
import { startClientProvider } from './provider/startClientProvider.ts';
import { describeClient } from './support/describeClient.ts';

const asElsewhere = { tools: 'as with every model of the AI SDK', streamBreak: 'as with every model of the AI SDK' };

/** How the package is loaded makes no difference to what it sends; `aiSdk.ts` has both. */
const formats = ['mjs'] as const;

const gateway = fetchedSpans({
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
    formats,
    startStandIn: startClientProvider('gateway'),
    spans: byScenario([
      gateway.answered('chat', { more }),
      gateway.answered('chatLimited', { output: 4, more }),
      gateway.answered('stream', { more }),
      gateway.answered('embeddings', embedded),
      gateway.answered('batch', { ...embedded, input: 4 }),
      gateway.failed('error400', '400'),
      gateway.failed('error400Stream', '400'),
      gateway.failed('unhandledFailure', '400'),
    ]),
    reasons: asElsewhere,
  });
}

const google = fetchedSpans({
  operation: 'generate_content',
  provider: 'gcp.gemini',
  host: 'generativelanguage.googleapis.com',
  idOf: (model) => `response-${model}`,
  finish: 'STOP',
});
const bedrock = fetchedSpans({
  operation: 'chat',
  provider: 'aws.bedrock',
  host: '127.0.0.1',
  idOf: () => 'fixed-request-0001',
  finish: 'end_turn',
  model: null,
});
const refused = bedrock.failed('error400', '400');

/** Two wires more, in the shapes that differ. */
export function describeOtherModels(set: string, nodeMin: number): void {
  describeClient({
    set,
    client: 'google',
    packages: ['ai', '@ai-sdk/google'],
    nodeMin,
    formats,
    startStandIn: startClientProvider('google'),
    // The address is that of a host by its name.
    settle: (json) => json.replaceAll(/(googleapis\.com):\d+/g, '$1'),
    spans: byScenario([
      google.answered('chat'),
      google.answered('stream'),
      google.failed('error400', '400'),
      google.answered('embeddings', {
        operation: 'embeddings',
        output: null,
        idOf: () => null,
        finish: '',
        model: null,
      }),
    ]),
    reasons: asElsewhere,
  });
  describeClient({
    set,
    client: 'bedrock',
    packages: ['ai', '@ai-sdk/amazon-bedrock'],
    nodeMin,
    formats,
    startStandIn: bedrockStandIn,
    spans: byScenario([
      bedrock.answered('chat'),
      bedrock.answered('stream'),
      // A refusal has an id, too.
      { ...refused, attributes: { ...refused.attributes, 'gen_ai.response.id': 'fixed-request-0001' } },
    ]),
    reasons: { ...asElsewhere, embeddings: 'as with `@aws-sdk/client-bedrock-runtime`' },
  });
}
