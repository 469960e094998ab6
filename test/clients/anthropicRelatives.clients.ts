import { bedrockStandIn } from './provider/bedrockStandIn.ts';
import { describeClient } from './support/describeClient.ts';
import type { ExpectedSpan } from './support/describeClient.ts';

const whole = [
  'chat',
  'chatWithResponse',
  'chatAsResponseJson',
  'stream',
  'streamHelper',
  'streamTee',
  'streamReadable',
  'beta',
];
const noCache = { 'gen_ai.usage.cache_read.input_tokens': 0, 'gen_ai.usage.cache_write.input_tokens': 0 };
const none1h = { 'tollgate.usage.cache_write_1h.input_tokens': 0 };

function spansOf(provider: string): Readonly<Record<string, readonly ExpectedSpan[]>> {
  const span = (
    scenario: string,
    attributes: ExpectedSpan['attributes'],
    status: ExpectedSpan['status'] = 'unset',
  ): readonly ExpectedSpan[] => [
    {
      name: `chat m-${scenario}`,
      status,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': provider,
        'server.address': '127.0.0.1',
        ...attributes,
      },
    },
  ];
  const identity = (scenario: string): ExpectedSpan['attributes'] => ({
    'gen_ai.response.id': 'msg_bdrk_fixed',
    'gen_ai.response.model': `m-${scenario}`,
  });
  const answered = (scenario: string, more: ExpectedSpan['attributes'] = {}): readonly ExpectedSpan[] =>
    span(scenario, {
      ...identity(scenario),
      'gen_ai.response.finish_reasons': ['end_turn'],
      'gen_ai.usage.input_tokens': 3,
      'gen_ai.usage.output_tokens': 16,
      ...noCache,
      ...none1h,
      'tollgate.usage.source': 'provider',
      ...more,
    });
  /** What came with the first event is known; of the text that was read, 4 characters are a token. */
  const left = (scenario: string, input: number, cacheRead: number): readonly ExpectedSpan[] =>
    span(scenario, {
      ...identity(scenario),
      ...noCache,
      ...none1h,
      'gen_ai.usage.input_tokens': input,
      'gen_ai.usage.cache_read.input_tokens': cacheRead,
      'gen_ai.usage.output_tokens': scenario === 'streamAbort' ? 3 : 2,
      'tollgate.usage.source': 'estimate',
    });
  return {
    ...Object.fromEntries(whole.map((scenario) => [scenario, answered(scenario)])),
    // 12 + 8,000 + 300 + 50.
    chatCached: answered('chatCached', {
      'gen_ai.usage.input_tokens': 8_362,
      'gen_ai.usage.output_tokens': 9,
      'gen_ai.usage.cache_read.input_tokens': 8_000,
      'gen_ai.usage.cache_write.input_tokens': 350,
      'tollgate.usage.cache_write_1h.input_tokens': 50,
    }),
    chatAbort: span('chatAbort', { 'error.type': 'APIUserAbortError' }, 'error'),
    streamBreak: left('streamBreak', 100, 95),
    streamAbort: left('streamAbort', 3, 0),
    streamNeverRead: span('streamNeverRead', {}),
    error400: span('error400', { 'error.type': '400' }, 'error'),
    error400Stream: span('error400Stream', { 'error.type': '400' }, 'error'),
    error500Retried: answered('error500Retried', { 'http.request.resend_count': 1 }),
    errorNetwork: span('errorNetwork', { 'error.type': 'APIConnectionError' }, 'error'),
    unhandledFailure: span('unhandledFailure', { 'error.type': '400' }, 'error'),
  };
}

const sameClass = 'the method is the SDK’s own, and makes the same calls';
const reasons = { chatParse: sameClass, tools: sameClass, toolRunner: sameClass };

describeClient({
  set: 'anthropic1',
  client: 'bedrockSdk',
  packages: ['@anthropic-ai/bedrock-sdk'],
  startStandIn: bedrockStandIn,
  spans: spansOf('aws.bedrock'),
  reasons: {
    ...reasons,
    files: 'Bedrock has none',
    batch: 'the client has none',
    countTokens: 'the client has none',
  },
});

describeClient({
  set: 'anthropic1',
  client: 'vertexSdk',
  packages: ['@anthropic-ai/vertex-sdk'],
  startStandIn: bedrockStandIn,
  spans: spansOf('gcp.vertex_ai'),
  unrecorded: ['countTokens'],
  reasons: { ...reasons, files: 'Vertex AI has none', batch: 'the client has none' },
});
