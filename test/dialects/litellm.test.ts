// Attributes are written after LiteLLM 1.106 and 1.109, and recordings of the library and of the proxy.
import { describe, expect, it } from 'vitest';
import { billedOfRecording, callsOfRecording, readOf } from './recordedSpans.ts';
import { buckets, readCall, readSkeleton, type Written } from './spans.ts';

const SCOPE = 'litellm';
const request: Written = {
  'llm.request.type': 'acompletion',
  'gen_ai.system': 'anthropic',
  'gen_ai.request.model': 'claude-sonnet-4-5',
  'gen_ai.usage.input_tokens': 2581,
  'gen_ai.usage.output_tokens': 31,
  'gen_ai.usage.total_tokens': 2612,
};
const usageObject =
  "{'completion_tokens': 31, 'prompt_tokens': 2581, 'completion_tokens_details': {'reasoning_tokens': 9, 'audio_tokens': None}, " +
  "'prompt_tokens_details': {'cached_tokens': 2048, 'cache_creation_tokens': 512, 'cache_creation_token_details': " +
  "{'ephemeral_5m_input_tokens': 212, 'ephemeral_1h_input_tokens': 300}}}";

describe('LiteLLM', () => {
  it('recorded, is read as it was billed', () => {
    const path = 'litellm/proxy';
    const calls = callsOfRecording(path).filter(({ scope }) => scope === SCOPE);
    expect(readOf(calls)).toEqual(billedOfRecording(path));
    expect(calls.map(({ provider, operation }) => `${provider} ${operation}`)).toEqual([
      'openai chat',
      'openai chat',
      'anthropic chat',
    ]);
    // The owner of the master key is nobody.
    expect(calls.map(({ own }) => own.user)).toEqual(['ada', null, null]);
  });

  it('recorded, gives zeros for a stream of which the provider told nothing: what it cost is unknown', () => {
    const calls = callsOfRecording('litellm/sdk');
    const billed = billedOfRecording('litellm/sdk');
    expect(billed[3]).toEqual([321, 0, 0, 0, 24]);
    expect(calls.map((call) => buckets(call))[3]).toEqual([null, null, null, null, null, null]);
    expect(readOf(calls.filter((_, place) => place !== 3))).toEqual(billed.filter((_, place) => place !== 3));
  });

  it("reads what was cached out of Python's text: 2581 - 2048 - 512 = 21, of 512 written 300 for an hour", () => {
    const call = readCall(SCOPE, { ...request, 'metadata.usage_object': usageObject });
    expect(buckets(call)).toEqual([21, 2048, 212, 300, 31, 9]);
    expect(call).toMatchObject({
      dialect: 'litellm',
      operation: 'chat',
      cacheSemantics: 'inclusive:scope',
      isEmitterKnown: true,
      lossy: false,
    });
  });

  it('reads it out of the hidden parameters, with the cost, and out of a copy of the answer', () => {
    const hidden = JSON.stringify({
      response_cost: 0.0042,
      usage_object: { prompt_tokens_details: { cached_tokens: 2048 } },
    }).replaceAll('":{', '": {');
    const inHidden = readCall(SCOPE, { ...request, hidden_params: hidden });
    expect(buckets(inHidden)).toEqual([533, 2048, null, null, 31, null]);
    expect(inHidden).toMatchObject({ reportedCostFemtoUsd: 4_200_000_000_000n, lossy: false });
    const raw =
      "{'input_tokens': 21, 'cache_read_input_tokens': 2048, 'cache_creation_input_tokens': 512, 'service_tier': 'priority'}";
    const inAnswer = readCall(SCOPE, { ...request, 'llm.anthropic.usage': raw });
    expect(buckets(inAnswer)).toEqual([21, 2048, 512, null, 31, null]);
    expect(inAnswer).toMatchObject({ cacheSemantics: 'inclusive:emitter', serviceTier: 'priority' });
  });

  it('says lossy where the copies are missing or cut short, unless the newer tracing wrote the span', () => {
    expect(readCall(SCOPE, request).lossy).toBe(true);
    const cut = readCall(SCOPE, { ...request, 'metadata.usage_object': usageObject.slice(0, -1) });
    expect(buckets(cut)).toEqual([2581, null, null, null, 31, null]);
    expect(cut.lossy).toBe(true);
    expect(readCall(SCOPE, { ...request, 'litellm.call_type': 'acompletion' }).lossy).toBe(false);
  });

  it('reads the newer tracing: conventions, cost, the model that was sent', () => {
    const { 'llm.request.type': _, ...rest } = request;
    const call = readCall(SCOPE, {
      ...rest,
      'litellm.call_type': 'aembedding',
      'litellm.cost.total': 0.25,
      'litellm.provider.model': 'anthropic/claude-sonnet-4-5',
      'gen_ai.usage.cache_read.input_tokens': 2048,
      'litellm.end_user.id': 'u1',
      'gen_ai.conversation.id': 's1',
    });
    expect(buckets(call)).toEqual([533, 2048, null, null, 31, null]);
    expect(call).toMatchObject({
      operation: 'embeddings',
      responseModel: 'anthropic/claude-sonnet-4-5',
      reportedCostFemtoUsd: 250_000_000_000_000n,
      own: { user: 'u1', session: 's1' },
    });
  });

  it("charges nobody for an answer of LiteLLM's own cache", () => {
    for (const [hit, role] of [
      [true, 'container'],
      ['True', 'container'],
      [false, 'call'],
    ] as const) {
      expect(readCall(SCOPE, { ...request, 'litellm.cache_hit': hit }).role).toBe(role);
    }
  });

  it('takes the end user before the owner of the key', () => {
    const owner = { 'metadata.user_api_key_user_id': 'owner' };
    expect(readCall(SCOPE, { ...request, ...owner }).own.user).toBe('owner');
    expect(readCall(SCOPE, { ...request, ...owner, 'llm.user': 'u1' }).own.user).toBe('u1');
    const endUser = { 'metadata.user_api_key_end_user_id': 'u2' };
    expect(readCall(SCOPE, { ...request, ...owner, ...endUser }).own.user).toBe('u2');
  });

  it.each([
    ['completion', 'chat'],
    ['acompletion', 'chat'],
    ['anthropic_messages', 'chat'],
    ['atext_completion', 'text_completion'],
    ['aresponses', 'responses'],
    ['aembedding', 'embeddings'],
    ['arerank', 'rerank'],
  ])('calls %s %s', (callType, operation) => {
    expect(readCall(SCOPE, { ...request, 'llm.request.type': callType }).operation).toBe(operation);
  });

  it("reads its keys on the application's own span, and keeps the raw request without usage as a skeleton", () => {
    expect(readCall('app', { ...request, 'metadata.usage_object': usageObject }).dialect).toBe('litellm');
    const raw = { 'llm.anthropic.usage': "{'input_tokens': 21}" };
    expect(readSkeleton(SCOPE, raw, { name: 'raw_gen_ai_request' }).operation).toBe(null);
  });
});
