import { describe, expect, it } from 'vitest';
import type { AskedCall } from '../../src/pricing/askedCall.ts';
import { explainPrice, explanationLines } from '../../src/pricing/explain.ts';
import { compileOverrides } from '../../src/pricing/overrides.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
import { emptyUsage } from '../../src/usage.ts';

const pricing = createPricing();

function asked(model: string, parts: Partial<AskedCall> = {}): AskedCall {
  const atMs = Date.parse('2026-11-20T12:00:00Z');
  return { provider: 'openai', model, atMs, usage: null, serviceTier: null, priceFacts: null, ...parts };
}

const contract: WrittenPrice = {
  provider: 'openai',
  model: 'gpt-4o',
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-12-01T00:00:00.000Z',
  rates: { input_usd_per_mtok: '2', output_usd_per_mtok: '8' },
  longContext: [],
  mapsTo: null,
};

const deciding = (of: ReturnType<typeof explainPrice>): string | undefined =>
  of.layers.find(({ decides }) => decides)?.layer;

describe('an explanation', () => {
  it('says what the usage comes to, and by which rates', () => {
    const usage = { ...emptyUsage, input_uncached: 1_000, cache_read: 4_000, output: 500 };
    const explained = explainPrice(pricing, asked('gpt-4o', { usage }));
    // 1000 × 2.50 + 4000 × 1.25 + 500 × 10 = 2500 + 5000 + 5000 = 12500 millionths.
    expect(explained.price).toMatchObject({
      source: 'default',
      card: 'openai/gpt-4o',
      cost_usd: '0.0125',
      cost: { input_uncached: '0.0025', cache_read: '0.005', output: '0.005' },
      rates: { input_usd_per_mtok: '2.5', cache_read_usd_per_mtok: '1.25', output_usd_per_mtok: '10' },
    });
    expect(deciding(explained)).toBe('card');
    expect(explained.layers.map(({ layer }) => layer)).toEqual([
      'override',
      'reported',
      'usage',
      'correction',
      'adjustment',
      'card',
    ]);
  });

  it('says the rates alone where no usage is given', () => {
    const { price, layers } = explainPrice(pricing, asked('gpt-4o'));
    expect(price).toMatchObject({ card: 'openai/gpt-4o', cost_usd: null, cost: null });
    expect(layers.every(({ cost_usd }) => cost_usd === null)).toBe(true);
  });

  it('shows what a correction changed, with its source, beside what the card alone says', () => {
    const usage = { ...emptyUsage, cache_read: 1_000_000 };
    const atMs = Date.parse('2025-06-09T23:59:59.999Z');
    const explained = explainPrice(pricing, asked('o3', { usage, atMs }));
    // Before the cut a million cached tokens cost 2.50, which the card has as 0.50.
    expect(explained.price).toMatchObject({
      source: 'correction',
      cost_usd: '2.5',
      effective_to: '2025-06-10T00:00:00.000Z',
    });
    const of = (layer: string) => explained.layers.find((each) => each.layer === layer);
    expect(of('correction')).toMatchObject({ decides: true, cost_usd: '2.5' });
    expect(of('correction')?.says).toContain('langfuse pull request 7223');
    expect(of('card')).toMatchObject({ decides: false, cost_usd: '0.5' });
    expect(explainPrice(pricing, asked('o3', { usage, atMs: atMs + 1 })).price).toMatchObject({
      source: 'default',
      cost_usd: '0.5',
    });
  });

  it('says until when a price held that a later one has followed', () => {
    const ends = (iso: string, provider: string, model: string): string | null | undefined =>
      explainPrice(pricing, asked(model, { provider, atMs: Date.parse(iso) })).price?.effective_to;
    expect(ends('2025-10-01T00:00:00Z', 'mistral_ai', 'ministral-8b-latest')).toBe('2025-12-02T00:00:00.000Z');
    expect(ends('2025-12-02T00:00:00Z', 'mistral_ai', 'ministral-8b-latest')).toBeNull();
    // The peak of each working day interrupts the price and does not end it.
    expect(ends('2026-10-09T12:00:00Z', 'deepseek', 'deepseek-v4-flash')).toBeNull();
  });

  it('shows the served tier as an adjustment of the card', () => {
    const usage = { ...emptyUsage, input_uncached: 1_000_000 };
    const explained = explainPrice(pricing, asked('gpt-4o', { usage, serviceTier: 'batch' }));
    // 2.50 / 2.
    expect(explained.price).toMatchObject({ service_tier: 'batch', cost_usd: '1.25', status: 'priced' });
    expect(deciding(explained)).toBe('adjustment');
  });

  it('names the override in force, and the interval it holds in', () => {
    const overrides = compileOverrides([[contract], []]);
    const usage = { ...emptyUsage, input_uncached: 1_000_000 };
    const explained = explainPrice(pricing, asked('gpt-4o', { usage }), overrides);
    expect(explained.price).toMatchObject({
      source: 'custom',
      card: 'custom/openai/gpt-4o',
      effective_from: contract.from,
      effective_to: contract.to,
      cost_usd: '2',
    });
    expect(deciding(explained)).toBe('override');
    const atMs = Date.parse(contract.to ?? '');
    const after = explainPrice(pricing, asked('gpt-4o', { usage, atMs }), overrides);
    expect(after.price).toMatchObject({ source: 'default', cost_usd: '2.5' });
  });

  it('shows a mapped deployment by the card of its model', () => {
    const mapped = { ...contract, provider: 'azure.ai.openai', model: 'prod', rates: {}, mapsTo: 'gpt-4o' };
    const parts = { provider: 'azure.ai.openai', usage: { ...emptyUsage, output: 1_000_000 } };
    const { price } = explainPrice(pricing, asked('prod', parts), compileOverrides([[mapped], []]));
    expect(price).toMatchObject({ source: 'default', card: 'azure/gpt-4o', cost_usd: '10' });
  });

  it('says why there is no price, and names like an unknown one', () => {
    const explained = explainPrice(pricing, asked('gpt-4o-mni'));
    expect(explained).toMatchObject({ price: null, unpriced_reason: 'unknown_model' });
    expect(explained.suggestions[0]).toBe('openai/gpt-4o-mini');
  });

  it('suggests nothing where the name is known and the card lacks a rate', () => {
    const usage = { ...emptyUsage, output: 1 };
    const explained = explainPrice(pricing, asked('text-embedding-3-small', { usage }));
    expect(explained).toMatchObject({ price: null, unpriced_reason: 'no_rate_for_unit', suggestions: [] });
  });

  it('says the hours and days within which it holds', () => {
    const of = (at: string) =>
      explainPrice(pricing, asked('deepseek-v4-pro', { provider: 'deepseek', atMs: Date.parse(at) })).price;
    // 2026-11-20 is a Friday, the 21st a Saturday; a peak costs twice as much as other hours.
    const [peak, weekend, night] = ['2026-11-20T02:00Z', '2026-11-21T02:00Z', '2026-11-20T12:00Z'].map(of);
    expect(peak).toMatchObject({ hours: ['01:00 to 04:00 UTC'], rates: { input_usd_per_mtok: '1.32' } });
    expect(weekend).toMatchObject({
      hours: ['01:00 to 10:00 UTC, Sunday, Saturday'],
      rates: { input_usd_per_mtok: '0.66' },
    });
    expect(night).toMatchObject({ hours: [], rates: { input_usd_per_mtok: '0.66' } });
  });

  it('shows long-context rates beside their threshold', () => {
    const { price } = explainPrice(pricing, asked('gemini-2.5-pro', { provider: 'gcp.gemini' }));
    expect(price?.rates).toMatchObject({ input_usd_per_mtok: '1.25', output_usd_per_mtok: '10' });
    expect(price?.long_context).toMatchObject([
      { above_input_tokens: 200_000, input_usd_per_mtok: '2.5', output_usd_per_mtok: '15' },
    ]);
  });
});

