// Attributes are written after langsmith 0.15 (Python) and 0.12 (JavaScript), and recordings of both.
import { describe, expect, it } from 'vitest';
import { billedOfRecording, callsOfRecording, readOf } from './recordedSpans.ts';
import { buckets, readCall, readSkeleton, type Written } from './spans.ts';

const chat: Written = {
  'langsmith.span.kind': 'llm',
  'gen_ai.operation.name': 'chat',
  'gen_ai.system': 'anthropic',
  'gen_ai.request.model': 'claude-sonnet-4-5',
  'gen_ai.usage.input_tokens': 2581,
  'gen_ai.usage.output_tokens': 31,
  'gen_ai.usage.total_tokens': 2612,
};

describe('LangSmith', () => {
  it('recorded, is read as it was billed as far as it says: of a stream not how long a cache write lives', () => {
    const path = 'langsmith-python/otel';
    const billed = billedOfRecording(path);
    expect(billed[3]).toEqual([21, 2048, 0, 512, 31]);
    billed[3] = [21, 2048, 512, 0, 31];
    expect(readOf(callsOfRecording(path))).toEqual(billed);
    expect(readOf(callsOfRecording('langsmith/calls'))).toEqual(billedOfRecording('langsmith/calls'));
  });

  it.each([
    ['JSON', '{"cache_read": 2048, "cache_creation": 512}', '{"reasoning": 10}'],
    [
      'the text of a Python dictionary',
      "{'cache_read': 2048, 'cache_creation': 512}",
      "{'reasoning': 10, 'audio': None}",
    ],
  ])('reads token details as %s: 2581 - 2048 - 512 = 21', (_title, input, output) => {
    const details = { 'gen_ai.usage.input_token_details': input, 'gen_ai.usage.output_token_details': output };
    const call = readCall('langsmith', { ...chat, ...details });
    expect(buckets(call)).toEqual([21, 2048, 512, null, 31, 10]);
    expect(call).toMatchObject({ dialect: 'langsmith', provider: 'anthropic', cacheSemantics: 'inclusive:assumed' });
  });

  it.each(['langsmith.usage_metadata', 'langsmith.metadata.usage_metadata'])('reads details and cost of %s', (key) => {
    const usage = {
      input_tokens: 2581,
      output_tokens: 31,
      input_token_details: { cache_read: 2048, cache_creation: 0, ephemeral_1h_input_tokens: 512 },
      total_cost: 0.0042,
    };
    const call = readCall('langsmith', { ...chat, [key]: JSON.stringify(usage) });
    // A total of 0 beside a part of 512 counts nothing twice.
    expect(buckets(call)).toEqual([21, 2048, null, 512, 31, null]);
    expect(call).toMatchObject({ reportedCostFemtoUsd: 4_200_000_000_000n, usageFault: null });
  });

  it('reads the hour as JavaScript spells it, beside no total: 2581 - 2048 - 512 = 21', () => {
    const details = '{"ephemeral_5m_input_tokens":0,"ephemeral_1hr_input_tokens":512,"cache_read":2048}';
    const call = readCall('langsmith', { ...chat, 'gen_ai.usage.input_token_details': details });
    expect(buckets(call)).toEqual([21, 2048, 0, 512, 31, null]);
    const metadata = JSON.stringify({ input_token_details: JSON.parse(details) as unknown });
    expect(buckets(readCall('langsmith', { ...chat, 'langsmith.usage_metadata': metadata }))).toEqual(buckets(call));
  });

  it('takes user, session and tags from its metadata, and a project for no session', () => {
    const ids = {
      'langsmith.metadata.user_id': 'u1',
      'langsmith.metadata.thread_id': 't1',
      'langsmith.span.tags': 'beta, team-a',
      'langsmith.trace.session_id': 'project',
      'langsmith.trace.session_name': 'default',
    };
    expect(readCall('langsmith', { ...chat, ...ids }).own).toMatchObject({
      user: 'u1',
      session: 't1',
      tags: { beta: 'true', 'team-a': 'true' },
    });
    const { 'langsmith.metadata.thread_id': _, ...rest } = ids;
    expect(readCall('langsmith', { ...chat, ...rest }).own.session).toBe(null);
  });

  it("prefers the chat class's provider to the one guessed from the model", () => {
    const bedrock = { 'langsmith.metadata.ls_provider': 'amazon_bedrock' };
    expect(readCall('langsmith', { ...chat, ...bedrock }).provider).toBe('aws.bedrock');
    expect(readCall('langsmith', { ...chat, 'gen_ai.system': 'langchain' }).provider).toBe(null);
  });

  it('pays for llm and embedding runs alone: a retriever that calls itself embeddings is none', () => {
    const kind = (name: string) => ({ ...chat, 'langsmith.span.kind': name, 'gen_ai.operation.name': 'embeddings' });
    expect(readCall('langsmith', kind('embedding')).role).toBe('call');
    expect(readCall('langsmith', kind('retriever'))).toMatchObject({
      role: 'container',
      containerRule: 'langsmith.span.kind',
    });
    expect(readSkeleton('langsmith', { 'langsmith.span.kind': 'chain' }).operation).toBe('chain');
  });
});
