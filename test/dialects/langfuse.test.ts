// Attributes are written after langfuse 5.0 (Python) and @langfuse/* 5.11, and recordings of both.
import { describe, expect, it } from 'vitest';
import { billedOfRecording, callsOfRecording, readOf, readRecording } from './recordedSpans.ts';
import { buckets, readCall, readSkeleton, type Written } from './spans.ts';

const SCOPE = 'langfuse-sdk';
const generation = (usage: Written, model = 'gpt-4o', more: Written = {}): Written => ({
  'langfuse.observation.type': 'generation',
  'langfuse.observation.model.name': model,
  'langfuse.observation.usage_details': JSON.stringify(usage),
  ...more,
});
const read = (usage: Written, model?: string, more?: Written) => readCall(SCOPE, generation(usage, model, more));

describe('Langfuse', () => {
  it.each(['langfuse/calls', 'langfuse-python/openai', 'langfuse-python/openai-v3'])(
    'recorded as %s, is read as it was billed',
    (path) => {
      expect(readOf(callsOfRecording(path))).toEqual(billedOfRecording(path));
    },
  );

  it('recorded, says user, session, tags and the agent by the name of its observation', () => {
    const subjects = readRecording('langfuse-python/openai').map((reading) =>
      reading.kind === 'call' ? reading.call.own : reading.skeleton.own,
    );
    const tags = { beta: 'true', team: 'search' };
    expect(subjects[0]).toMatchObject({ agent: null, user: 'ada', session: 'session-1', tags });
    expect(subjects.at(-1)).toMatchObject({ agent: 'researcher', user: 'ada', session: 'session-1', tags });
  });

  it('takes its buckets as disjoint: 52 beside 1024 cached, 50 and 20 of reasoning make 70 of output', () => {
    const call = read({ input: 52, output: 50, total: 1146, input_cached_tokens: 1024, output_reasoning_tokens: 20 });
    expect(buckets(call)).toEqual([52, 1024, null, null, 70, 20]);
    expect(call).toMatchObject({
      dialect: 'langfuse',
      operation: 'chat',
      provider: null,
      model: 'gpt-4o',
      cacheSemantics: 'disjoint:emitter',
      isEmitterKnown: true,
      lossy: false,
      usageFault: null,
    });
  });

  it('reads cache writes by their time to live, as parts of a total or beside a rest of 7', () => {
    const parts = { input: 1, output: 2, input_cache_creation_5m: 20, input_cache_creation_1h: 30 };
    expect(buckets(read(parts))).toEqual([1, null, 20, 30, 2, null]);
    expect(buckets(read({ ...parts, cache_creation_input_tokens: 50 }))).toEqual([1, null, 20, 30, 2, null]);
    expect(buckets(read({ ...parts, input_cache_creation: 0 }))).toEqual([1, null, 20, 30, 2, null]);
    expect(buckets(read({ ...parts, input_cache_creation: 7 }))).toEqual([1, null, 27, 30, 2, null]);
  });

  it('adds kinds it has no bucket for to what they are part of: 10 + 4 and 5 + 6, priority repeats', () => {
    const call = read({
      input: 10,
      output: 5,
      input_tools: 4,
      output_accepted_prediction_tokens: 6,
      input_priority: 10,
    });
    expect(buckets(call)).toEqual([14, null, null, null, 11, null]);
    const audio = read({ input: 10, output: 5, input_audio_tokens: 4, output_audio: 6 });
    expect(buckets(audio)).toEqual([10, null, null, null, 5, null]);
    expect(audio.usage.other).toEqual({ audio_input: 4, audio_output: 6 });
  });

  it('takes input for inclusive where its total is input and output alone, except of Claude', () => {
    const usage = { input: 1124, output: 80, total: 1204, input_cached_tokens: 1024 };
    expect(buckets(read(usage))).toEqual([100, 1024, null, null, 80, null]);
    expect(buckets(read(usage, 'claude-haiku-4-5'))).toEqual([1124, 1024, null, null, 80, null]);
    // More cached than input is beside it, whatever the total: 100 < 1024.
    expect(buckets(read({ ...usage, input: 100, total: 180 }))).toEqual([100, 1024, null, null, 80, null]);
  });

  it('says lossy where the total is above all buckets: 15 < 16, 15 is not', () => {
    expect(read({ input: 10, output: 5, total: 16 }).lossy).toBe(true);
    expect(read({ input: 10, output: 5, total: 15 }).lossy).toBe(false);
  });

  it('reads numeric strings and 0, and names a bucket that is no count', () => {
    expect(buckets(read({ input: '10', output: 0 }))).toEqual([10, null, null, null, 0, null]);
    expect(read({ input: 10, output: 1.5 }).usageFault).toContain('langfuse.observation.usage_details output');
    expect(readCall(SCOPE, { ...generation({}), 'langfuse.observation.usage_details': '{"input":' })).toMatchObject({
      usage: { input_uncached: null, output: null },
      usageFault: null,
    });
  });

  it('keeps its cost: the total, else the sum of the parts 0.001 + 0.002', () => {
    const cost = (details: Written) =>
      read({ input: 1 }, 'gpt-4o', { 'langfuse.observation.cost_details': JSON.stringify(details) })
        .reportedCostFemtoUsd;
    expect(cost({ input: 0.001, output: 0.002, total: 0.004 })).toBe(4_000_000_000_000n);
    expect(cost({ input: 0.001, output: 0.002 })).toBe(3_000_000_000_000n);
    expect(cost({ input: -1 })).toBe(null);
  });

  it('comes after the conventions on a span that has both', () => {
    const both = { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 7, 'gen_ai.usage.output_tokens': 3 };
    expect(buckets(read({ input: 100, output: 50, input_cached_tokens: 9 }, 'm', both))).toEqual([
      7,
      null,
      null,
      null,
      3,
      null,
    ]);
  });

  it('reads an embedding, the environment and old names; an observation of no paid kind is none', () => {
    const embedding = { 'langfuse.observation.type': 'embedding', 'langfuse.environment': 'staging' };
    expect(
      read({ input: 3 }, 'm', { ...embedding, 'langfuse.user.id': 'u', 'langfuse.session.id': 's' }),
    ).toMatchObject({
      operation: 'embeddings',
      environment: 'staging',
      own: { user: 'u', session: 's' },
      lossy: false,
    });
    expect(read({ input: 3 }, 'm', { 'langfuse.observation.type': 'tool' })).toMatchObject({
      role: 'container',
      containerRule: 'gen_ai.operation.name=execute_tool',
    });
    expect(readSkeleton(SCOPE, { 'langfuse.observation.type': 'span' }, { name: 'step' }).own.agent).toBe(null);
  });
});
