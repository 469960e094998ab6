import { describe, expect, it } from 'vitest';
import { newObservation } from '../../../instrumentation/calls/operation.ts';
import type { Observation, Operation } from '../../../instrumentation/calls/operation.ts';
import type { Fields } from '../../../instrumentation/fields.ts';
import { bedrockOperationOf } from '../../../instrumentation/wires/bedrock.ts';
import { converse, inferenceConfigLimit } from '../../../instrumentation/wires/bedrockConverse.ts';
import { embed, invoke } from '../../../instrumentation/wires/bedrockInvoke.ts';
import { invokeLimit, vendorOf } from '../../../instrumentation/wires/bedrockLimit.ts';

const HOST = 'bedrock-runtime.us-east-1.amazonaws.com';

function told(path: string): string | null {
  const found = bedrockOperationOf(path);
  return found === null ? null : `${found.operation.name} ${found.model}${found.isStream ? ' streamed' : ''}`;
}

/** The counts that are known. */
function countsOf(operation: Operation, { usage }: Observation): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(usage === null ? {} : operation.countTokens(usage)).filter(([, count]) => count !== undefined),
  );
}

function afterEvents(operation: Operation, events: readonly Fields[]): Observation {
  const seen = newObservation();
  for (const event of events) operation.readEvent(event, seen);
  return seen;
}

const chunk = (event: object): Fields => ({ chunk: { bytes: Buffer.from(JSON.stringify(event)) } });

describe('A path of Bedrock', () => {
  it.each([
    ['/model/amazon.nova-pro-v1%3A0/converse', 'chat amazon.nova-pro-v1:0'],
    [
      '/model/us.anthropic.claude-sonnet-4-5-20250929-v1:0/converse-stream',
      'chat us.anthropic.claude-sonnet-4-5-20250929-v1:0 streamed',
    ],
    ['/proxy/model/meta.llama3-8b/invoke?trace=1', 'chat meta.llama3-8b'],
    ['/model/mistral.large/invoke-with-response-stream', 'chat mistral.large streamed'],
    [
      '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Aapplication-inference-profile%2Fabc/invoke',
      'chat arn:aws:bedrock:us-east-1:1:application-inference-profile/abc',
    ],
    ['/model/amazon.titan-embed-text-v2:0/invoke', 'embeddings amazon.titan-embed-text-v2:0'],
    ['/model/cohere.embed-v4:0/invoke', 'embeddings cohere.embed-v4:0'],
  ])('%s asks for %s', (path, expected) => {
    expect(told(path)).toBe(expected);
  });

  it.each([
    ['counts tokens', '/model/amazon.nova-pro-v1:0/count-tokens'],
    ['makes images, billed by the piece', '/model/amazon.nova-canvas-v1:0/invoke'],
    ['ranks, billed by the question', '/model/cohere.rerank-v3-5:0/invoke'],
    ['has no model', '/model//invoke'],
    ['has an id that is no percent encoding', '/model/%E0%A4%A/invoke'],
    ['is somebody else’s', '/v1/model/a/b/converse'],
  ])('that %s is no call', (_what, path) => {
    expect(told(path)).toBe(null);
  });
});

