import { describe, expect, it } from 'vitest';
import { Bounds, costOf } from '../../src/policy/bound.ts';
import { ceilingsOf } from '../../src/policy/ceilings.ts';
import type { AskedCall } from '../../src/policy/decision.ts';
import { compileOverrides } from '../../src/pricing/overrides.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
import { bounds, noonMs, plainAsked, usd } from './asked.ts';

function most(changes: Partial<AskedCall>, of: Bounds = bounds, atMs: number = noonMs): bigint | string {
  const call = { ...plainAsked, ...changes };
  const bound = of.boundOf(call, call.model, atMs);
  return 'unpriced' in bound ? bound.unpriced : costOf(bound, bound.outputTokens, call.choices);
}

describe('the bound of a call in a tier, 1,000 tokens in and 500 out', () => {
  it('is that of the tier where it is dearer: 1.7 × (1,000 × 2.50 + 500 × 10) USD a million', () => {
    expect(most({ serviceTier: 'priority' })).toBe(usd('0.01275'));
  });

  it('is the standard one where the tier is cheaper, as the provider may fall back to it', () => {
    expect(most({ serviceTier: 'flex' })).toBe(usd('0.0075'));
    expect(most({ serviceTier: 'batch' })).toBe(usd('0.0075'));
  });

  it('with `auto` is that of the priority tier, into which the provider may put it', () => {
    expect(most({ serviceTier: 'auto' })).toBe(usd('0.01275'));
  });

  it.each(['default', 'standard', 'standard_only', 'no-such-tier', 'x'.repeat(64)])(
    'with %s is the standard one',
    (serviceTier) => {
      expect(most({ serviceTier })).toBe(usd('0.0075'));
    },
  );
});

describe('the bound of a call whose conditions change its price', () => {
  const opus = { provider: 'anthropic', model: 'claude-opus-4-8' };
  const plain = usd('0.0175');

  it('of Anthropic by region and speed: 1,000 × 5 + 500 × 25 USD a million, × 1.1, × 2, × 1.1 × 2', () => {
    expect(most(opus)).toBe(plain);
    expect(most({ ...opus, inferenceGeo: 'us' })).toBe((plain * 11n) / 10n);
    expect(most({ ...opus, speed: 'fast' })).toBe(plain * 2n);
    expect(most({ ...opus, inferenceGeo: 'us', speed: 'fast' })).toBe((plain * 22n) / 10n);
    expect(most({ ...opus, inferenceGeo: 'global', speed: 'standard' })).toBe(plain);
  });

  it('holds each condition with and without the others: a batch in a region may be served as none, in that region', () => {
    expect(most({ ...opus, serviceTier: 'batch', inferenceGeo: 'us' })).toBe((plain * 11n) / 10n);
  });

  it('of Perplexity by the size of its search: 0.005, 0.008 or 0.012 USD and 1,500 tokens at 1 USD a million', () => {
    const sonar = { provider: 'perplexity', model: 'sonar' };
    const of = (searchContextSize: string | null) => most({ ...sonar, searchContextSize });
    expect([of(null), of('low'), of('medium'), of('high')]).toEqual(['0.0065', '0.0065', '0.0095', '0.0135'].map(usd));
  });
});

const pricing = createPricing();
const price: WrittenPrice = {
  provider: 'openai',
  model: 'gpt-4o',
  from: null,
  to: null,
  rates: { input_usd_per_mtok: '100', output_usd_per_mtok: '200' },
  longContext: [],
  mapsTo: null,
};

function boundsWith(...prices: readonly Partial<WrittenPrice>[]): Bounds {
  const overrides = compileOverrides([prices.map((one) => ({ ...price, ...one }))]);
  return new Bounds((asked) => pricing.cardOf(asked, overrides));
}

describe('the bound of a call that somebody set a price for', () => {
  it('is that price, in whatever tier: 1,000 × 100 + 500 × 200 USD a million', () => {
    expect(most({}, boundsWith({}))).toBe(usd('0.2'));
    expect(most({ serviceTier: 'priority' }, boundsWith({}))).toBe(usd('0.2'));
  });

  it('is 0 for what is self-hosted, and that of the model that a deployment is mapped to', () => {
    const free = { rates: { input_usd_per_mtok: '0', output_usd_per_mtok: '0' } };
    expect(most({}, boundsWith(free))).toBe(0n);
    const deployment = { provider: 'azure.ai.openai', model: 'our-deployment' };
    expect(most(deployment)).toBe('unknown_model');
    expect(most(deployment, boundsWith({ ...deployment, rates: {}, mapsTo: 'openai/gpt-4o' }))).toBe(usd('0.0075'));
  });

  it('is the dearer one within five minutes of an instant at which it begins or ends', () => {
    const at = (time: string, of: Bounds) => most({}, of, Date.parse(`2026-10-01T${time}Z`));
    const later = boundsWith({ from: '2026-10-01T12:00:00Z' });
    expect([at('11:54:59.999', later), at('11:55:00', later), at('13:00:00', later)]).toEqual(
      ['0.0075', '0.2', '0.2'].map(usd),
    );
    const earlier = boundsWith({ to: '2026-10-01T12:00:00Z' });
    expect([at('12:04:59.999', earlier), at('12:05:00', earlier)]).toEqual(['0.2', '0.0075'].map(usd));
  });

  it('is not missed where it holds for a second only, between the clocks of who asks and who calls', () => {
    const of = boundsWith({ from: '2026-10-01T12:02:00Z', to: '2026-10-01T12:02:01Z' });
    expect(most({}, of, Date.parse('2026-10-01T12:00:00Z'))).toBe(usd('0.2'));
    expect(most({}, of, Date.parse('2026-10-01T11:56:59.999Z'))).toBe(usd('0.0075'));
  });
});

describe('prices by the time of day', () => {
  it('are met in every window that begins or ends within five minutes, over midnight and on its weekday', () => {
    const card = pricing.cardOf({ provider: 'openai', model: 'gpt-4o', serviceTier: null, priceFacts: null });
    if (typeof card === 'string') throw new Error(card);
    const [usual] = card.epochs;
    const [{ rates }] = usual.bands;
    const dear = [{ aboveInputTokens: -1, rates: { ...rates, output: 7n * (rates.output ?? 0n) } }] as const;
    // Thursdays from 23:58 to 00:01.
    const windows = [{ startSecond: 86_280, endSecond: 60, weekdays: [4] }];
    const priced = { ...card, epochs: [usual, { ...usual, windows, bands: dear }] } as const;
    const at = (time: string) => ceilingsOf(priced, 0, Date.parse(time)).output === dear[0].rates.output;
    // Thursday, 1 October 2026: from 00:00 to 00:01, and from 23:58 to midnight.
    expect(at('2026-09-30T23:54:59.999Z')).toBe(false);
    expect(at('2026-09-30T23:55:00Z')).toBe(true);
    expect(at('2026-10-01T00:05:59Z')).toBe(true);
    expect(at('2026-10-01T00:06:00Z')).toBe(false);
    expect(at('2026-10-01T23:52:59.999Z')).toBe(false);
    expect(at('2026-10-01T23:53:00Z')).toBe(true);
    expect(at('2026-10-02T00:04:59Z')).toBe(true);
    expect(at('2026-10-02T00:05:00Z')).toBe(false);
  });
});
