// Attributes are hand-written after the conventions and the emitters' sources, until recordings replace them.
import { describe, expect, it } from 'vitest';
import { buckets, readCall } from './spans.ts';

const openai = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.response.model': 'gpt-4o-2024-08-06',
  'gen_ai.response.id': 'chatcmpl-9xyz',
  'gen_ai.usage.input_tokens': 1200,
  'gen_ai.usage.output_tokens': 80,
};

describe('the current GenAI conventions', () => {
  it('reads a chat: 1200 in, of which 1024 cached, leaves 176 uncached', () => {
    const call = readCall('some.instrumentation', {
      ...openai,
      'gen_ai.usage.cache_read.input_tokens': 1024,
      'gen_ai.usage.reasoning.output_tokens': 30,
      'openai.response.service_tier': 'priority',
      'openai.request.service_tier': 'auto',
    });
    expect(buckets(call)).toEqual([176, 1024, null, null, 80, 30]);
    expect(call).toMatchObject({
      dialect: 'genai',
      role: 'call',
      containerRule: null,
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-2024-08-06',
      requestModel: 'gpt-4o',
      responseModel: 'gpt-4o-2024-08-06',
      responseId: 'chatcmpl-9xyz',
      cacheSemantics: 'inclusive:convention',
      usageSource: 'provider',
      lossy: false,
      usageFault: null,
      serviceTier: 'priority',
      status: 'ok',
      durationNano: 1_500_000_000n,
    });
  });

  it('gives a cache write whose time to live nobody says 5 minutes: 1000 - 600 - 300 = 100 uncached', () => {
    for (const key of ['gen_ai.usage.cache_write.input_tokens', 'gen_ai.usage.cache_creation.input_tokens']) {
      const call = readCall('x', {
        ...openai,
        'gen_ai.usage.input_tokens': 1000,
        'gen_ai.usage.cache_read.input_tokens': 600,
        [key]: 300,
      });
      expect(buckets(call)).toEqual([100, 600, 300, null, 80, null]);
    }
  });

  it('takes audio and images out of input and output: 300 - 40 - 200 = 60 and 80 - 20 = 60', () => {
    const call = readCall('x', {
      ...openai,
      'gen_ai.usage.input_tokens': 300,
      'gen_ai.usage.audio.input_tokens': 40,
      'gen_ai.usage.image.input_tokens': 200,
      'gen_ai.usage.audio.output_tokens': 20,
    });
    expect(buckets(call)).toEqual([60, null, null, null, 60, null]);
    expect(call.usage.other).toEqual({ audio_input: 40, image_input: 200, audio_output: 20 });
  });

  it('counts cached audio once: 300 in of which 100 cached (30 audio); audio 50: 300 - 100 - (50 - 30) = 180', () => {
    const call = readCall('x', {
      ...openai,
      'gen_ai.usage.input_tokens': 300,
      'gen_ai.usage.cache_read.input_tokens': 100,
      'gen_ai.usage.audio.input_tokens': 50,
      'gen_ai.usage.audio.cache_read.input_tokens': 30,
    });
    expect(buckets(call)).toEqual([180, 70, null, null, 80, null]);
    expect(call.usage.other).toEqual({ audio_input: 20, cache_read_audio: 30 });
  });

  it('reads an embedding, which has input alone, as complete', () => {
    const call = readCall('x', {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'text-embedding-3-small',
      'gen_ai.usage.input_tokens': 9,
    });
    expect(buckets(call)).toEqual([9, null, null, null, null, null]);
    expect(call).toMatchObject({ operation: 'embeddings', lossy: false });
  });

  it('keeps a failed call without usage: its consumption is unknown, not zero', () => {
    const call = readCall(
      'x',
      { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'error.type': 'rate_limit_exceeded' },
      { status: 'error' },
    );
    expect(buckets(call)).toEqual([null, null, null, null, null, null]);
    expect(call).toMatchObject({
      status: 'error',
      errorType: 'rate_limit_exceeded',
      cacheSemantics: null,
      model: null,
      lossy: false,
    });
  });

  it('says lossy when a chat reports its input and no output', () => {
    const { 'gen_ai.usage.output_tokens': _, ...cutShort } = openai;
    expect(readCall('x', cutShort).lossy).toBe(true);
    expect(readCall('x', { ...cutShort, 'gen_ai.usage.output_tokens': 0 }).lossy).toBe(false);
  });

  it('counts a clock that ran backwards as 0', () => {
    expect(readCall('x', openai, { startUnixNano: 5n, endUnixNano: 4n }).durationNano).toBe(0n);
    expect(readCall('x', openai, { startUnixNano: 5n, endUnixNano: 6n }).durationNano).toBe(1n);
  });

  it('keeps service and environment of the resource, the old name of the environment too', () => {
    const resource = { 'service.name': 'api', 'deployment.environment': 'old' };
    expect(readCall('x', openai, { resource })).toMatchObject({ service: 'api', environment: 'old' });
    expect(
      readCall('x', openai, { resource: { ...resource, 'deployment.environment.name': 'prod' } }).environment,
    ).toBe('prod');
  });
});