describe('Converse', () => {
  it('counts the cache beside its input, which the conventions count inside: 12 + 8,000 + 350', () => {
    const seen = newObservation();
    const cacheDetails = [
      { ttl: '5m', inputTokens: 300 },
      { ttl: '1h', inputTokens: 50 },
    ];
    const usage = { inputTokens: 12, outputTokens: 9, cacheReadInputTokens: 8_000, cacheWriteInputTokens: 350 };
    converse.readResponse({ stopReason: 'end_turn', usage: { ...usage, cacheDetails } }, seen);
    expect(countsOf(converse, seen)).toEqual({
      input: 8_362,
      output: 9,
      cacheRead: 8_000,
      cacheWrite: 350,
      cacheWrite1h: 50,
    });
  });

  it('says at its end which model a prompt router took, and which tier served', () => {
    const seen = afterEvents(converse, [
      { messageStop: { stopReason: 'end_turn' } },
      {
        metadata: {
          usage: { inputTokens: 1, outputTokens: 2 },
          serviceTier: { type: 'priority' },
          trace: { promptRouter: { invokedModelId: 'anthropic.claude-haiku' } },
        },
      },
    ]);
    expect(seen).toMatchObject({
      responseModel: 'anthropic.claude-haiku',
      serviceTier: 'priority',
      finishReasons: ['end_turn'],
      usageIsFinal: true,
    });
  });

  it('streams text, arguments and reasoning, all of which are output', () => {
    const deltas = [
      { text: 'four' },
      { toolUse: { input: '{}' } },
      { reasoningContent: { text: 'hm' } },
      { citation: {} },
    ];
    const seen = afterEvents(
      converse,
      deltas.map((delta) => ({ contentBlockDelta: { delta, contentBlockIndex: 0 } })),
    );
    expect([seen.outputCharacters, seen.usage]).toEqual([4 + 2 + 2, null]);
  });
});

describe('InvokeModel', () => {
  const headers: Readonly<Record<string, string>> = {
    'x-amzn-requestid': 'r1',
    'x-amzn-bedrock-input-token-count': '7',
    'x-amzn-bedrock-output-token-count': '11',
    'x-amzn-bedrock-cache-read-input-token-count': 'many',
  };

  it('has counts in its headers, which stand where the body has none', () => {
    const seen = newObservation();
    invoke.readHeaders?.((name) => headers[name] ?? null, seen);
    invoke.readResponse({ outputs: [{ text: 'a', stop_reason: 'stop' }] }, seen);
    expect(countsOf(invoke, seen)).toEqual({ input: 7, output: 11 });
    expect(seen).toMatchObject({ requestId: 'r1', responseId: null, finishReasons: ['stop'] });
  });

  it('believes the body first: Anthropic’s has the parts of what was cached', () => {
    const seen = newObservation();
    invoke.readHeaders?.((name) => headers[name] ?? null, seen);
    const usage = { input_tokens: 5, cache_read_input_tokens: 100, output_tokens: 11 };
    invoke.readResponse({ id: 'msg_bdrk_1', type: 'message', stop_reason: 'end_turn', usage }, seen);
    expect(countsOf(invoke, seen)).toEqual({ input: 105, output: 11, cacheRead: 100 });
    expect(seen.responseId).toBe('msg_bdrk_1');
  });

  it('knows nothing where neither says anything', () => {
    const seen = newObservation();
    invoke.readResponse({ outputs: [] }, seen);
    expect([countsOf(invoke, seen), seen.usageIsFinal]).toEqual([{}, false]);
  });

  it('takes a stream’s metrics for the end of it, and no count of one that was cut', () => {
    const pieces = [chunk({ outputs: [{ text: 'one', stop_reason: null }] }), chunk({ generation: ' two' })];
    const cut = afterEvents(invoke, pieces);
    expect([cut.usage, cut.usageIsFinal, cut.outputCharacters]).toEqual([null, false, 7]);
    const metrics = { inputTokenCount: 3, outputTokenCount: 2, cacheReadInputTokenCount: 40 };
    const whole = afterEvents(invoke, [...pieces, chunk({ 'amazon-bedrock-invocationMetrics': metrics })]);
    expect([countsOf(invoke, whole), whole.usageIsFinal]).toEqual([{ input: 43, output: 2, cacheRead: 40 }, true]);
  });

  it('does not take a count that goes along with the text for the whole', () => {
    const first = chunk({ generation: 'a', prompt_token_count: 9, generation_token_count: 1, stop_reason: null });
    const seen = afterEvents(invoke, [first]);
    expect([countsOf(invoke, seen), seen.usageIsFinal]).toEqual([{ input: 9, output: 1 }, false]);
    invoke.readEvent(chunk({ generation: 'b', generation_token_count: 2, stop_reason: 'stop' }), seen);
    expect([countsOf(invoke, seen), seen.usageIsFinal]).toEqual([{ input: 9, output: 2 }, true]);
  });

  it('reads nothing of chunks that are no JSON', () => {
    const broken = [{ chunk: { bytes: 'bm90IGpzb24=' } }, { chunk: { bytes: 7 } }, { chunk: null }, {}];
    expect(afterEvents(invoke, broken)).toEqual(newObservation());
  });

  it('counts what an embedding model read', () => {
    const seen = newObservation();
    embed.readResponse({ embedding: [1], inputTextTokenCount: 3 }, seen);
    expect(countsOf(embed, seen)).toEqual({ input: 3 });
  });
});

