import { describe, expect, it } from 'vitest';
import { buckets, readCall, type Written } from './spans.ts';

/** A chat of 100 input and 10 output by an unknown emitter, unless said otherwise. */
function chat(written: Written, scope = 'unknown.emitter') {
  return readCall(scope, {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'm',
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 10,
    ...written,
  });
}
const read = (tokens: number): Written => ({ 'gen_ai.usage.cache_read.input_tokens': tokens });
const write = (tokens: number): Written => ({ 'gen_ai.usage.cache_write.input_tokens': tokens });
const total = (tokens: number): Written => ({ 'gen_ai.usage.total_tokens': tokens });
const anthropic: Written = { 'gen_ai.provider.name': 'anthropic' };
const uncached = (tokens: number): Written => ({ 'ai.usage.inputTokenDetails.noCacheTokens': tokens });

describe('whether input includes the cache', () => {
  it("is decided first by the emitter's own uncached number", () => {
    // 100 = 40 + 60: inclusive. 100 = 100 beside 60: exclusive. 100 > 30 + 60: the 10 left over are uncached too.
    expect(chat({ ...uncached(40), ...read(60) })).toMatchObject({
      cacheSemantics: 'inclusive:emitter',
      usage: { input_uncached: 40 },
    });
    expect(chat({ ...uncached(100), ...read(60) })).toMatchObject({
      cacheSemantics: 'exclusive:emitter',
      usage: { input_uncached: 100 },
    });
    expect(chat({ ...uncached(30), ...read(60) })).toMatchObject({
      cacheSemantics: 'inclusive:emitter',
      usage: { input_uncached: 40 },
    });
    expect(chat({ ...uncached(100) })).toMatchObject({
      cacheSemantics: 'inclusive:emitter',
      usage: { input_uncached: 100 },
    });
  });

  it('is a contradiction where the own number fits neither way: 100 < 41 + 60', () => {
    const call = chat({ ...uncached(41), ...read(60) });
    expect(buckets(call)).toEqual([null, 60, null, null, 10, null]);
    expect(call.usageFault).toBe('input 100 is neither uncached 41 nor that and cached 60');
  });

  it('is disjoint where the emitter gives the uncached number and no input', () => {
    const call = readCall('ai', {
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.model.id': 'm',
      ...uncached(40),
      'ai.usage.outputTokens': 10,
    });
    expect(call).toMatchObject({ cacheSemantics: 'disjoint:emitter', usage: { input_uncached: 40 }, lossy: false });
  });

  it('is decided next by the scope, for the families it is known for', () => {
    expect(chat({ ...anthropic, ...read(60) }, '@openlit/instrumentation-anthropic').cacheSemantics).toBe(
      'exclusive:scope',
    );
    expect(chat({ ...read(60) }, '@openlit/instrumentation-openai').cacheSemantics).toBe('inclusive:scope');
    expect(chat({ ...anthropic, ...read(60) }, 'agent_framework').cacheSemantics).toBe('exclusive:scope');
    expect(chat({ ...read(60) }, 'agent_framework').cacheSemantics).toBe('inclusive:scope');
    expect(chat({ ...read(60) }, '@opentelemetry/instrumentation-aws-sdk').cacheSemantics).toBe('exclusive:scope');
    expect(chat({ ...anthropic, ...read(60) }, '@mastra/otel-exporter').cacheSemantics).toBe('inclusive:scope');
    // A scope that only begins alike is another one.
    expect(chat({ ...anthropic, ...read(60) }, 'agent_framework_two').cacheSemantics).toBe('inclusive:assumed');
  });

  it('is a contradiction where an inclusive scope reports more cache than input: 101 > 100, 100 is the whole', () => {
    const call = chat({ ...read(101) }, 'com.anthropic.sdk.typescript');
    expect(buckets(call)).toEqual([null, 101, null, null, 10, null]);
    expect(call.usageFault).toBe('cached input 101 above input 100, which includes it');
    expect(buckets(chat({ ...read(100) }, 'com.anthropic.sdk.typescript'))).toEqual([0, 100, null, null, 10, null]);
  });

  it('is proved exclusive by more cache than input: 60 + 41 > 100, 60 + 40 is not', () => {
    expect(chat({ ...read(60), ...write(41) })).toMatchObject({
      cacheSemantics: 'exclusive:arithmetic',
      usage: { input_uncached: 100, cache_read: 60, cache_write_5m: 41 },
    });
    expect(chat({ ...read(60), ...write(40) })).toMatchObject({
      cacheSemantics: 'inclusive:convention',
      usage: { input_uncached: 0 },
    });
  });

  it('is proved exclusive by a total of all parts: 100 + 10 + 60 = 170, 169 and 110 prove nothing', () => {
    expect(chat({ ...read(60), ...total(170) })).toMatchObject({
      cacheSemantics: 'exclusive:arithmetic',
      usage: { input_uncached: 100 },
    });
    expect(chat({ ...read(60), ...total(169) })).toMatchObject({
      cacheSemantics: 'inclusive:convention',
      usage: { input_uncached: 40 },
    });
    expect(chat({ ...read(60), ...total(110) })).toMatchObject({
      cacheSemantics: 'inclusive:convention',
      usage: { input_uncached: 40 },
    });
    // Without cache there is nothing to prove.
    expect(chat({ ...read(0), ...total(110) }).cacheSemantics).toBe('inclusive:convention');
  });

  it('is assumed inclusive for Anthropic and Bedrock when cache is in use and nothing else told', () => {
    expect(chat({ ...anthropic, ...read(60) })).toMatchObject({
      cacheSemantics: 'inclusive:assumed',
      usage: { input_uncached: 40 },
    });
    expect(chat({ 'gen_ai.provider.name': 'aws.bedrock', ...read(60) }).cacheSemantics).toBe('inclusive:assumed');
    expect(
      chat({ 'gen_ai.provider.name': 'gcp.vertex_ai', 'gen_ai.request.model': 'claude-x', ...read(1) }).cacheSemantics,
    ).toBe('inclusive:assumed');
    expect(chat({ ...anthropic, ...read(0) }).cacheSemantics).toBe('inclusive:convention');
  });
});

