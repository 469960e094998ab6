// Attributes are written after the sources and recordings of agent-framework 1.23, semantic-kernel 1.45, @mastra/otel-exporter
// 1.4 and pydantic-ai 2.68.
import { describe, expect, it } from 'vitest';
import { billedOfRecording, callsOfRecording, readOf } from './recordedSpans.ts';
import { buckets, readCall, type Written } from './spans.ts';

const chat: Written = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-5-mini',
  'gen_ai.usage.input_tokens': 1124,
  'gen_ai.usage.output_tokens': 80,
};
const anthropic: Written = { ...chat, 'gen_ai.provider.name': 'anthropic', 'gen_ai.request.model': 'claude-x' };
const cached: Written = { 'gen_ai.usage.cache_read.input_tokens': 1024 };

/** The calls of one scope in a recording where others see them too. */
function readBy(scope: string, path: string) {
  return readOf(callsOfRecording(path).filter((call) => call.scope === scope));
}

describe('Microsoft Agent Framework', () => {
  it.each(['anthropic', 'openai-chat', 'openai-responses'])('recorded on %s, is read as it was billed', (name) => {
    const path = `agent-framework/${name}`;
    expect(readBy('agent_framework', path)).toEqual(billedOfRecording(path));
  });

  it('hands on what the provider counts: exclusive for Anthropic, inclusive for OpenAI', () => {
    const beside = readCall('agent_framework', { ...anthropic, ...cached });
    expect(buckets(beside)).toEqual([1124, 1024, null, null, 80, null]);
    expect(beside).toMatchObject({ dialect: 'agent-framework', cacheSemantics: 'exclusive:scope', lossy: false });
    const inside = readCall('agent_framework', { ...chat, ...cached });
    expect(inside).toMatchObject({ cacheSemantics: 'inclusive:scope', usage: { input_uncached: 100 } });
  });

  it('never tells cached tokens under the old name of the provider', () => {
    const { 'gen_ai.provider.name': _, ...rest } = chat;
    expect(readCall('agent_framework', { ...rest, 'gen_ai.system': 'openai' }).lossy).toBe(true);
    expect(readCall('agent_framework', chat).lossy).toBe(false);
  });

  it('is itself no provider', () => {
    const own = { ...chat, 'gen_ai.provider.name': 'microsoft.agent_framework' };
    expect(readCall('agent_framework', own).provider).toBe(null);
  });
});

describe('Semantic Kernel', () => {
  const scope = 'semantic_kernel.utils.telemetry.model_diagnostics.decorators';

  it('recorded, is read with the cached input as uncached, and says so: 100 + 1024', () => {
    const calls = callsOfRecording('semantic-kernel/agent');
    const billed = billedOfRecording('semantic-kernel/agent');
    expect(billed).toEqual(Array.from({ length: 4 }, () => [100, 1024, 0, 0, 80]));
    expect(readOf(calls)).toEqual(billed.map(() => [1124, 0, 0, 0, 80]));
    expect(calls.map(({ dialect, lossy, usageSource }) => [dialect, lossy, usageSource])).toEqual(
      billed.map(() => ['semantic-kernel', true, 'provider']),
    );
  });

  it.each([
    ['text_completions', 'text_completion'],
    ['chat.completions', 'chat'],
    ['text.completions', 'text_completion'],
  ])('calls %s %s, with or without usage', (name, operation) => {
    const named = { 'gen_ai.system': 'openai', 'gen_ai.operation.name': name };
    expect(readCall(scope, named)).toMatchObject({ operation, role: 'call', lossy: false });
    expect(readCall('Microsoft.SemanticKernel.Diagnostics', { ...chat, ...named })).toMatchObject({
      dialect: 'semantic-kernel',
      operation,
      lossy: true,
    });
  });
});

describe('Mastra', () => {
  it('recorded, is read as it was billed, and says user and session', () => {
    const calls = callsOfRecording('mastra/agent');
    expect(readOf(calls)).toEqual(billedOfRecording('mastra/agent'));
    expect(calls.map(({ dialect, own }) => [dialect, own.agent, own.user, own.session, own.tags])).toEqual(
      ['planner', 'writer', 'writer'].map((agent) => ['mastra', agent, 'user-12', 'conversation-12', {}]),
    );
  });

  it('is inclusive, with cache writes of 5 minutes and 1 hour: 1124 - 1000 - 20 - 4 = 100', () => {
    const call = readCall('@mastra/otel-exporter', {
      ...anthropic,
      'gen_ai.provider.name': 'anthropic.messages',
      'gen_ai.usage.cache_read.input_tokens': 1000,
      'gen_ai.usage.cache_creation.input_tokens': 24,
      'gen_ai.usage.cache_creation.5m_input_tokens': 20,
      'gen_ai.usage.cache_creation.1h_input_tokens': 4,
    });
    expect(buckets(call)).toEqual([100, 1000, 20, 4, 80, null]);
    expect(call).toMatchObject({ provider: 'anthropic', cacheSemantics: 'inclusive:scope' });
  });

  it('reads its metadata and its tags, a JSON array in a text', () => {
    const more = { 'mastra.tags': '["beta","a,b"]', 'mastra.metadata.plan': 'pro', 'mastra.metadata.threadId': 't1' };
    expect(readCall('@mastra/otel-exporter', { ...chat, ...more }).own).toMatchObject({
      session: 't1',
      tags: { beta: 'true', 'a,b': 'true', plan: 'pro' },
    });
  });

  it.each(['model_chunk', 'model_generation', 'agent_step'])('takes %s for a container', (operation) => {
    const written = { ...chat, 'gen_ai.operation.name': operation, 'mastra.span.type': operation };
    expect(readCall('other', written)).toMatchObject({ dialect: 'mastra', role: 'container' });
  });
});

describe('Pydantic AI', () => {
  it.each(['openai', 'openai-responses', 'anthropic', 'anthropic-twice', 'anthropic-usage-on-run'])(
    'recorded as %s, is read as it was billed',
    (name) => {
      expect(readBy('pydantic-ai', `pydantic-ai/${name}`)).toEqual(billedOfRecording(`pydantic-ai/${name}`));
    },
  );

  it('is inclusive, keeps its own price beside, and takes audio details: 1124 - 1024 - (50 - 30) = 80', () => {
    const call = readCall('pydantic-ai', {
      ...chat,
      ...cached,
      'gen_ai.usage.details.cache_read_tokens': 1024,
      'gen_ai.usage.details.input_audio_tokens': 50,
      'gen_ai.usage.details.cache_audio_read_tokens': 30,
      'operation.cost': 0.5,
      'gen_ai.agent.name': 'researcher',
      'gen_ai.agent.call.id': 'call-1',
      'gen_ai.conversation.id': 'c1',
    });
    expect(buckets(call)).toEqual([80, 994, null, null, 80, null]);
    expect(call).toMatchObject({
      dialect: 'pydantic-ai',
      cacheSemantics: 'inclusive:scope',
      reportedCostFemtoUsd: 500_000_000_000_000n,
      own: { agent: 'researcher', session: 'c1', run: null },
    });
  });
});