describe('The limit of the output', () => {
  it('of Converse stands in inferenceConfig, and a budget for thinking stays below it', () => {
    const thinking = { type: 'enabled', budget_tokens: 2_000 };
    const body = { inferenceConfig: { temperature: 0 }, additionalModelRequestFields: { thinking, top_k: 1 } };
    expect(inferenceConfigLimit.read(body)).toBe(null);
    expect(inferenceConfigLimit.write(body, 1_500, HOST)).toEqual({
      inferenceConfig: { temperature: 0, maxTokens: 1_500 },
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1_499 }, top_k: 1 },
    });
    expect(body.inferenceConfig).toEqual({ temperature: 0 });
  });

  it.each([
    ['anthropic.claude-3', { anthropic_version: 'x', max_tokens: 50 }, 50, { anthropic_version: 'x', max_tokens: 9 }],
    ['amazon.nova-pro', { inferenceConfig: { max_new_tokens: 50 } }, 50, { inferenceConfig: { max_new_tokens: 9 } }],
    ['amazon.nova-pro', {}, null, { inferenceConfig: { maxTokens: 9 } }],
    ['amazon.titan-text', {}, null, { textGenerationConfig: { maxTokenCount: 9 } }],
    ['us.meta.llama3', { prompt: 'a' }, null, { prompt: 'a', max_gen_len: 9 }],
    ['openai.gpt-oss', {}, null, { max_completion_tokens: 9 }],
    ['mistral.large', { prompt: 'a' }, null, { prompt: 'a', max_tokens: 9 }],
    [
      'arn:aws:bedrock:x/1',
      { schemaVersion: 'messages-v1' },
      null,
      { schemaVersion: 'messages-v1', inferenceConfig: { maxTokens: 9 } },
    ],
    ['arn:aws:bedrock:x/1', { inputText: 'a' }, null, { inputText: 'a', textGenerationConfig: { maxTokenCount: 9 } }],
    // Whoever sets two gets two: nobody knows which one is heeded.
    ['arn:aws:bedrock:x/1', { max_tokens: 50, max_gen_len: 40 }, 40, { max_tokens: 9, max_gen_len: 9 }],
  ])('of %s with %j is %j, and 9 is written as %j', (model, body, read, written) => {
    expect(invokeLimit.read({ model, ...body })).toBe(read);
    expect(invokeLimit.write({ model, ...body }, 9, HOST)).toEqual({ model, ...written });
  });
});

it.each([
  ['anthropic.claude-haiku-4-5-v1:0', 'anthropic'],
  ['us.anthropic.claude-haiku-4-5-v1:0', 'anthropic'],
  ['arn:aws:bedrock:us-east-1::foundation-model/meta.llama3', 'meta'],
  ['amazon.titan-text-lite', 'amazon.titan'],
  ['amazon.nova-micro', 'amazon.nova'],
  ['arn:aws:bedrock:us-east-1:1:application-inference-profile/abc', null],
])('%s takes the bodies of %s', (model, vendor) => {
  expect(vendorOf(model)).toBe(vendor);
});
