// Attributes are written after google-adk 1.18 to 2.13 (Python) and @google/adk 2.0, and recordings of both.
import { describe, expect, it } from 'vitest';
import { readSpan } from '../../src/dialects/read.ts';
import { billedOfRecording, callsOfRecording, readOf } from './recordedSpans.ts';
import { buckets, readCall, readSkeleton, span, type Written } from './spans.ts';

const SCOPE = 'gcp.vertex.agent';
const callLlm: Written = {
  'gen_ai.system': 'gcp.vertex.agent',
  'gen_ai.request.model': 'gemini-2.5-flash',
  'gcp.vertex.agent.session_id': 's1',
  'gcp.vertex.agent.invocation_id': 'e-1',
  'gen_ai.usage.input_tokens': 1042,
  'gen_ai.usage.output_tokens': 70,
};
const answer = (usage: Written, key: string): Written => ({
  ...callLlm,
  'gcp.vertex.agent.llm_response': JSON.stringify({
    content: { parts: [{ text: '{"}' }] },
    [key]: usage,
    partial: false,
  }),
});
const camel = { promptTokenCount: 1042, candidatesTokenCount: 70, totalTokenCount: 1162 };
const thinking = { ...camel, cachedContentTokenCount: 1024, thoughtsTokenCount: 50 };

/** A call of a version of the Python package. */
function ofVersion(version: string, attributes: Written) {
  const written = span(SCOPE, { 'gen_ai.operation.name': 'generate_content', ...callLlm, ...attributes });
  const reading = readSpan({ ...written, scope: { name: SCOPE, version } });
  if (reading.kind !== 'call') throw new Error('generate_content is a call');
  return reading.call;
}

describe('the Agent Development Kit', () => {
  it.each(['adk/agent', 'adk-python/gemini-v1', 'adk-python/gemini', 'adk-python/litellm'])(
    'recorded as %s, is read as it was billed',
    (path) => {
      expect(readOf(callsOfRecording(path))).toEqual(billedOfRecording(path));
    },
  );

  it('reads the cached part and adds the thoughts of the answer: 1042 - 1024 = 18, 70 + 50 = 120', () => {
    const snake = {
      prompt_token_count: 1042,
      total_token_count: 1162,
      cached_content_token_count: 1024,
      thoughts_token_count: 50,
    };
    for (const written of [answer(thinking, 'usageMetadata'), answer(snake, 'usage_metadata')]) {
      const call = readCall(SCOPE, written);
      expect(buckets(call)).toEqual([18, 1024, null, null, 120, 50]);
      expect(call).toMatchObject({
        dialect: 'google-adk',
        operation: 'chat',
        provider: null,
        cacheSemantics: 'inclusive:scope',
        isEmitterKnown: true,
        lossy: false,
        own: { session: 's1', run: 'e-1' },
      });
    }
  });

  it('takes thoughts as inside the output where the total says so: 1042 + 70 = 1112', () => {
    expect(buckets(readCall(SCOPE, answer({ ...thinking, totalTokenCount: 1112 }, 'usageMetadata')))[4]).toBe(70);
  });

  it('adds what server-side tools read to a prompt without it: 1042 + 8 = 1050', () => {
    const usage = { ...camel, toolUsePromptTokenCount: 8, totalTokenCount: 1120 };
    expect(buckets(readCall(SCOPE, answer(usage, 'usageMetadata')))[0]).toBe(1050);
    const inside = { ...answer({ ...usage, promptTokenCount: 1034 }, 'usageMetadata') };
    expect(buckets(readCall(SCOPE, inside))[0]).toBe(1042);
  });

  it('finds the usage behind any length of content, and no usage in content', () => {
    const long = JSON.stringify({
      text: '"usageMetadata":{"thoughtsTokenCount":9} '.repeat(20_000),
      usageMetadata: thinking,
    });
    const call = readCall(SCOPE, { ...callLlm, 'gcp.vertex.agent.llm_response': long });
    expect(buckets(call)).toEqual([18, 1024, null, null, 120, 50]);
    const content = JSON.stringify({ text: '"usageMetadata":{"thoughtsTokenCount":9}' });
    expect(buckets(readCall(SCOPE, { ...callLlm, 'gcp.vertex.agent.llm_response': content }))).toEqual([
      1042,
      null,
      null,
      null,
      70,
      null,
    ]);
  });

  it.each(['{}', '<not serializable>', '{"usageMetadata":{"a":', '{"usageMetadata":', '{"usageMetadata":1}'])(
    'says lossy where the answer is %s',
    (text) => {
      expect(readCall(SCOPE, { ...callLlm, 'gcp.vertex.agent.llm_response': text }).lossy).toBe(true);
    },
  );

  it('has thoughts inside and writes cached tokens from 2.8 on, and with the name of the conventions', () => {
    expect(ofVersion('2.7.9', {}).lossy).toBe(true);
    expect(ofVersion('2.8.0', {}).lossy).toBe(false);
    expect(ofVersion('3.0.0', {}).lossy).toBe(false);
    const old = ofVersion('1.28.0', { 'gen_ai.usage.experimental.reasoning_tokens': 50 });
    expect(buckets(old)).toEqual([1042, null, null, null, 120, 50]);
    const current = ofVersion('2.4.0', { 'gen_ai.usage.reasoning.output_tokens': 50 });
    expect(buckets(current)).toEqual([1042, null, null, null, 70, 50]);
  });

  it('takes off the reasoning that it adds a second time to models behind LiteLLM, up to 2.13: 70 - 50 = 20', () => {
    const model = { 'gen_ai.request.model': 'openai/gpt-5-mini', 'gen_ai.system': 'openai' };
    const written = { ...model, 'gen_ai.usage.reasoning.output_tokens': 10, 'gen_ai.usage.output_tokens': 30 };
    expect(buckets(ofVersion('2.13.0', written))[4]).toBe(20);
    expect(buckets(ofVersion('2.14.0', written))[4]).toBe(30);
    const vertex = { ...written, 'gen_ai.request.model': 'publishers/google/models/gemini-2.5-flash' };
    expect(buckets(ofVersion('2.13.0', vertex))[4]).toBe(30);
  });

  it('names the agent of version 1 by its span', () => {
    const agentOf = (scope: string, name: string) => readSkeleton(scope, {}, { name }).own.agent;
    expect(agentOf(SCOPE, 'agent_run [researcher]')).toBe('researcher');
    expect(agentOf(SCOPE, 'agent_run researcher')).toBe(null);
    expect(agentOf('other', 'agent_run [researcher]')).toBe(null);
  });

  it('takes a tool span for none, though it carries an empty answer', () => {
    const tool = { 'gen_ai.operation.name': 'execute_tool', 'gcp.vertex.agent.llm_response': '{}' };
    expect(readSkeleton(SCOPE, tool).operation).toBe('execute_tool');
  });
});
