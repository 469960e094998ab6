import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPricing } from '../../src/pricing/pricing.ts';
import type { RateData } from '../../src/pricing/rateData.ts';
import { suggestNames } from '../../src/pricing/suggest.ts';

const pricing = createPricing();

describe('suggestions for a name that nothing matches', () => {
  it.each([
    ['openai', 'gpt-4o-mni', 'openai/gpt-4o-mini'],
    ['openai', 'gpt4o', 'openai/gpt-4o'],
    ['anthropic', 'claude-sonet-4.5', 'anthropic/claude-sonnet-4-5'],
    ['gcp.gemini', 'gemini-2.5-prro', 'google/gemini-2.5-pro'],
    // Without a provider the maker goes before who resells it.
    [null, 'sonnet-4.5', 'anthropic/claude-sonnet-4-5'],
    ['litellm', 'sonnet-4.5', 'anthropic/claude-sonnet-4-5'],
    // Another provider's name, where the own one has nothing like it.
    ['cohere', 'gemini-2.5-prro', 'google/gemini-2.5-pro'],
    // A deployment named after its model: the provider's own card of it.
    ['azure.ai.openai', 'prod-gpt-4o-eu', 'azure/gpt-4o'],
    // A provider that nobody knows, as of one's own machines.
    ['vllm', 'gpt-4o-mni', 'openai/gpt-4o-mini'],
    ['openai', 'OPENAI/GPT-4O-MNI', 'openai/gpt-4o-mini'],
  ])('for %s and %s: first %s', (provider, model, first) => {
    expect(suggestNames(pricing, provider, model)[0]).toBe(first);
  });

  it.each([
    ['openai', 'my-private-model'],
    ['openai', 'zzz'],
    ['openai', 'auto'],
    [null, ''],
    [null, '///'],
    [null, 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456'],
    ['openai', 'a'.repeat(256)],
    ['openai', 'gpt-4o-mni'.padEnd(257, ' ')],
    ['p'.repeat(257), 'gpt-4o-mni'],
  ])('for %s and %s: none', (provider, model) => {
    expect(suggestNames(pricing, provider, model)).toEqual([]);
  });

  it('are at most three, of different models', () => {
    const suggested = suggestNames(pricing, null, 'claude-sonnet-4-9');
    expect(suggested).toHaveLength(3);
    expect(new Set(suggested.map((id) => id.slice(id.lastIndexOf('/') + 1))).size).toBe(3);
  });

  it('have each a card of their own, whatever was asked', () => {
    const name = fc.oneof(
      fc.string({ maxLength: 256 }),
      fc.mixedCase(fc.constantFrom(...pricing.cardIds()).map((id) => id.slice(id.lastIndexOf('/') + 1, -1))),
    );
    fc.assert(
      fc.property(fc.option(fc.constantFrom('openai', 'aws.bedrock', 'azure', 'vllm')), name, (provider, model) => {
        for (const id of suggestNames(pricing, provider, model)) {
          const slash = id.indexOf('/');
          const asked = { provider: id.slice(0, slash), model: id.slice(slash + 1) };
          expect(pricing.cardOf({ ...asked, serviceTier: null, priceFacts: null })).toMatchObject({ id });
        }
      }),
    );
  });

  it('follow the rate card in force', () => {
    const models = [{ id: 'llama-house', match: { equals: 'llama-house' }, prices: { input_mtok: 1 } }];
    const data: RateData = { version: 'mine', providers: [{ id: 'vllm', name: 'vLLM', api_pattern: 'vllm', models }] };
    expect(suggestNames(createPricing({ data }), 'vllm', 'llama-hause')).toEqual(['vllm/llama-house']);
    expect(suggestNames(pricing, 'vllm', 'llama-hause')).not.toContain('vllm/llama-house');
  });
});
