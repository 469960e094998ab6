import { describe, expect, it } from 'vitest';
import type { LlmCall } from '../../src/call.ts';
import { formatUsd } from '../../src/money.ts';
import type { Adjustment } from '../../src/pricing/adjustment.ts';
import { defaultPriceSettings, type PriceSettings } from '../../src/pricing/priceSettings.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import { adjustment, rateData } from './corrected.ts';
import { llmCall, tokens, unixNano } from './llmCall.ts';

const usage = tokens({ input_uncached: 1_000, cache_read: 1_000, output: 1_000 });
const noFacts = { inferenceGeo: null, speed: null, searchContextSize: null };

type Asked = Partial<LlmCall> & {
  readonly at?: string;
  readonly settings?: Partial<PriceSettings>;
  readonly data?: unknown;
};

/** Status, then USD for a million tokens in, cached and out, as the price of a thousand of each says. */
function ratesOf(adjustments: readonly Adjustment[], asked: Asked = {}): string {
  const { at = '2026-10-01T12:00:00Z', settings, data, ...changes } = asked;
  const call = llmCall({ provider: 'acme', model: 'one', usage, startUnixNano: unixNano(at), ...changes });
  const pricing = createPricing({
    data: rateData(data),
    corrections: [],
    adjustments,
    settings: { ...defaultPriceSettings, ...settings },
  });
  const { price } = pricing.price(call);
  if (price.status === 'unpriced') return price.reason;
  const { input_uncached: input = 0n, cache_read: read = 0n, output = 0n } = price.partsFemtoUsd;
  return `${price.status} ${[input, read, output].map((part) => formatUsd(part * 1_000n)).join(' ')}`;
}

const batch = adjustment({ when: { tier: 'batch' }, factor: [1, 2] });
const batchCall = { serviceTier: 'batch' };

describe('an adjustment', () => {
  it('multiplies every rate but those excepted, of calls under its condition', () => {
    expect(ratesOf([batch])).toBe('priced 10 1 40');
    expect(ratesOf([batch], batchCall)).toBe('priced 5 0.5 20');
    expect(ratesOf([{ ...batch, except: ['cache_read'] }], batchCall)).toBe('priced 5 1 20');
  });

  it('may be another card instead, with long context of its own', () => {
    const rates = { input_usd_per_mtok: '3', output_usd_per_mtok: '4' };
    const longContext = [{ aboveInputTokens: 1_999, rates: { output_usd_per_mtok: '8' } }];
    const flex = adjustment({ when: { tier: 'flex' }, rates, longContext });
    expect(ratesOf([flex], { serviceTier: 'flex' })).toBe('priced 3 3 8');
    expect(ratesOf([{ ...flex, longContext: [] }], { serviceTier: 'flex' })).toBe('priced 3 3 4');
  });

  it('holds for the whole of long context', () => {
    const data = { input_mtok: { base: 10, tiers: [{ start: 1_999, price: 20 }] }, output_mtok: 40 };
    expect(ratesOf([batch], { data })).toBe('priced 20 20 40');
    expect(ratesOf([batch], { data, ...batchCall })).toBe('priced 10 10 20');
  });

  it('holds from its start on and before its end; outside, the standard rates are an estimate', () => {
    const dated = { ...batch, from: '2026-09-01T00:00:00Z', to: '2026-10-01T00:00:00Z' };
    const at = (iso: string): string => ratesOf([dated], { ...batchCall, at: iso });
    expect(at('2026-08-31T23:59:59.999Z')).toBe('estimated 10 1 40');
    expect(at('2026-09-01T00:00:00Z')).toBe('priced 5 0.5 20');
    expect(at('2026-09-30T23:59:59.999Z')).toBe('priced 5 0.5 20');
    expect(at('2026-10-01T00:00:00Z')).toBe('estimated 10 1 40');
  });

  it('of several for one condition is the one that names the card most closely, then the last', () => {
    const of = (cards: string[], over: number): Adjustment => ({ ...batch, cards, factor: [over, 1] });
    expect(ratesOf([of(['acme/one'], 3), of(['acme/*', '*'], 2)], batchCall)).toBe('priced 30 3 120');
    expect(ratesOf([of(['acme/o*'], 3), of(['*/*', 'acme/on*'], 2)], batchCall)).toBe('priced 20 2 80');
    expect(ratesOf([of(['acme/*'], 3), of(['acme/*'], 2)], batchCall)).toBe('priced 20 2 80');
    expect(ratesOf([of(['other/*'], 3)], batchCall)).toBe('estimated 10 1 40');
  });

  it('multiplies with those of other conditions, and is rounded once, half to even', () => {
    const us = adjustment({ when: { inferenceGeo: 'us' }, factor: [11, 10] });
    const rates = { input_usd_per_mtok: '30', output_usd_per_mtok: '150' };
    const fast = adjustment({ when: { speed: 'fast' }, rates });
    const call = { ...batchCall, priceFacts: { ...noFacts, inferenceGeo: 'us', speed: 'fast' } };
    // 30 × 1/2 × 11/10 = 16.5, 150 × 1/2 × 11/10 = 82.5
    expect(ratesOf([batch, us, fast], call)).toBe('priced 16.5 16.5 82.5');
    // 1e-9 USD a million is 1 fUSD a token: ½ of 5 is 2.5, rounded to 2; × 11/10 is 2.75, rounded to 3, not 2.2 from 2.
    const pricing = createPricing({
      data: rateData({ input_mtok: 5e-9, output_mtok: 40 }),
      corrections: [],
      adjustments: [batch, us],
    });
    const one = llmCall({ ...batchCall, provider: 'acme', model: 'one', usage: tokens({ input_uncached: 1 }) });
    expect(pricing.price(one).price).toMatchObject({ costFemtoUsd: 2n });
    const priceFacts = { ...noFacts, inferenceGeo: 'us' };
    expect(pricing.price({ ...one, priceFacts }).price).toMatchObject({ costFemtoUsd: 3n });
  });
});

