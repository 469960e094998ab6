// Gateways and vendors that write the conventions with names of their own. Hand-written after their documentation.
import { describe, expect, it } from 'vitest';
import { createPricing } from '../../src/pricing/pricing.ts';
import { buckets, readCall, type Written } from './spans.ts';

const chat: Written = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.request.model': 'claude-sonnet-4-5',
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 10,
};

describe('gateways', () => {
  it('agentgateway includes the cache: 100 - 60 - 30 = 10', () => {
    const call = readCall('agentgateway', {
      ...chat,
      'gen_ai.usage.cache_read.input_tokens': 60,
      'gen_ai.usage.cache_creation.input_tokens': 30,
      'gen_ai.usage.reasoning_tokens': 4,
      'gen_ai.usage.input_image_tokens': 5,
    });
    expect(buckets(call)).toEqual([5, 60, 30, null, 10, 4]);
    expect(call).toMatchObject({ cacheSemantics: 'inclusive:scope', usage: { other: { image_input: 5 } } });
  });

  it('Envoy AI Gateway writes OpenInference and adds explicit caching back', () => {
    const call = readCall('envoyproxy/ai-gateway', {
      'openinference.span.kind': 'LLM',
      'llm.system': 'anthropic',
      'llm.model_name': 'claude-sonnet-4-5',
      'llm.token_count.prompt': 100,
      'llm.token_count.completion': 10,
      'llm.token_count.prompt_details.cache_read': 60,
    });
    expect(buckets(call)).toEqual([40, 60, null, null, 10, null]);
    expect(call).toMatchObject({ dialect: 'openinference', cacheSemantics: 'inclusive:scope' });
  });

  it('Sentry writes the old names: 100 - 60 - 30 = 10', () => {
    const call = readCall('@sentry/node', {
      ...chat,
      'gen_ai.usage.input_tokens.cached': 60,
      'gen_ai.usage.input_tokens.cache_write': 30,
      'gen_ai.usage.output_tokens.reasoning': 4,
      'gen_ai.usage.total_cost': 0.5,
    });
    expect(buckets(call)).toEqual([10, 60, 30, null, 10, 4]);
    expect(call.reportedCostFemtoUsd).toBe(500_000_000_000_000n);
  });
});

describe('OpenRouter Broadcast', () => {
  const broadcast: Written = {
    ...chat,
    'gen_ai.provider.name': 'Google AI Studio',
    'gen_ai.request.model': 'google/gemini-2.5-flash',
    'gen_ai.response.id': 'gen-1760-abc',
    'gen_ai.usage.input_tokens.cached': 60,
    'gen_ai.usage.total_cost': 0.006_391_96,
    'session.id': 's1',
    'user.id': 'u1',
  };

  it('is billed by OpenRouter at the cost it states, whatever provider it asked', () => {
    const call = readCall(
      '',
      { ...broadcast, 'trace.metadata.openrouter.api_key_name': 'prod' },
      { name: 'LLM Generation' },
    );
    expect(buckets(call)).toEqual([40, 60, null, null, 10, null]);
    expect(call).toMatchObject({
      dialect: 'openrouter',
      provider: 'openrouter',
      responseId: 'gen-1760-abc',
      own: { user: 'u1', session: 's1' },
    });
    expect(createPricing().price(call).price).toMatchObject({ status: 'reported', costFemtoUsd: 6_391_960_000_000n });
  });

  it('is known by its service too, and nobody else by a cost', () => {
    const resource = { 'service.name': 'openrouter' };
    expect(readCall('', broadcast, { resource }).dialect).toBe('openrouter');
    expect(readCall('', broadcast)).toMatchObject({ dialect: 'genai', provider: 'gcp.gemini' });
  });
});

describe('GitHub Copilot', () => {
  const copilot = (nanoAiu: number | string) =>
    readCall('github.copilot', {
      ...chat,
      'gen_ai.provider.name': 'github',
      'gen_ai.usage.cache_write.input_tokens': 30,
      'github.copilot.nano_aiu': nanoAiu,
    });

  it('bills AI units of 0.01 USD: 750000000 billionths of one are 0.0075 USD', () => {
    const call = copilot(750_000_000);
    expect(call.reportedCostFemtoUsd).toBe(7_500_000_000_000n);
    expect(buckets(call)).toEqual([70, null, 30, null, 10, null]);
    expect(copilot('750000000').reportedCostFemtoUsd).toBe(7_500_000_000_000n);
    expect(copilot(0).reportedCostFemtoUsd).toBe(0n);
  });

  it('states no cost by what is no count of them', () => {
    for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e15 + 1, 'many', '1e5']) {
      expect(copilot(value).reportedCostFemtoUsd).toBe(null);
    }
    expect(copilot(1e15).reportedCostFemtoUsd).toBe(10n ** 19n);
  });
});
