import { describe, expect, it } from 'vitest';
import type { LlmCall, Priced, Unpriced } from '../../src/call.ts';
import { formatUsd } from '../../src/money.ts';
import { compileOverrides } from '../../src/pricing/overrides.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
import { llmCall, tokens, unixNano } from './llmCall.ts';
import { inputAt, mapped, written } from './writtenPrice.ts';

const pricing = createPricing();

function priceOf(prices: readonly WrittenPrice[], changes: Partial<LlmCall> = {}): Priced | Unpriced {
  return pricing.price(llmCall(changes), compileOverrides([prices])).price;
}

/** The cost of 1000 tokens in and 500 out, by which the tests tell the prices apart; the reason where there is none. */
function costOf(lists: readonly (readonly WrittenPrice[])[], changes: Partial<LlmCall> = {}): string {
  const { price } = pricing.price(llmCall(changes), compileOverrides(lists));
  return price.status === 'unpriced' ? price.reason : formatUsd(price.costFemtoUsd);
}

/** What gpt-4o costs by its card: 1000 × 2.50e-6 + 500 × 10e-6. */
const BY_CARD = '0.0075';

describe('an override', () => {
  it('says the whole price, and is named as it was written', () => {
    const price = written({ provider: 'OpenAI', from: '2026-09-01T00:00:00+02:00' });
    expect(priceOf([price])).toEqual({
      status: 'priced',
      // 1000 × 1e-6 + 500 × 2e-6
      costFemtoUsd: 2_000_000_000_000n,
      partsFemtoUsd: { input_uncached: 1_000_000_000_000n, output: 1_000_000_000_000n },
      source: 'custom',
      card: 'custom/OpenAI/gpt-4o',
      effectiveFrom: '2026-08-31T22:00:00.000Z',
      serviceTier: 'standard',
    });
  });

  it('knows no tier, geography or speed', () => {
    const priceFacts = { inferenceGeo: 'us', speed: 'fast', searchContextSize: null };
    expect(priceOf([written()], { serviceTier: 'batch', priceFacts })).toMatchObject({
      status: 'priced',
      costFemtoUsd: 2_000_000_000_000n,
      serviceTier: 'batch',
    });
  });

  it('holds from its start on and before its end, to the nanosecond', () => {
    const price = inputAt('1', { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' });
    const at = (startUnixNano: bigint): string => costOf([[price]], { startUnixNano });
    expect(at(unixNano('2026-10-01T00:00:00Z') - 1n)).toBe(BY_CARD);
    expect(at(unixNano('2026-10-01T00:00:00Z'))).toBe('0.001');
    expect(at(unixNano('2026-11-01T00:00:00Z') - 1n)).toBe('0.001');
    expect(at(unixNano('2026-11-01T00:00:00Z'))).toBe(BY_CARD);
  });

  it('goes after another of the same name that began later, while that one holds', () => {
    const prices = [
      inputAt('1'),
      inputAt('3', { from: '2026-10-01T00:00:00Z', to: '2026-10-03T00:00:00Z' }),
      inputAt('2', { from: '2026-09-01T00:00:00Z' }),
    ];
    const on = (day: string): string => costOf([prices], { startUnixNano: unixNano(`${day}T12:00:00Z`) });
    expect(['2026-08-31', '2026-09-30', '2026-10-02', '2026-10-03'].map(on)).toEqual([
      '0.001',
      '0.002',
      '0.003',
      '0.002',
    ]);
  });

  it('prices what it does not write as the unit that is part of', () => {
    const usage = tokens({
      cache_read: 1,
      cache_write_5m: 1,
      cache_write_1h: 1,
      output: 2,
      reasoning: 1,
      other: { audio_input: 1, image_output: 1 },
    });
    const parts = (changes: WrittenPrice['rates']): unknown => {
      const rates = { input_usd_per_mtok: '1', output_usd_per_mtok: '2', ...changes };
      const price = priceOf([written({ rates })], { usage });
      return price.status === 'unpriced' ? price.reason : price.partsFemtoUsd;
    };
    const asInput = { cache_read: 10n ** 9n, audio_input: 10n ** 9n };
    const asOutput = { output: 4n * 10n ** 9n, image_output: 2n * 10n ** 9n };
    expect(parts({})).toEqual({ ...asInput, ...asOutput, cache_write_5m: 10n ** 9n, cache_write_1h: 10n ** 9n });
    // A write of an hour is at least a write.
    expect(parts({ cache_write_5m_usd_per_mtok: '1.25' })).toEqual({
      ...asInput,
      ...asOutput,
      cache_write_5m: 1_250_000_000n,
      cache_write_1h: 1_250_000_000n,
    });
    expect(parts({ cache_write_5m_usd_per_mtok: '1.25', cache_write_1h_usd_per_mtok: '2' })).toMatchObject({
      cache_write_5m: 1_250_000_000n,
      cache_write_1h: 2_000_000_000n,
    });
    // Priced apart, reasoning is taken out of output.
    expect(parts({ reasoning_usd_per_mtok: '3' })).toMatchObject({ output: 2_000_000_000n, reasoning: 3_000_000_000n });
  });

  it('has no price for a search whose fee it does not write', () => {
    const usage = tokens({ input_uncached: 1_000, output: 0, other: { web_search_requests: 3 } });
    expect(priceOf([written()], { usage })).toEqual({ status: 'unpriced', reason: 'no_rate_for_unit' });
    const rates = { input_usd_per_mtok: '1', output_usd_per_mtok: '2', web_search_usd_per_kcount: '10' };
    // 1000 × 1e-6 + 3 × 0.01
    expect(costOf([[written({ rates })]], { usage })).toBe('0.031');
  });

  it('has rates of its own above a threshold of input', () => {
    const longContext = [
      { aboveInputTokens: 200_000, rates: { input_usd_per_mtok: '2', cache_read_usd_per_mtok: '1' } },
    ];
    const price = written({ longContext });
    const usage = (input: number): Partial<LlmCall> => ({
      usage: tokens({ input_uncached: input, cache_read: 100_000, output: 1_000 }),
    });
    // 100000 × 1e-6 + 100000 × 1e-6 + 1000 × 2e-6, then 100001 × 2e-6 + 100000 × 1e-6 + 1000 × 2e-6
    expect(costOf([[price]], usage(100_000))).toBe('0.202');
    expect(costOf([[price]], usage(100_001))).toBe('0.302002');
  });

  it('refuses rates and instants that are none', () => {
    expect(() => compileOverrides([[inputAt('-1')]])).toThrow('found -1');
    expect(() => compileOverrides([[written({ from: 'yesterday' })]])).toThrow('found yesterday');
  });
});

describe('a mapped name', () => {
  const profile = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2';
  const bedrock = { provider: 'aws.bedrock' };

  it('is priced as the model it maps to, by that model’s card, tier and all', () => {
    const prices = [mapped(profile, 'amazon.nova-pro-v1:0', bedrock)];
    // 1000 × 0.80e-6 + 500 × 3.20e-6
    expect(priceOf(prices, { ...bedrock, model: profile })).toMatchObject({
      status: 'priced',
      source: 'default',
      card: 'aws/amazon.nova-pro-v1:0',
      costFemtoUsd: 2_400_000_000_000n,
    });
    const batch = priceOf([mapped('mine', 'gpt-4o')], { model: 'mine', serviceTier: 'batch' });
    // Half of 0.0075.
    expect(batch).toMatchObject({ status: 'priced', card: 'openai/gpt-4o', costFemtoUsd: 3_750_000_000_000n });
  });

  it('may be another provider’s', () => {
    const prices = [mapped('house-model', 'anthropic/claude-haiku-4-5', { provider: '*' })];
    // 1000 × 1e-6 + 500 × 5e-6
    expect(priceOf(prices, { provider: null, model: 'house-model' })).toMatchObject({
      card: 'anthropic/claude-haiku-4-5',
      costFemtoUsd: 3_500_000_000_000n,
    });
  });

  it('takes one step: an override of the other name does not count, and a circle ends', () => {
    expect(costOf([[mapped('mine', 'gpt-4o'), inputAt('1')]], { model: 'mine' })).toBe(BY_CARD);
    expect(costOf([[mapped('a', 'b'), mapped('b', 'a')]], { model: 'a' })).toBe('unknown_model');
  });

  it('is an unknown model where nobody knows the other', () => {
    expect(costOf([[mapped('gpt-4o', 'no-such-model')]])).toBe('unknown_model');
    expect(costOf([[mapped('gpt-4o', 'no-such-model', { provider: '*' })]], { provider: 'nobody' })).toBe(
      'unknown_model',
    );
  });
});

describe('an override and the other layers', () => {
  it('goes before what the provider reports', () => {
    const call = { provider: 'openrouter', model: 'x', reportedCostFemtoUsd: 42n };
    expect(costOf([[inputAt('1', { provider: 'openrouter', model: 'x' })]], call)).toBe('0.001');
    expect(costOf([[inputAt('1', { provider: 'openrouter', model: 'y' })]], call)).toBe(formatUsd(42n));
  });

  it('cannot price usage that contradicts itself or that nobody reported', () => {
    expect(costOf([[written()]], { usageFault: 'cache above input' })).toBe('inconsistent_usage');
    expect(costOf([[written()]], { usage: tokens({}) })).toBe('no_usage');
    const reported = { provider: 'openrouter', reportedCostFemtoUsd: 42n, usage: tokens({}) };
    expect(costOf([[written({ provider: 'openrouter' })]], reported)).toBe(formatUsd(42n));
  });

  it('prices calls without usage where tokens are free: by the fee for a request, or not at all', () => {
    const free = { input_usd_per_mtok: '0', output_usd_per_mtok: '0' };
    const usage = tokens({});
    expect(costOf([[written({ rates: free })]], { usage })).toBe('0');
    // 5 USD a thousand
    const fee = [[written({ rates: { ...free, request_usd_per_kcount: '5' } })]];
    expect(costOf(fee, { usage })).toBe('0.005');
    expect(costOf(fee, { usage, status: 'error', errorType: '429' })).toBe('0');
  });

  it('keeps the status of what is missing and guessed', () => {
    expect(priceOf([written()], { lossy: true })).toMatchObject({ status: 'lossy', source: 'custom' });
    expect(priceOf([written()], { usageSource: 'estimate' })).toMatchObject({ status: 'estimated', source: 'custom' });
  });
});
