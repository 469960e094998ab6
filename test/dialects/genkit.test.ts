// Attributes are hand-written after Genkit 1.42 (core tracing, @genkit-ai/anthropic 0.3.0, google-genai and compat-oai 1.42.0).
import { describe, expect, it } from 'vitest';
import { billedOfRecording, callsOfRecording, readOf } from './recordedSpans.ts';
import { buckets, readCall, readSkeleton, type Written } from './spans.ts';

const SCOPE = 'genkit-tracer';
const action = (name: string, output: unknown, rest: Written = {}): Written => ({
  'genkit:type': 'action',
  'genkit:metadata:subtype': 'model',
  'genkit:name': name,
  'genkit:output': typeof output === 'string' ? output : JSON.stringify(output),
  ...rest,
});

describe('Genkit', () => {
  it('reads Anthropic, exclusive: 25 beside 2048 read and 400 written, of them 100 for 1 hour', () => {
    const usage = {
      inputTokens: 25,
      outputTokens: 10,
      custom: {
        cache_creation_input_tokens: 400,
        cache_read_input_tokens: 2048,
        ephemeral_5m_input_tokens: 300,
        ephemeral_1h_input_tokens: 100,
      },
    };
    const raw = { id: 'msg_01abc', model: 'claude-sonnet-4-5-20250929', usage: { input_tokens: 25 } };
    const call = readCall(SCOPE, action('anthropic/claude-sonnet-4-5', { usage, raw }, { 'genkit:sessionId': 's1' }));
    expect(buckets(call)).toEqual([25, 2048, 300, 100, 10, null]);
    expect(call).toMatchObject({
      dialect: 'genkit',
      operation: 'chat',
      provider: 'anthropic',
      requestModel: 'claude-sonnet-4-5',
      responseModel: 'claude-sonnet-4-5-20250929',
      responseId: 'msg_01abc',
      cacheSemantics: 'exclusive:scope',
      own: { session: 's1' },
    });
  });

  it("reads Anthropic's own answer where the plugin passes on input and output alone", () => {
    const custom = { id: 'msg_02', usage: { input_tokens: 25, cache_read_input_tokens: 2048, output_tokens: 10 } };
    const call = readCall(
      SCOPE,
      action('anthropic/claude-sonnet-4-5', { usage: { inputTokens: 25, outputTokens: 10 }, custom }),
    );
    expect(buckets(call)).toEqual([25, 2048, null, null, 10, null]);
    expect(call.cacheSemantics).toBe('exclusive:emitter');
  });

  it('adds the thoughts of Google to the candidates: 10 + 90 = 100, and 2073 - 2048 = 25', () => {
    const usage = {
      inputTokens: 2073,
      outputTokens: 10,
      thoughtsTokens: 90,
      totalTokens: 2173,
      cachedContentTokens: 2048,
      inputCharacters: 9000,
    };
    const custom = { responseId: 'r1', modelVersion: 'gemini-2.5-flash-001' };
    const call = readCall(SCOPE, action('googleai/gemini-2.5-flash', { usage, custom }));
    expect(buckets(call)).toEqual([25, 2048, null, null, 100, 90]);
    expect(call).toMatchObject({
      provider: 'gcp.gemini',
      model: 'gemini-2.5-flash-001',
      responseId: 'r1',
      cacheSemantics: 'inclusive:scope',
      lossy: false,
    });
  });

  it("reads OpenAI's cached and reasoning tokens from the raw answer: 1076 - 1024 = 52", () => {
    const raw = {
      id: 'chatcmpl-9xyz',
      model: 'gpt-4o-2024-08-06',
      usage: { prompt_tokens_details: { cached_tokens: 1024 }, completion_tokens_details: { reasoning_tokens: 20 } },
    };
    const call = readCall(
      SCOPE,
      action('openai/gpt-4o', { usage: { inputTokens: 1076, outputTokens: 70, totalTokens: 1146 }, raw }),
    );
    expect(buckets(call)).toEqual([52, 1024, null, null, 70, 20]);
  });

  it('leaves generate spans, which repeat the usage, and flows as skeletons', () => {
    const output = { usage: { inputTokens: 5, outputTokens: 1 } };
    const util = action('generate', output, { 'genkit:metadata:subtype': 'util' });
    expect(readSkeleton(SCOPE, util).operation).toBe(null);
    const flow = action('menuFlow', output, { 'genkit:metadata:subtype': 'flow' });
    expect(readSkeleton(SCOPE, flow).operation).toBe('invoke_workflow');
    const agent = action('waiter', output, { 'genkit:metadata:subtype': 'agent' });
    expect(readSkeleton(SCOPE, agent)).toMatchObject({ operation: 'invoke_agent', own: { agent: 'waiter' } });
  });

  it('takes a model whose answer is missing, broken or above 1 MiB for a call of unknown usage', () => {
    const tooLong = JSON.stringify({ usage: { inputTokens: 5 }, text: 'x'.repeat(1_048_576) });
    for (const output of ['', '{"usage":', '[]', '{}', tooLong]) {
      const call = readCall(SCOPE, action('openai/gpt-4o', output));
      expect(buckets(call)).toEqual([null, null, null, null, null, null]);
      expect(call).toMatchObject({ role: 'call', model: 'gpt-4o', usageFault: null });
    }
    const fits = JSON.stringify({ usage: { inputTokens: 5 } }).padEnd(1_048_576);
    expect(buckets(readCall(SCOPE, action('openai/gpt-4o', fits)))[0]).toBe(5);
  });

  it('names the place of a count that is none', () => {
    const call = readCall(SCOPE, action('openai/gpt-4o', { usage: { inputTokens: -1 } }));
    expect(call.usageFault).toBe(
      'genkit:output usage inputTokens: expected an integer from 0 to 10000000000, found -1',
    );
  });

  it('recorded, is the bill of every call', () => {
    expect(readOf(callsOfRecording('genkit/flow'))).toEqual(billedOfRecording('genkit/flow'));
  });
});
