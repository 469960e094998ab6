import { describe, expect, it } from 'vitest';
import type { LlmCall } from '../../src/call.ts';
import { formatUsd } from '../../src/money.ts';
import { compileOverrides } from '../../src/pricing/overrides.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
import { llmCall, unixNano } from './llmCall.ts';
import { inputAt } from './writtenPrice.ts';

const pricing = createPricing();

/** The cost of 1000 tokens in and 500 out, by which the tests tell the prices apart; the reason where there is none. */
function costOf(lists: readonly (readonly WrittenPrice[])[], changes: Partial<LlmCall> = {}): string {
  const { price } = pricing.price(llmCall(changes), compileOverrides(lists));
  return price.status === 'unpriced' ? price.reason : formatUsd(price.costFemtoUsd);
}

/** What gpt-4o costs by its card: 1000 × 2.50e-6 + 500 × 10e-6. */
const BY_CARD = '0.0075';

describe('which override', () => {
  it('is the tenant’s before the file’s, however general', () => {
    expect(costOf([[inputAt('1', { provider: '*', model: '*' })], [inputAt('2')]])).toBe('0.001');
    expect(costOf([[inputAt('1', { model: 'gpt-5' })], [inputAt('2')]])).toBe('0.002');
    expect(costOf([[], [inputAt('2')]])).toBe('0.002');
  });

  it('is the same where the file’s were compiled before the tenant’s', () => {
    const file = compileOverrides([[inputAt('2'), inputAt('3', { model: 'gpt-5' })]]);
    const own = file.under([inputAt('1', { from: '2026-10-01T00:00:00Z' })]);
    const cost = (changes: Partial<LlmCall>): string => {
      const { price } = pricing.price(llmCall(changes), own);
      return price.status === 'unpriced' ? price.reason : formatUsd(price.costFemtoUsd);
    };
    expect(cost({ startUnixNano: unixNano('2026-10-01T00:00:00Z') })).toBe('0.001');
    expect(cost({ startUnixNano: unixNano('2026-09-30T23:59:59Z') })).toBe('0.002');
    expect(cost({ model: 'gpt-5', requestModel: 'gpt-5' })).toBe('0.003');
    expect(file.under([])).toBe(file);
  });

  it('is the file’s where the tenant’s does not hold yet', () => {
    expect(costOf([[inputAt('1', { from: '2026-10-01T12:00:00.001Z' })], [inputAt('2')]])).toBe('0.002');
  });

  it('is the exact name before a glob, the longer glob before the shorter, the provider before any', () => {
    const general = inputAt('1', { provider: '*', model: '*' });
    const any = inputAt('2', { provider: '*', model: 'gpt-*' });
    const own = inputAt('3', { model: 'gpt-*' });
    const longer = inputAt('4', { provider: '*', model: 'gpt-4*' });
    const exactOfAny = inputAt('5', { provider: '*' });
    const exact = inputAt('6');
    const rising = [general, any, own, longer, exactOfAny, exact];
    const costs = rising.map((_, last) => costOf([rising.slice(0, last + 1).toReversed()]));
    expect(costs).toEqual(['0.001', '0.002', '0.003', '0.004', '0.005', '0.006']);
  });

  it('is the longer glob whichever spelling of the name it matches', () => {
    const prices = [inputAt('1', { model: '*' }), inputAt('2', { model: 'gpt-4o*' })];
    // `*` matches the name as it is written, `gpt-4o*` only without the provider before it.
    expect(costOf([prices], { model: 'openai/gpt-4o' })).toBe('0.002');
    expect(costOf([prices], { model: 'openai/gpt-4.1' })).toBe('0.001');
  });

  it.each([
    ['a dated snapshot', { model: 'gpt-4o-2024-08-06' }],
    ['a provider before the name', { model: 'openai/gpt-4o' }],
    ['other letters', { model: 'GPT-4o', provider: 'OpenAI' }],
    ['no provider', { provider: null, model: 'openai/gpt-4o' }],
    ['a router', { provider: 'litellm', model: 'openai/gpt-4o' }],
  ])('is found for %s', (_, changes) => {
    expect(costOf([[inputAt('1')]], changes)).toBe('0.001');
  });

  it('prefers the literal name to what it is a spelling of', () => {
    const prices = [inputAt('1'), inputAt('2', { model: 'gpt-4o-2024-08-06' })];
    expect(costOf([prices], { model: 'gpt-4o-2024-08-06' })).toBe('0.002');
    expect(costOf([prices], { model: 'gpt-4o-2024-11-20' })).toBe('0.001');
  });

  it('is that of the response’s model, else that of the request’s: a deployment', () => {
    const names = { provider: 'azure.ai.openai', model: 'gpt-4o-2024-08-06', requestModel: 'our-deployment' };
    const azure = { provider: 'azure.ai.openai' };
    const deployment = inputAt('1', { ...azure, model: 'our-deployment' });
    expect(costOf([[deployment]], names)).toBe('0.001');
    expect(costOf([[deployment, inputAt('2', azure)]], names)).toBe('0.002');
    expect(costOf([[deployment, inputAt('2', { ...azure, model: 'gpt-*' })]], names)).toBe('0.001');
  });

  it('is of the provider by any of its names, Google’s two platforms apart', () => {
    const of = (provider: string): string =>
      costOf([[inputAt('1', { provider })]], { provider: 'gcp.vertex_ai', model: 'gpt-4o' });
    expect(['gcp.vertex_ai', 'vertex_ai', 'google', '*'].map(of)).toEqual(['0.001', '0.001', '0.001', '0.001']);
    expect(of('gcp.gemini')).toBe('unknown_model');
    expect(costOf([[inputAt('1', { provider: 'azure' })]], { provider: 'az.ai.openai' })).toBe('0.001');
  });

  it('is of nobody else: a name that contains a provider’s is its own', () => {
    const price = inputAt('1', { provider: 'my-openai-proxy', model: 'gpt-4o' });
    expect(costOf([[price]])).toBe(BY_CARD);
    expect(costOf([[price]], { provider: 'my-openai-proxy' })).toBe('0.001');
    expect(costOf([[price]], { provider: null })).toBe(BY_CARD);
  });

  it('is of calls that name nobody, or a router, where the model’s name means the provider', () => {
    const prices = [
      inputAt('1', { provider: 'openai', model: 'gpt-4o' }),
      inputAt('2', { provider: 'anthropic', model: 'claude-*' }),
    ];
    for (const provider of [null, 'litellm', 'gateway']) {
      const ofModel = (model: string): string => costOf([prices], { provider, model, requestModel: model });
      expect(ofModel('gpt-4o')).toBe('0.001');
      expect(ofModel('claude-sonnet-4-5')).toBe('0.002');
      // Bedrock's own spelling is not Anthropic's: 1000 × 3.30e-6 + 500 × 16.50e-6 by the card of the regional profile.
      expect(ofModel('us.anthropic.claude-sonnet-4-5-20250929-v1:0')).toBe('0.01155');
    }
  });

  it('prices what nobody else knows', () => {
    const llama = inputAt('0.10', { provider: 'ollama', model: 'llama-3.3-70b' });
    expect(costOf([[llama]], { provider: 'ollama', model: 'llama-3.3-70b' })).toBe('0.0001');
    expect(costOf([[llama]], { provider: 'ollama', model: 'llama-3.1-8b' })).toBe('unknown_provider');
  });

  it('is remembered for a name, and every name is asked anew of another list', () => {
    const overrides = compileOverrides([[inputAt('1')]]);
    for (const model of ['gpt-4o', 'gpt-4o', 'gpt-5', 'gpt-4o']) {
      const { price } = pricing.price(llmCall({ model, requestModel: model }), overrides);
      expect(price).toMatchObject({ source: model === 'gpt-4o' ? 'custom' : 'default' });
    }
    expect(costOf([[inputAt('2')]])).toBe('0.002');
  });
});