describe('a condition', () => {
  const all = [
    batch,
    adjustment({ when: { tier: 'flex' }, factor: [2, 1] }),
    adjustment({ when: { tier: 'priority' }, factor: [3, 1] }),
    adjustment({ when: { speed: 'fast' }, factor: [6, 1] }),
    adjustment({ when: { inferenceGeo: 'us' }, factor: [11, 10] }),
    adjustment({ when: { searchContextSize: 'low' }, factor: [4, 1] }),
    adjustment({ when: { searchContextSize: 'high' }, factor: [5, 1] }),
    adjustment({ when: { azureZone: 'data_zone' }, factor: [7, 1] }),
    adjustment({ when: { azureZone: 'regional' }, factor: [8, 1] }),
    adjustment({ when: { vertexLocation: 'regional' }, factor: [9, 1] }),
  ];
  const input = (asked: Asked): string => ratesOf(all, asked).replace(/^(\w+ \S+).*/, '$1');

  it.each([
    [null, 'priced 10'],
    ['default', 'priced 10'],
    ['standard', 'priced 10'],
    ['standard_only', 'priced 10'],
    ['auto', 'priced 10'],
    ['on_demand', 'priced 10'],
    ['ON_DEMAND', 'priced 10'],
    ['batch', 'priced 5'],
    ['Batch', 'priced 5'],
    ['flex', 'priced 20'],
    ['priority', 'priced 30'],
    ['fast', 'priced 60'],
    ['scale', 'estimated 10'],
    ['provisioned_throughput', 'estimated 10'],
  ])('of the tier %s: %s', (serviceTier, expected) => {
    expect(input({ serviceTier })).toBe(expected);
  });

  it.each([
    [{ speed: 'fast' }, 'priced 60'],
    [{ speed: 'standard' }, 'priced 10'],
    [{ speed: 'ludicrous' }, 'estimated 10'],
    [{ inferenceGeo: 'us' }, 'priced 11'],
    [{ inferenceGeo: 'global' }, 'priced 10'],
    [{ inferenceGeo: 'not_available' }, 'priced 10'],
    [{ searchContextSize: 'low' }, 'priced 40'],
    [{ searchContextSize: 'medium' }, 'priced 10'],
    [{ searchContextSize: 'high' }, 'priced 50'],
    [{ searchContextSize: 'huge' }, 'priced 10'],
  ])('of the facts %j: %s', (facts, expected) => {
    expect(input({ priceFacts: { ...noFacts, ...facts } })).toBe(expected);
  });

  it('may be every combination at once', () => {
    const priceFacts = { inferenceGeo: 'us', speed: 'fast', searchContextSize: 'high' };
    // 10 × 3 × 11/10 × 6 × 5
    expect(input({ serviceTier: 'priority', priceFacts })).toBe('priced 990');
    expect(input({ serviceTier: 'fast', priceFacts })).toBe('priced 330');
    expect(input({ serviceTier: 'scale', priceFacts })).toBe('estimated 330');
  });

  it('of a setting holds for every call, with those of the call', () => {
    expect(input({ settings: { azureZone: 'data_zone' } })).toBe('priced 70');
    expect(input({ settings: { azureZone: 'regional' } })).toBe('priced 80');
    // 10 × 1/2 × 8 × 9
    expect(input({ settings: { azureZone: 'regional', vertexLocation: 'regional' }, ...batchCall })).toBe('priced 360');
  });
});

describe('Bedrock’s ids of Anthropic’s models without a profile', () => {
  const model = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
  const cardUnder = (bedrockRegion: PriceSettings['bedrockRegion'], name: string): unknown => {
    const settings = { ...defaultPriceSettings, bedrockRegion };
    const { price } = createPricing({ settings }).price(llmCall({ provider: 'aws.bedrock', model: name }));
    return price.status === 'unpriced' ? price.reason : price.card;
  };

  it('are called in the region, or through the global profile where a setting says so', () => {
    expect(cardUnder('regional', model)).toBe(`aws/regional.${model}`);
    expect(cardUnder('global', model)).toBe(`aws/global.${model}`);
  });

  it('are themselves where they name a profile, or there is no global one', () => {
    expect(cardUnder('global', `us.${model}`)).toBe(`aws/regional.${model}`);
    expect(cardUnder('regional', `global.${model}`)).toBe(`aws/global.${model}`);
    const opus = 'anthropic.claude-3-opus-20240229-v1:0';
    expect(cardUnder('global', opus)).toBe(`aws/regional.${opus}`);
  });
});
