// What stands in `output.value` alone. Hand-written after LangChain 1.x; the recordings are of real libraries.
import { describe, expect, it } from 'vitest';
import { billedOfRecording, callsOfRecording, readOf, readRecording } from './recordedSpans.ts';
import { buckets, readCall, type Written } from './spans.ts';

const LANGCHAIN = '@arizeai/openinference-instrumentation-langchain';
const llm: Written = {
  'openinference.span.kind': 'LLM',
  'llm.model_name': 'claude-haiku-4-5',
  'llm.token_count.prompt': 2473,
  'llm.token_count.completion': 10,
  'llm.token_count.total': 2483,
};
const message = {
  id: 'run-0199',
  usage_metadata: {
    input_tokens: 2473,
    output_tokens: 10,
    total_tokens: 2483,
    input_token_details: { cache_read: 2048, cache_creation: 400 },
  },
  response_metadata: {
    id: 'msg_01abc',
    model: 'claude-haiku-4-5-20251001',
    model_provider: 'anthropic',
    usage: { cache_creation_input_tokens: 400, cache_creation: { ephemeral_1h_input_tokens: 100 } },
  },
};
const output = (kwargs: unknown) => ({
  'output.value': JSON.stringify({ generations: [[{ text: 'Hello', message: { lc: 1, kwargs } }]] }),
});

describe("LangChain's answer inside OpenInference", () => {
  it('has the cache writes and who answered: 2473 - 2048 - 400 = 25, and 400 - 100 = 300', () => {
    const call = readCall(LANGCHAIN, { ...llm, ...output(message) });
    expect(buckets(call)).toEqual([25, 2048, 300, 100, 10, null]);
    expect(call).toMatchObject({
      provider: 'anthropic',
      responseId: 'msg_01abc',
      responseModel: 'claude-haiku-4-5-20251001',
      cacheSemantics: 'inclusive:scope',
      lossy: false,
    });
  });

  it('may give the cache writes by time to live alone, beside a total of 0: 300 and 100', () => {
    const details = {
      cache_read: 2048,
      cache_creation: 0,
      ephemeral_5m_input_tokens: 300,
      ephemeral_1h_input_tokens: 100,
    };
    const usage_metadata = { ...message.usage_metadata, input_token_details: details };
    const call = readCall(LANGCHAIN, { ...llm, ...output({ usage_metadata }) });
    expect(buckets(call)).toEqual([25, 2048, 300, 100, 10, null]);
    expect(call.usageFault).toBe(null);
  });

  it('may have its id in the message, which LangChain numbers itself where there is none', () => {
    const { id: _, ...metadata } = message.response_metadata;
    const idOf = (id: string) =>
      readCall(LANGCHAIN, { ...llm, ...output({ ...message, id, response_metadata: metadata }) }).responseId;
    expect(idOf('chatcmpl-9xyz')).toBe('chatcmpl-9xyz');
    expect(idOf('run-0199')).toBe(null);
    expect(idOf('lc_run--0199')).toBe(null);
  });

  it('is read of LangChain alone, for LLM spans alone, up to 1 MiB', () => {
    expect(readCall('someone.else', { ...llm, ...output(message) }).responseId).toBe(null);
    const chain = readCall(LANGCHAIN, { ...llm, ...output(message), 'openinference.span.kind': 'CHAIN' });
    expect(chain).toMatchObject({ role: 'container', responseId: null });
    const text = output(message)['output.value'];
    expect(readCall(LANGCHAIN, { ...llm, 'output.value': text.padEnd(1_048_576) }).responseId).toBe('msg_01abc');
    expect(readCall(LANGCHAIN, { ...llm, 'output.value': text.padEnd(1_048_577) }).responseId).toBe(null);
  });

  it.each(['', 'Hello', '[]', '{"generations":7}', '{"generations":[[null]]}', '{"generations":[[{"message":[]}]]}'])(
    'may be anything: %j',
    (value) => {
      expect(buckets(readCall(LANGCHAIN, { ...llm, 'output.value': value }))).toEqual([
        2473,
        null,
        null,
        null,
        10,
        null,
      ]);
    },
  );

  it('recorded, is the bill, ids of both providers among it', () => {
    const calls = callsOfRecording('openinference-langchain/models');
    expect(
      calls.map((call) => [
        call.provider,
        call.responseId?.slice(0, 4),
        ...buckets(call).slice(0, 5),
        call.usageSource,
      ]),
    ).toEqual([
      ['openai', 'chat', 52, 1024, null, null, 70, 'provider'],
      ['openai', 'chat', 65, 0, null, null, 91, 'provider'],
      ['anthropic', 'msg_', 25, 0, 2048, 0, 80, 'provider'],
      // The stream's 34 are 33 and the 1 that Anthropic's first event announces: the export is wrong.
      ['anthropic', 'msg_', 12, 2048, 0, 0, 34, 'estimate'],
    ]);
  });
});

