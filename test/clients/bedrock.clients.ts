import { describeClient } from './support/describeClient.ts';
import type { ExpectedSpan } from './support/describeClient.ts';
import { bedrockStandIn } from './provider/bedrockStandIn.ts';

const request = { 'gen_ai.provider.name': 'aws.bedrock', 'server.address': '127.0.0.1' };
const answered = { 'gen_ai.response.id': 'fixed-request-0001', 'gen_ai.response.finish_reasons': ['end_turn'] };
/** "one two three", and the answer of the stand-in. */
const counted = {
  'gen_ai.usage.input_tokens': 3,
  'gen_ai.usage.output_tokens': 16,
  'tollgate.usage.source': 'provider',
};
const withoutCache = { 'gen_ai.usage.cache_read.input_tokens': 0, 'gen_ai.usage.cache_write.input_tokens': 0 };

const span = (
  scenario: string,
  attributes: ExpectedSpan['attributes'],
  status: ExpectedSpan['status'] = 'unset',
  operation = 'chat',
): ExpectedSpan => ({
  name: `${operation} m-${scenario}`,
  status,
  attributes: { 'gen_ai.operation.name': operation, ...request, ...attributes },
});

const whole = (scenario: string, more: ExpectedSpan['attributes'] = {}): readonly ExpectedSpan[] => [
  span(scenario, { ...counted, ...answered, ...more }),
];

/** "user" and "one two three" at 4 characters a token, and what had been read. */
const leftAfter = (output: number): ExpectedSpan['attributes'] => ({
  'gen_ai.usage.input_tokens': 5,
  'gen_ai.usage.output_tokens': output,
  'tollgate.usage.source': 'estimate',
  'gen_ai.response.id': 'fixed-request-0001',
});

const refused = (scenario: string, status: string, name: string, more: ExpectedSpan['attributes'] = {}) => [
  span(scenario, { 'error.type': status, ...more }, `error: ${name}`),
];

const vendors: Readonly<Record<string, ExpectedSpan['attributes']>> = {
  Anthropic: {
    ...withoutCache,
    'tollgate.usage.cache_write_1h.input_tokens': 0,
    'gen_ai.response.id': 'msg_bdrk_fixed',
  },
  Nova: withoutCache,
  Titan: { 'gen_ai.response.finish_reasons': ['FINISH'] },
  Llama: { 'gen_ai.response.finish_reasons': ['stop'] },
  Mistral: { 'gen_ai.response.finish_reasons': ['stop'] },
  Cohere: { 'gen_ai.response.finish_reasons': ['COMPLETE'] },
  OpenAi: { 'gen_ai.response.finish_reasons': ['stop'], 'gen_ai.response.id': 'chatcmpl-fixed' },
};
/** Anthropic and OpenAI name the model in their answers. */
const namesModel = new Set(['Anthropic', 'OpenAi']);

const invokes = Object.entries(vendors).flatMap(([vendor, attributes]) =>
  ['invoke', 'invokeStream'].map((method) => {
    const scenario = `${method}${vendor}`;
    const own = vendor === 'Cohere' && method === 'invoke' ? { 'gen_ai.response.id': 'fixed-generation' } : {};
    const named = namesModel.has(vendor) ? { 'gen_ai.response.model': `m-${scenario}` } : {};
    return [scenario, whole(scenario, { ...attributes, ...own, ...named })] as const;
  }),
);

const onlyInput = { 'gen_ai.usage.input_tokens': 3, 'tollgate.usage.source': 'provider' };

describeClient({
  set: 'bedrock',
  client: 'bedrock',
  packages: ['@aws-sdk/client-bedrock-runtime'],
  startStandIn: bedrockStandIn,
  unrecorded: ['countTokens'],
  reasons: {
    chatParse: 'the client has none',
    completions: 'InvokeModel sends what the model takes',
    files: 'the client has none',
    batch: 'StartAsyncInvoke makes images and videos, which are not billed by tokens',
  },
  spans: {
    // Bedrock counts the cache beside its input: 12 + 8,000 + 350.
    chatCached: whole('chatCached', {
      'gen_ai.usage.input_tokens': 8_362,
      'gen_ai.usage.output_tokens': 9,
      'gen_ai.usage.cache_read.input_tokens': 8_000,
      'gen_ai.usage.cache_write.input_tokens': 350,
      'tollgate.usage.cache_write_1h.input_tokens': 50,
    }),
    chatTier: whole('chatTier', { 'gen_ai.request.service_tier': 'flex', 'gen_ai.response.service_tier': 'flex' }),
    ...Object.fromEntries(
      ['chat', 'chatHttp1', 'chatAggregated', 'chatCallback', 'chatOwnMiddleware', 'stream', 'streamHttp1'].map(
        (scenario) => [scenario, whole(scenario)],
      ),
    ),
    ...Object.fromEntries(
      ['chatCachedHandlers', 'chatSameObject'].map((scenario) => [scenario, [...whole(scenario), ...whole(scenario)]]),
    ),
    chatAbort: [span('chatAbort', { 'error.type': 'AbortError' }, 'error')],
    tools: whole('tools', { 'gen_ai.response.finish_reasons': ['tool_use'] }),
    streamTools: whole('streamTools', { 'gen_ai.response.finish_reasons': ['tool_use'] }),
    streamByHand: [span('streamByHand', leftAfter(2))],
    streamBreak: [span('streamBreak', leftAfter(3))],
    streamAbort: [span('streamAbort', leftAfter(3))],
    streamNeverRead: [span('streamNeverRead', { 'gen_ai.response.id': 'fixed-request-0001' })],
    streamException: [span('streamException', { ...leftAfter(3), 'error.type': 'ThrottlingException' }, 'error')],
    // HTTP/2 ends as if the answer were whole.
    streamCut: [span('streamCut', leftAfter(5))],
    streamReset: [span('streamReset', { ...leftAfter(5), 'error.type': 'Error' }, 'error: ECONNRESET')],
    error400: refused('error400', '400', 'ValidationException'),
    error400Stream: refused('error400Stream', '400', 'ValidationException'),
    error429: refused('error429', '429', 'ThrottlingException', { 'http.request.resend_count': 2 }),
    error500Retried: whole('error500Retried', { 'http.request.resend_count': 2 }),
    errorNetwork: [span('errorNetwork', { 'error.type': 'Error' }, 'error')],
    unhandledFailure: refused('unhandledFailure', '400', 'ValidationException'),
    embeddings: [
      span('embeddings', { ...onlyInput, 'gen_ai.response.id': 'fixed-request-0001' }, 'unset', 'embeddings'),
    ],
    embeddingsByHeader: [
      span('embeddingsByHeader', { ...onlyInput, 'gen_ai.response.id': 'fixed-embedding' }, 'unset', 'embeddings'),
    ],
    ...Object.fromEntries(invokes),
  },
});