describe('our own instrumentation', () => {
  const ours = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.request.model': 'claude-sonnet-4-5',
    'gen_ai.usage.input_tokens': 8412,
    'gen_ai.usage.output_tokens': 150,
    'gen_ai.usage.cache_read.input_tokens': 8000,
    'gen_ai.usage.cache_write.input_tokens': 400,
    'tollgate.usage.cache_write_1h.input_tokens': 100,
    'tollgate.usage.web_search.requests': 2,
  };

  it('says the 1 hour part of the cache write: 400 - 100 = 300 for 5 minutes, 8412 - 8400 = 12 uncached', () => {
    const call = readCall('@tollgate/node', { ...ours, 'tollgate.usage.source': 'provider' });
    expect(buckets(call)).toEqual([12, 8000, 300, 100, 150, null]);
    expect(call.usage.other).toEqual({ web_search_requests: 2 });
    expect(call).toMatchObject({ cacheSemantics: 'inclusive:scope', usageSource: 'provider', lossy: false });
  });

  it('says when it guessed', () => {
    expect(readCall('@tollgate/node', { ...ours, 'tollgate.usage.source': 'estimate' }).usageSource).toBe('estimate');
  });
});

describe('the legacy GenAI conventions', () => {
  it('reads gen_ai.system with prompt_tokens and completion_tokens', () => {
    const call = readCall('some.instrumentation', {
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.usage.prompt_tokens': 40,
      'gen_ai.usage.completion_tokens': 7,
    });
    expect(buckets(call)).toEqual([40, null, null, null, 7, null]);
    expect(call).toMatchObject({ dialect: 'genai-legacy', provider: 'openai', model: 'gpt-4o-mini', lossy: false });
  });

  it('is the current dialect once the provider has its new name, and never adds two names of one count', () => {
    const call = readCall('in.transition', {
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': 'az.ai.openai',
      'gen_ai.provider.name': 'azure.ai.openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 40,
      'gen_ai.usage.prompt_tokens': 41,
      'gen_ai.usage.output_tokens': 7,
    });
    expect(buckets(call)).toEqual([40, null, null, null, 7, null]);
    expect(call).toMatchObject({ dialect: 'genai', provider: 'azure.ai.openai' });
  });

  it('takes a span without operation for a call when it names a model', () => {
    expect(readCall('x', { 'gen_ai.system': 'cohere', 'gen_ai.request.model': 'command-r' })).toMatchObject({
      operation: null,
      provider: 'cohere',
      cacheSemantics: null,
    });
  });

  it('says lossy where an emitter never tells cached input apart', () => {
    const written = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 40,
      'gen_ai.usage.output_tokens': 7,
    };
    expect(readCall('@opentelemetry/instrumentation-openai', written).lossy).toBe(true);
    expect(readCall('opentelemetry.instrumentation.openai_v2', written).lossy).toBe(true);
    expect(readCall('opentelemetry.instrumentation.genai.openai', written).lossy).toBe(false);
    expect(readCall('some.other', written).lossy).toBe(false);
  });
});
