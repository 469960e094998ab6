// Attributes are written after recordings of logfire 5.2.
import { describe, expect, it } from 'vitest';
import { billedOfRecording, callsOfRecording, readOf } from './recordedSpans.ts';
import { buckets, readCall, readSkeleton, type Written } from './spans.ts';

const SCOPE = 'logfire.anthropic';
const request: Written = {
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'claude-sonnet-4-5',
  'gen_ai.response.model': 'claude-sonnet-4-5',
};
const usage: Written = { 'gen_ai.usage.input_tokens': 2581, 'gen_ai.usage.output_tokens': 31 };
const raw = {
  input_tokens: 21,
  cache_read_input_tokens: 2048,
  cache_creation_input_tokens: 512,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 512 },
};
const ended = { name: 'streaming response from {request_data[model]!r} took {duration:.2f}s', kind: 1 } as const;

describe('Logfire', () => {
  it('recorded, is read as it was billed, each stream once', () => {
    const path = 'logfire/openai-and-anthropic';
    expect(readOf(callsOfRecording(path))).toEqual(billedOfRecording(path));
  });

  it("reads the cache from the provider's usage: 2581 = 21 + 2048 + 512 for 1 hour", () => {
    const call = readCall(SCOPE, { ...request, ...usage, 'gen_ai.usage.raw': JSON.stringify(raw) });
    expect(buckets(call)).toEqual([21, 2048, 0, 512, 31, null]);
    expect(call).toMatchObject({ dialect: 'logfire', cacheSemantics: 'inclusive:emitter', lossy: false });
  });

  it('says lossy without it', () => {
    for (const written of [{}, { 'gen_ai.usage.raw': '{"input_tokens":' }]) {
      expect(readCall(SCOPE, { ...request, ...usage, ...written })).toMatchObject({
        lossy: true,
        usage: { input_uncached: 2581, cache_read: null },
      });
    }
  });

  it('takes of the two spans of a stream the one at its end for the call, also without usage', () => {
    expect(readSkeleton(SCOPE, request, { kind: 3 }).operation).toBe('chat');
    expect(readCall(SCOPE, request, ended)).toMatchObject({
      role: 'call',
      usage: { input_uncached: null, output: null },
    });
  });

  it('keeps a request that failed as a call, and one that streams nothing', () => {
    expect(readCall(SCOPE, request, { kind: 3, status: 'error' })).toMatchObject({ role: 'call', status: 'error' });
    const embedding = { ...request, 'gen_ai.operation.name': 'embeddings' };
    expect(readCall('logfire.openai', embedding, { kind: 3 }).operation).toBe('embeddings');
  });
});
