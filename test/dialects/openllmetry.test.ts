// Attributes are hand-written after the sources of @traceloop/* 0.27.0 and openllmetry 0.62, until recordings replace them.
import { describe, expect, it } from 'vitest';
import { billedOfRecording, callsOfRecording, readOf } from './recordedSpans.ts';
import { buckets, readCall, readSkeleton, type Written } from './spans.ts';

const anthropicJs = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.request.model': 'claude-sonnet-4-5',
  'gen_ai.response.model': 'claude-sonnet-4-5-20250929',
  'gen_ai.usage.total_tokens': 162,
  'gen_ai.usage.input_tokens': 12,
  'gen_ai.usage.output_tokens': 150,
  'gen_ai.usage.cache_creation.input_tokens': 300,
  'gen_ai.usage.cache_read.input_tokens': 8000,
};

describe('OpenLLMetry', () => {
  it('reads the exclusive input of its JavaScript Anthropic scope: 12 uncached beside 8000 read and 300 written', () => {
    const call = readCall('@traceloop/instrumentation-anthropic', {
      ...anthropicJs,
      'traceloop.association.properties.user_id': 'u1',
      'traceloop.association.properties.session_id': 's1',
      'traceloop.association.properties.plan': 'pro',
    });
    expect(buckets(call)).toEqual([12, 8000, 300, null, 150, null]);
    expect(call).toMatchObject({
      dialect: 'openllmetry',
      provider: 'anthropic',
      cacheSemantics: 'exclusive:scope',
      own: { user: 'u1', session: 's1', tags: { plan: 'pro' } },
    });
  });

  it('decides by scope even where numbers could be either: 9000 in and 8300 cached stay 9000 uncached', () => {
    const call = readCall('@traceloop/instrumentation-anthropic', {
      ...anthropicJs,
      'gen_ai.usage.input_tokens': 9000,
    });
    expect(buckets(call)).toEqual([9000, 8000, 300, null, 150, null]);
  });

  it('reads the inclusive input of its Python Anthropic scope: 8312 - 8000 - 300 = 12', () => {
    const call = readCall('opentelemetry.instrumentation.anthropic', {
      'gen_ai.system': 'Anthropic',
      'llm.request.type': 'chat',
      'gen_ai.request.model': 'claude-sonnet-4-5',
      'gen_ai.usage.prompt_tokens': 8312,
      'gen_ai.usage.completion_tokens': 150,
      'llm.usage.total_tokens': 8462,
      'gen_ai.usage.cache_read_input_tokens': 8000,
      'gen_ai.usage.cache_creation_input_tokens': 300,
    });
    expect(buckets(call)).toEqual([12, 8000, 300, null, 150, null]);
    expect(call).toMatchObject({
      dialect: 'openllmetry',
      operation: 'chat',
      provider: 'anthropic',
      cacheSemantics: 'inclusive:scope',
    });
  });

  it('says estimate for Python streams of Anthropic: marked, or with the usage written before the model', () => {
    const scope = 'opentelemetry.instrumentation.anthropic';
    const model = { 'gen_ai.response.model': 'claude-sonnet-4-5-20250929' };
    const usage = { 'gen_ai.usage.input_tokens': 22, 'gen_ai.usage.output_tokens': 33 };
    const sourceOf = (written: Written): string =>
      readCall(scope, { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'anthropic', ...written }).usageSource;
    expect(sourceOf({ ...model, ...usage })).toBe('provider');
    expect(sourceOf({ 'gen_ai.is_streaming': true, ...model, ...usage })).toBe('estimate');
    expect(sourceOf({ ...usage, ...model })).toBe('estimate');
    const recorded = callsOfRecording('traceloop-python/anthropic').map(({ usageSource }) => usageSource);
    expect(recorded).toEqual(['provider', 'provider', 'estimate', 'estimate']);
  });

  it('reads Python Bedrock as exclusive', () => {
    const call = readCall('opentelemetry.instrumentation.bedrock', {
      'gen_ai.system': 'AWS',
      'llm.request.type': 'completion',
      'gen_ai.request.model': 'claude-3-5-sonnet-20241022-v2:0',
      'gen_ai.usage.input_tokens': 12,
      'gen_ai.usage.output_tokens': 150,
      'gen_ai.usage.cache_read_input_tokens': 10,
    });
    expect(buckets(call)).toEqual([12, 10, null, null, 150, null]);
    expect(call).toMatchObject({
      operation: 'text_completion',
      provider: 'aws.bedrock',
      cacheSemantics: 'exclusive:scope',
    });
  });

  it('adds the thoughts that its Gemini scope leaves out of output: 1300 = 1000 + 100 + 200 proves them outside', () => {
    const written = {
      'gen_ai.operation.name': 'generate_content',
      'gen_ai.provider.name': 'gcp.gen_ai',
      'gen_ai.request.model': 'gemini-2.5-pro',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 100,
    };
    const scope = '@traceloop/instrumentation-google-generativeai';
    const thought = { ...written, 'gen_ai.usage.reasoning_tokens': 200 };
    expect(buckets(readCall(scope, { ...thought, 'gen_ai.usage.total_tokens': 1300 }))).toEqual([
      1000,
      null,
      null,
      null,
      300,
      200,
    ]);
    // 1000 + 100 = 1100 says that the 100 already hold the thoughts.
    const folded = { ...written, 'gen_ai.usage.reasoning_tokens': 60, 'gen_ai.usage.total_tokens': 1100 };
    expect(buckets(readCall(scope, folded))).toEqual([1000, null, null, null, 100, 60]);
    // A total above both says how much: 1300 - 1000 - 100 = 200; of a model that cannot think it says nothing.
    const silent = { ...written, 'gen_ai.usage.total_tokens': 1300 };
    expect(readCall(scope, silent)).toMatchObject({ lossy: false, usage: { output: 300, reasoning: 200 } });
    const older = { ...silent, 'gen_ai.request.model': 'gemini-2.0-flash' };
    expect(readCall(scope, older)).toMatchObject({ lossy: false, usage: { output: 100, reasoning: null } });
    // Nothing says how much was thought: part of the bill is missing, unless the total closes or the model cannot think.
    expect(readCall(scope, written).lossy).toBe(true);
    expect(readCall(scope, { ...written, 'gen_ai.usage.total_tokens': 1100 }).lossy).toBe(false);
    expect(readCall(scope, { ...written, 'gen_ai.request.model': 'gemini-1.5-pro' }).lossy).toBe(false);
  });

  it('recorded, reads the thoughts of Gemini in Python as they were billed', () => {
    const path = 'gemini-python/traceloop';
    expect(readOf(callsOfRecording(path))).toEqual(billedOfRecording(path));
  });

  it('says lossy where its scope leaves out the cache or what was written to it', () => {
    const {
      'gen_ai.usage.cache_creation.input_tokens': _,
      'gen_ai.usage.cache_read.input_tokens': read,
      ...bare
    } = anthropicJs;
    for (const scope of [
      '@traceloop/instrumentation-bedrock',
      '@traceloop/instrumentation-langchain',
      'opentelemetry.instrumentation.bedrock',
      'opentelemetry.instrumentation.botocore.bedrock-runtime',
    ]) {
      expect(readCall(scope, bare).lossy).toBe(true);
      expect(readCall(scope, { ...bare, 'gen_ai.usage.cache_read.input_tokens': 0 }).lossy).toBe(false);
    }
    const langchain = { ...bare, 'gen_ai.usage.input_tokens': 9000, 'gen_ai.usage.cache_read.input_tokens': read };
    expect(readCall('opentelemetry.instrumentation.langchain', langchain)).toMatchObject({
      lossy: true,
      usage: { input_uncached: 1000 },
    });
  });

  it('takes workflow, agent, task and tool spans for skeletons, and for containers when they carry usage', () => {
    const agent = { 'traceloop.span.kind': 'agent', 'traceloop.entity.name': 'planner' };
    expect(readSkeleton('@traceloop/node-server-sdk', agent, { kind: 1 })).toMatchObject({
      operation: 'invoke_agent',
      own: { agent: 'planner' },
    });
    for (const kind of ['workflow', 'agent', 'task', 'tool']) {
      const call = readCall('traceloop.tracer', { 'traceloop.span.kind': kind, 'gen_ai.usage.input_tokens': 5 });
      expect(call).toMatchObject({ role: 'container', containerRule: `traceloop.span.kind=${kind}` });
    }
  });

  it('leaves the OpenTelemetry project its own Python scopes', () => {
    const written = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
    };
    expect(readCall('opentelemetry.instrumentation.openai.v1', written).dialect).toBe('openllmetry');
    expect(readCall('opentelemetry.instrumentation.openai_v2', written).dialect).toBe('genai');
  });
});