describe('the time to live of a cache write', () => {
  const fiveMinutes = (tokens: number): Written => ({
    'anthropic.usage.cache_creation.ephemeral_5m_input_tokens': tokens,
  });
  const oneHour = (tokens: number): Written => ({ 'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': tokens });

  it.each([
    ['the total alone lives 5 minutes', write(60), [40, null, 60, null]],
    ['both parts', { ...write(60), ...fiveMinutes(20), ...oneHour(40) }, [40, null, 20, 40]],
    ['both parts without a total: 20 + 40', { ...fiveMinutes(20), ...oneHour(40) }, [40, null, 20, 40]],
    ['the 1 hour part: 60 - 40 = 20', { ...write(60), ...oneHour(40) }, [40, null, 20, 40]],
    ['the 5 minute part: 60 - 20 = 40', { ...write(60), ...fiveMinutes(20) }, [40, null, 20, 40]],
    [
      'parts below the total: the rest of 5 lives 5 minutes',
      { ...write(65), ...fiveMinutes(20), ...oneHour(40) },
      [35, null, 25, 40],
    ],
    ['parts that are all of it', { ...write(60), ...fiveMinutes(0), ...oneHour(60) }, [40, null, 0, 60]],
  ] as const)('is read from %s', (_title, written, expected) => {
    expect(buckets(chat(written)).slice(0, 4)).toEqual(expected);
  });

  it('is a contradiction where the parts exceed the total: 20 + 41 > 60', () => {
    const call = chat({ ...write(60), ...fiveMinutes(20), ...oneHour(41) });
    expect(call.usageFault).toBe('cache writes of 5 minutes 20 and 1 hour 41 above their total 60');
    expect(buckets(call)).toEqual([40, null, null, null, 10, null]);
  });
});

describe('contradictions', () => {
  it.each([
    ['reasoning above output', { 'gen_ai.usage.reasoning.output_tokens': 11 }, 'reasoning tokens 11 above output 10'],
    [
      'audio above input',
      { 'gen_ai.usage.audio.input_tokens': 101 },
      'audio and image input above input: 101 above 100',
    ],
    [
      'audio above output',
      { 'gen_ai.usage.audio.output_tokens': 11 },
      'audio and image output above output: 11 above 10',
    ],
    [
      'cached audio above cache',
      { ...read(5), 'gen_ai.usage.audio.input_tokens': 9, 'gen_ai.usage.audio.cache_read.input_tokens': 6 },
      'cached audio above cache reads: 6 above 5',
    ],
  ] as const)('names %s', (_title, written, fault) => {
    expect(chat(written).usageFault).toBe(fault);
  });

  it('does not name what just fits', () => {
    expect(
      chat({ 'gen_ai.usage.reasoning.output_tokens': 10, 'gen_ai.usage.audio.input_tokens': 100 }).usageFault,
    ).toBe(null);
  });

  it('adds thoughts to the output of a Google call where they cannot be inside: 10 + 11 = 21', () => {
    const call = chat({ 'gen_ai.provider.name': 'gcp.gemini', 'gen_ai.usage.reasoning.output_tokens': 11 });
    expect(buckets(call)).toEqual([100, null, null, null, 21, 11]);
    expect(call.usageFault).toBe(null);
  });
});