describe('the id of an answer inside OpenInference', () => {
  const idOf = (value: string) =>
    readCall('openinference.instrumentation.openai', { ...llm, 'output.value': value }).responseId;

  it.each([
    ['{"id":"chatcmpl-9xyz","choices":[]}', 'chatcmpl-9xyz'],
    // OpenAI Agents keep a list of answers; a stream that Python put together again has its choices first.
    ['[{"id":"chatcmpl-9xyz","choices":[]}]', 'chatcmpl-9xyz'],
    [
      '{"choices": [{"message": {"content": "\\"id\\": \\"chatcmpl-fake\\""}}], "id": "chatcmpl-9xyz"}',
      'chatcmpl-9xyz',
    ],
    ['{"choices": [{"id": "chatcmpl-9xyz"}], "id": "mine"}', null],
    ['{"choices": [', null],
    ['{"id":"resp_0199","output":[]}', 'resp_0199'],
    ['{"model":"claude-haiku-4-5","id":"msg_01abc","type":"message"}', 'msg_01abc'],
    // What may be the application's own JSON is nobody's id.
    ['{"id":"customer-4711"}', null],
    ['{"name":"x","id":"msg_01abc"}', null],
    ['I answer {"id":"msg_01abc"}', null],
    [`{"model":"${'m'.repeat(129)}","id":"msg_01abc"}`, null],
  ])('in %s is %s', (value, id) => {
    expect(idOf(value)).toBe(id);
  });

  it('recorded, comes with how long a cache write lives: 512 for 1 hour', () => {
    const calls = callsOfRecording('openinference-python/anthropic');
    expect(calls.map((call) => buckets(call)[3])).toEqual([0, 512, 0, null]);
    for (const { responseId } of calls) expect(responseId).toMatch(/^msg_/);
  });

  it("is the request's for Bedrock's Converse, whose cache stands there too: 25 beside 2048 written", () => {
    const answer = {
      usage: {
        inputTokens: 25,
        outputTokens: 80,
        totalTokens: 2153,
        cacheReadInputTokens: 0,
        cacheWriteInputTokens: 2048,
      },
      $metadata: { requestId: '0262894a-1cce-4b09-920a-4d43af916e4b' },
    };
    const call = readCall('@arizeai/openinference-instrumentation-bedrock', {
      'openinference.span.kind': 'LLM',
      'llm.provider': 'aws',
      'llm.model_name': 'claude-haiku-4-5-20251001',
      'llm.token_count.prompt': 25,
      'llm.token_count.completion': 80,
      'llm.token_count.total': 2153,
      'output.value': JSON.stringify(answer),
    });
    expect(buckets(call)).toEqual([25, 0, 2048, null, 80, null]);
    expect(call).toMatchObject({
      provider: 'aws.bedrock',
      requestId: '0262894a-1cce-4b09-920a-4d43af916e4b',
      cacheSemantics: 'exclusive:emitter',
      lossy: false,
    });
  });

  it('recorded, is the bill of every Bedrock call', () => {
    const calls = callsOfRecording('openinference-bedrock/calls');
    expect(readOf(calls)).toEqual(billedOfRecording('openinference-bedrock/calls'));
    expect(calls.map(({ lossy }) => lossy)).toEqual(calls.map(() => false));
  });
});

describe('OpenAI Agents through OpenInference', () => {
  const SCOPE = '@arizeai/openinference-instrumentation-openai-agents';

  it('names its agents by their spans; the outermost span of kind AGENT is the workflow', () => {
    const agents = readRecording('openai-agents-openinference/handoff').flatMap((reading) =>
      reading.kind === 'span' ? [[reading.skeleton.name, reading.skeleton.operation, reading.skeleton.own.agent]] : [],
    );
    expect(agents).toContainEqual(['clerk', 'invoke_agent', 'clerk']);
    expect(agents).toContainEqual(['desk', 'invoke_agent', 'desk']);
    expect(agents).toContainEqual(['writing', 'invoke_workflow', null]);
    expect(agents).toContainEqual(['Agent workflow', 'invoke_workflow', null]);
  });

  it('says lossy for Chat Completions, of which it passes on input and output alone', () => {
    const python = 'openinference.instrumentation.openai_agents';
    const written = { ...llm, 'llm.model_name': 'gpt-5-mini' };
    expect(readCall(python, written).lossy).toBe(true);
    expect(readCall(python, { ...written, 'llm.token_count.prompt_details.cache_read': 0 }).lossy).toBe(false);
    expect(readCall(SCOPE, written).lossy).toBe(false);
  });
});