describe('its lines for people', () => {
  it('say sum, card, rates and layers, with a star before the one that decides', () => {
    const usage = { ...emptyUsage, input_uncached: 1_000_000 };
    const lines = explanationLines(
      explainPrice(pricing, asked('gpt-4o', { usage }), compileOverrides([[contract], []])),
    );
    expect(lines.slice(0, 4)).toEqual([
      'openai/gpt-4o at 2026-11-20T12:00:00.000Z',
      '  USD 2 = input_uncached 2',
      '  custom/openai/gpt-4o, source custom, tier standard, from 2026-11-01T00:00:00.000Z, to 2026-12-01T00:00:00.000Z',
      '  input 2, output 8, cache_read 2, cache_write_5m 2, cache_write_1h 2 USD/Mtok',
    ]);
    expect(lines.filter((line) => line.startsWith('* '))).toHaveLength(1);
    expect(lines.find((line) => line.startsWith('* '))).toMatch(
      /^\* override {4}USD 2: the override of openai\/gpt-4o/,
    );
  });

  it('name what is like an unknown name', () => {
    const lines = explanationLines(explainPrice(pricing, asked('gpt-4o-mni')));
    expect(lines[1]).toBe('  no price: unknown_model');
    expect(lines.at(-1)).toMatch(/^Names like it: openai\/gpt-4o-mini, /);
  });
});
