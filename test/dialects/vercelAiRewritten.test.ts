import { describe, expect, it } from 'vitest';
import { buckets, readCall, readSkeleton } from './spans.ts';
import { anthropicUsage, exclusiveUsage, inner } from './vercelAiSpans.ts';

describe('Vercel AI SDK, outer and rewritten spans', () => {
  it('takes outer spans for containers by ai.operationId, also those renamed to chat', () => {
    const outer = { ...inner, ...exclusiveUsage, 'ai.operationId': 'ai.generateText' };
    expect(readCall('ai', outer)).toMatchObject({
      role: 'container',
      operation: 'invoke_agent',
      containerRule: 'ai.operationId without .do',
    });
    expect(readCall('ai', { ...outer, 'gen_ai.operation.name': 'chat' }, { name: 'chat claude' }).role).toBe(
      'container',
    );
    expect(readSkeleton('ai', { 'ai.operationId': 'ai.toolCall' })).toMatchObject({ operation: 'execute_tool' });
  });

  it('reads the embedding of its inner span alone', () => {
    const written = {
      'ai.operationId': 'ai.embed.doEmbed',
      'ai.model.provider': 'openai.embedding',
      'ai.model.id': 'e',
      'ai.usage.tokens': 4,
    };
    const call = readCall('ai', written);
    expect(buckets(call)).toEqual([4, null, null, null, null, null]);
    expect(call).toMatchObject({ operation: 'embeddings', provider: 'openai' });
  });

  it('reads three vocabularies on one span as one call: nothing is added twice', () => {
    const call = readCall('ai', {
      ...inner,
      ...exclusiveUsage,
      'gen_ai.usage.cache_read.input_tokens': 2048,
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'claude-sonnet-4-5',
      'llm.provider': 'anthropic',
      'llm.token_count.prompt': 25,
      'llm.token_count.completion': 10,
      'llm.token_count.prompt_details.cache_read': 2048,
      'traceloop.association.properties.plan': 'free',
    });
    expect(buckets(call)).toEqual([25, 2048, null, null, 10, null]);
    expect(call).toMatchObject({
      dialect: 'vercel-ai',
      cacheSemantics: 'exclusive:scope',
      own: { tags: { plan: 'pro' } },
    });
  });

  it('is told the version by OpenLLMetry, also where no user agent and no details do: 2073 - 2048 = 25 in 6', () => {
    const stream = {
      ...inner,
      'ai.operationId': 'ai.streamObject.doStream',
      'gen_ai.usage.input_tokens': 2073,
      'gen_ai.usage.output_tokens': 10,
      'gen_ai.usage.cache_creation.input_tokens': 2048,
    };
    const call = readCall('ai', { ...stream, 'ai.sdk.version': '6.0.326' });
    expect(buckets(call)).toEqual([25, null, 2048, null, 10, null]);
    // The cache reads stood in the providerMetadata that OpenLLMetry deleted.
    expect(call).toMatchObject({ cacheSemantics: 'inclusive:scope', lossy: true });
    const older = readCall('ai', { ...stream, 'ai.sdk.version': '5.0.277' });
    expect(buckets(older)).toEqual([2073, null, 2048, null, 10, null]);
  });

  it('ignores providerMetadata that is broken, too long or no object', () => {
    const tooLong = JSON.stringify({ anthropic: { usage: anthropicUsage }, padding: 'x'.repeat(65_536) });
    for (const content of ['{"anthropic":', '[]', '7', tooLong]) {
      const call = readCall('ai', { ...inner, ...exclusiveUsage, 'ai.response.providerMetadata': content });
      expect(buckets(call)).toEqual([25, null, null, null, 10, null]);
    }
  });

  it('reads providerMetadata that came as a key-value list', () => {
    const call = readCall('ai', {
      ...inner,
      ...exclusiveUsage,
      'ai.response.providerMetadata': { anthropic: { cacheReadInputTokens: 2048n } },
    });
    expect(buckets(call)).toEqual([25, 2048, null, null, 10, null]);
  });
});
