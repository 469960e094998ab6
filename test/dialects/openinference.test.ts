// Attributes are hand-written after the sources of @arizeai/openinference-* (openai 4.2.7, anthropic 0.2.8), until
// recordings replace them.
import { describe, expect, it } from 'vitest';
import { buckets, readCall, readSkeleton } from './spans.ts';

describe('OpenInference', () => {
  it('reads an OpenAI call: 2006 prompt, of which 1920 cached, leaves 86', () => {
    const call = readCall(
      '@arizeai/openinference-instrumentation-openai',
      {
        'openinference.span.kind': 'LLM',
        'llm.model_name': 'gpt-4o-2024-08-06',
        'llm.provider': 'openai',
        'llm.system': 'openai',
        'llm.token_count.prompt': 2006,
        'llm.token_count.completion': 300,
        'llm.token_count.total': 2306,
        'llm.token_count.prompt_details.cache_read': 1920,
        'llm.token_count.prompt_details.audio': 0,
        'llm.token_count.completion_details.reasoning': 128,
        'llm.token_count.completion_details.audio': 0,
        'llm.cost.total': 0.0123,
      },
      { kind: 1, name: 'OpenAI Chat Completions' },
    );
    expect(buckets(call)).toEqual([86, 1920, null, null, 300, 128]);
    expect(call).toMatchObject({
      dialect: 'openinference',
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-2024-08-06',
      cacheSemantics: 'inclusive:scope',
      reportedCostFemtoUsd: 12_300_000_000_000n,
      usageFault: null,
    });
  });

  it('reads an Anthropic call, whose scope adds the cache back: 2073 - 2048 - 0 = 25', () => {
    const call = readCall('@arizeai/openinference-instrumentation-anthropic', {
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'claude-sonnet-4-5-20250929',
      'llm.request.model_name': 'claude-sonnet-4-5',
      'llm.response.model_name': 'claude-sonnet-4-5-20250929',
      'llm.provider': 'anthropic',
      'llm.system': 'anthropic',
      'llm.token_count.prompt': 2073,
      'llm.token_count.completion': 10,
      'llm.token_count.total': 2083,
      'llm.token_count.prompt_details.cache_read': 2048,
      'llm.token_count.prompt_details.cache_write': 0,
    });
    expect(buckets(call)).toEqual([25, 2048, 0, null, 10, null]);
    expect(call).toMatchObject({
      cacheSemantics: 'inclusive:scope',
      requestModel: 'claude-sonnet-4-5',
      responseModel: 'claude-sonnet-4-5-20250929',
    });
  });

  it('finds Bedrock Converse exclusive by its total: 2050 + 10 + 2048 = 4108', () => {
    const call = readCall('openinference.instrumentation.bedrock', {
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'anthropic.claude-3-5-sonnet-20241022-v2:0',
      'llm.provider': 'aws',
      'llm.token_count.prompt': 2050,
      'llm.token_count.completion': 10,
      'llm.token_count.total': 4108,
      'llm.token_count.prompt_details.cache_read': 2048,
    });
    expect(buckets(call)).toEqual([2050, 2048, null, null, 10, null]);
    expect(call).toMatchObject({ provider: 'aws.bedrock', cacheSemantics: 'exclusive:arithmetic' });
  });

  it('says lossy for LangChain over Anthropic where nothing tells the cache writes, which its attributes leave out', () => {
    const written = {
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'claude-sonnet-4-5',
      'llm.provider': 'anthropic',
      'llm.token_count.prompt': 2073,
      'llm.token_count.completion': 10,
    };
    const scope = '@arizeai/openinference-instrumentation-langchain';
    expect(readCall(scope, written).lossy).toBe(true);
    expect(readCall(scope, { ...written, 'llm.token_count.prompt_details.cache_write': 0 }).lossy).toBe(false);
    expect(readCall(scope, { ...written, 'llm.model_name': 'gpt-4o', 'llm.provider': 'openai' }).lossy).toBe(false);
  });

  it('takes an embedding for a call, with or without usage', () => {
    const written = { 'openinference.span.kind': 'EMBEDDING', 'embedding.model_name': 'text-embedding-3-small' };
    expect(readCall('x', written)).toMatchObject({ operation: 'embeddings', model: 'text-embedding-3-small' });
  });

  it('keeps an AGENT span without usage as a skeleton that names the agent', () => {
    const written = { 'openinference.span.kind': 'AGENT' };
    expect(readSkeleton('x', written, { name: 'triage', kind: 1 })).toMatchObject({
      operation: 'invoke_agent',
      own: { agent: 'triage' },
    });
    expect(readSkeleton('x', { ...written, 'agent.name': 'Triage' }, { name: 'span' }).own.agent).toBe('Triage');
  });

  it('takes other kinds with usage for containers', () => {
    for (const kind of ['AGENT', 'CHAIN', 'TOOL', 'RETRIEVER', 'SOMETHING_NEW']) {
      const call = readCall('x', { 'openinference.span.kind': kind, 'llm.token_count.prompt': 5 });
      expect(call).toMatchObject({ role: 'container', containerRule: `openinference.span.kind=${kind}` });
    }
  });
});
