// Attributes are hand-written after openlit 1.15.0 and the recordings of it and of its Python package.
import { describe, expect, it } from 'vitest';
import { callsOfRecording } from './recordedSpans.ts';
import { buckets, readCall, type Written } from './spans.ts';

const chat: Written = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
  'gen_ai.request.user': 'u1',
  'gen_ai.usage.input_tokens': 321,
  'gen_ai.usage.output_tokens': 24,
  'gen_ai.usage.cost': 0.0001,
};
const anthropic: Written = {
  ...chat,
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.response.model': 'claude-haiku-4-5',
};
const cached: Written = { 'gen_ai.usage.cache_read.input_tokens': 300 };

describe('OpenLIT', () => {
  it('is exclusive for Anthropic and Bedrock, inclusive for others: 321 and 321 - 300 = 21', () => {
    const exclusive = readCall('@openlit/instrumentation-anthropic', { ...anthropic, ...cached });
    expect(exclusive).toMatchObject({ dialect: 'openlit', cacheSemantics: 'exclusive:scope', own: { user: 'u1' } });
    expect(buckets(exclusive)).toEqual([321, 300, null, null, 24, null]);
    const bedrock = {
      ...chat,
      'gen_ai.provider.name': 'aws.bedrock',
      'gen_ai.response.model': 'amazon.nova-lite-v1:0',
    };
    expect(buckets(readCall('@openlit/instrumentation-bedrock', { ...bedrock, ...cached }))[0]).toBe(321);
    const inclusive = readCall('@openlit/instrumentation-openai', { ...chat, ...cached });
    expect(inclusive).toMatchObject({ cacheSemantics: 'inclusive:scope', usage: { input_uncached: 21 } });
    const agent = readCall('@openlit/instrumentation-claude-agent-sdk', { ...anthropic, ...cached });
    expect(agent).toMatchObject({ cacheSemantics: 'inclusive:scope', usage: { input_uncached: 21 } });
  });

  it('keeps its own figure of the cost beside', () => {
    expect(readCall('@openlit/instrumentation-openai', chat).reportedCostFemtoUsd).toBe(100_000_000_000n);
  });

  it('adds the thoughts of Gemini: 24 + 6 = 30', () => {
    const google = { ...chat, 'gen_ai.provider.name': 'gcp.gemini', 'gen_ai.response.model': 'gemini-2.5-flash' };
    const call = readCall('@openlit/instrumentation-google-ai', { ...google, 'gen_ai.usage.reasoning_tokens': 6 });
    expect(buckets(call)).toEqual([321, null, null, null, 30, 6]);
  });

  it('may have guessed a stream of OpenAI, unless it tells a cached part', () => {
    const stream = { ...chat, 'gen_ai.request.is_stream': true };
    for (const scope of ['@openlit/instrumentation-vllm', '@openlit/instrumentation-openai']) {
      expect(readCall(scope, stream).usageSource).toBe('estimate');
      expect(readCall(scope, { ...stream, ...cached }).usageSource).toBe('provider');
      expect(readCall(scope, { ...chat, 'gen_ai.request.is_stream': false }).usageSource).toBe('provider');
    }
    expect(readCall('@openlit/instrumentation-cohere', stream).usageSource).toBe('provider');
    const python = { ...chat, 'gen_ai.request.stream': true };
    expect(readCall('openlit.instrumentation.openai', python).usageSource).toBe('estimate');
    const told = { ...python, 'gen_ai.usage.cache_read.input_tokens': 0 };
    expect(readCall('openlit.instrumentation.openai', told).usageSource).toBe('provider');
  });

  it("adds to an Anthropic stream's output what its first event announces, so that it is off", () => {
    const stream = { ...anthropic, 'gen_ai.request.is_stream': true };
    expect(readCall('@openlit/instrumentation-anthropic', stream).usageSource).toBe('estimate');
    expect(readCall('@openlit/instrumentation-anthropic', anthropic).usageSource).toBe('provider');
  });

  it("says openai for OpenAI's models that its vLLM scope writes, and vllm for one's own", () => {
    const vllm = { ...chat, 'gen_ai.provider.name': 'vllm' };
    expect(readCall('@openlit/instrumentation-vllm', vllm).provider).toBe('openai');
    const own = { ...vllm, 'gen_ai.response.model': 'gpt-oss-120b' };
    expect(readCall('@openlit/instrumentation-vllm', own).provider).toBe('vllm');
  });

  it('recorded, is an estimate exactly where the bill differs, a guessed 17 and 79 for 321 and 24', () => {
    const calls = callsOfRecording('openlit-python/openai').map((call) => [
      ...buckets(call).slice(0, 1),
      call.usage.output,
      call.usageSource,
    ]);
    expect(calls).toContainEqual([17, 79, 'estimate']);
    expect(calls.filter(([, , source]) => source === 'estimate')).toHaveLength(1);
    expect(calls).toContainEqual([321, 24, 'provider']);
  });
});
