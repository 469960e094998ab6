import { waitForUpdate } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PriceFacts } from '../../src/call.ts';
import type { Adjustment, Condition } from '../../src/pricing/adjustment.ts';
import type { Correction } from '../../src/pricing/correction.ts';
import { adjustments } from '../../src/pricing/data/adjustments.ts';
import { corrections } from '../../src/pricing/data/corrections.ts';
import { compileOverrides } from '../../src/pricing/overrides.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import { defaultPriceSettings, type PriceSettings } from '../../src/pricing/priceSettings.ts';
import type { RateKey, WrittenPrice, WrittenRates } from '../../src/pricing/writtenPrice.ts';
import { anyUsage, instant } from './arbitraries.ts';
import { llmCall } from './llmCall.ts';
import { rationalAnswer, rationalOverride, type Question } from './rationalLayers.ts';

/** A span's name of a provider with the library's id for it. */
interface Named {
  readonly said: string;
  readonly provider: string;
  readonly model: string;
}

const library = ((await waitForUpdate()) ?? []).flatMap(({ id, models }) =>
  models.map((model): Named => ({ said: id, provider: id, model: model.id })),
);
const proven = corrections.map(({ card, proof }): Named => {
  return { said: proof.provider, provider: card.slice(0, card.indexOf('/')), model: proof.model };
});
const adjusted = library.filter(({ provider, model }) =>
  adjustments.some(({ cards }) => cards.some((glob) => glob.startsWith(`${provider}/${model.slice(0, 6)}`))),
);
const named = fc.oneof(fc.constantFrom(...proven), fc.constantFrom(...adjusted), fc.constantFrom(...library));

/** Most of them within a day of an instant at which some correction begins or ends. */
const borders = corrections.flatMap(({ from, to }) =>
  [from, to].flatMap((iso) => (iso === null ? [] : [Date.parse(iso)])),
);
const moment = fc.oneof(
  instant,
  fc.tuple(fc.constantFrom(...borders), fc.integer({ min: -86_400_000, max: 86_400_000 })).map(([at, by]) => at + by),
  fc.constantFrom(...borders, ...borders.map((at) => at - 1)),
);

const tiers = [null, 'default', 'batch', 'flex', 'priority', 'Batch', 'scale'];
const facts: fc.Arbitrary<PriceFacts | null> = fc.option(
  fc.record({
    inferenceGeo: fc.constantFrom(null, 'us', 'global'),
    speed: fc.constantFrom(null, 'fast', 'standard'),
    searchContextSize: fc.constantFrom(null, 'low', 'medium', 'high'),
  }),
);

function conditionsOf(tier: string | null, said: PriceFacts | null, settings: PriceSettings): Condition[] {
  const lowered = tier?.toLowerCase();
  const conditions: Condition[] = [];
  if (lowered === 'batch' || lowered === 'flex' || lowered === 'priority') conditions.push({ tier: lowered });
  if (said?.speed === 'fast') conditions.push({ speed: 'fast' });
  if (said?.inferenceGeo === 'us') conditions.push({ inferenceGeo: 'us' });
  const size = said?.searchContextSize;
  if (size === 'low' || size === 'medium' || size === 'high') conditions.push({ searchContextSize: size });
  if (settings.azureZone !== 'global') conditions.push({ azureZone: settings.azureZone });
  if (settings.vertexLocation !== 'global') conditions.push({ vertexLocation: settings.vertexLocation });
  return conditions;
}

function questionOf(name: Named, usage: Question['usage'], ms: number, conditions: readonly Condition[]): Question {
  const platform = name.said === 'gcp.vertex_ai' || name.said === 'gcp.gemini' ? name.said : null;
  return { provider: name.provider, model: name.model, platform, usage, ms, conditions };
}

function callOf({ said, model }: Named, usage: Question['usage'], ms: number): ReturnType<typeof llmCall> {
  return llmCall({ provider: said, model, requestModel: model, usage, startUnixNano: BigInt(ms) * 1_000_000n });
}

const settingsOfAll: readonly PriceSettings[] = [
  defaultPriceSettings,
  { azureZone: 'data_zone', bedrockRegion: 'regional', vertexLocation: 'regional' },
];

describe('a price by the card, our corrections and adjustments', () => {
  const pricings = settingsOfAll.map((settings) => ({ settings, pricing: createPricing({ settings }) }));

  it('equals an independent calculation with fractions, to the digit, for any name, usage, instant, tier and place', () => {
    fc.assert(
      fc.property(
        named,
        anyUsage,
        moment,
        fc.constantFrom(...tiers),
        facts,
        fc.constantFrom(...pricings),
        (name, usage, ms, serviceTier, priceFacts, { settings, pricing }) => {
          const { price } = pricing.price({ ...callOf(name, usage, ms), serviceTier, priceFacts });
          const conditions = conditionsOf(serviceTier, priceFacts, settings);
          const expected = rationalAnswer(questionOf(name, usage, ms, conditions), { corrections, adjustments });
          // What the library finds under no name may be found under another spelling.
          fc.pre(expected !== null);
          if (price.status === 'unpriced') {
            expect([price.reason, expected?.costFemtoUsd]).toEqual(['no_rate_for_unit', null]);
            return;
          }
          const { card, source, costFemtoUsd } = price;
          expect({ card, source, costFemtoUsd }).toEqual(expected);
        },
      ),
      { numRuns: 4_000 },
    );
  });
});

const decimal = fc
  .tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 999_999_999 }))
  .map(([whole, fraction]) => `${whole}.${String(fraction).padStart(9, '0')}`);
const rates: fc.Arbitrary<WrittenRates> = fc
  .record(
    {
      cache_read_usd_per_mtok: decimal,
      cache_write_5m_usd_per_mtok: decimal,
      cache_write_1h_usd_per_mtok: decimal,
      reasoning_usd_per_mtok: decimal,
      audio_input_usd_per_mtok: decimal,
      image_output_usd_per_mtok: decimal,
      web_search_usd_per_kcount: decimal,
      request_usd_per_kcount: decimal,
    } satisfies Partial<Record<RateKey, typeof decimal>>,
    { requiredKeys: [] },
  )
  .chain((some) => fc.tuple(decimal, decimal).map(([input, output]) => withTokens(some, input, output)));

function withTokens(some: WrittenRates, input: string, output: string): WrittenRates {
  return { ...some, input_usd_per_mtok: input, output_usd_per_mtok: output };
}

const interval = fc
  .tuple(fc.option(instant), fc.option(instant))
  .map(([from, to]) => ({ from: isoOrNull(from), to: isoOrNull(to) }))
  .filter(({ from, to }) => from === null || to === null || from < to);

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

const word = { says: 'invented', source: 'this test', instead: null };
const proof = { provider: 'openai', model: 'o3', at: '2025-01-01T00:00:00Z', usage: {} };
const clock = fc
  .integer({ min: 0, max: 1_439 })
  .map((minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`);
const hours = fc.option(
  fc
    .tuple(clock, clock, fc.option(fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 })))
    .map(([start, end, weekdays]) => ({
      start,
      end,
      ...(weekdays === null ? {} : { weekdays }),
    })),
);
const cards = ['openai/o3', 'anthropic/claude-sonnet-4-5', 'deepseek/deepseek-v4-pro', 'acme/new'];
const inventedCorrection: fc.Arbitrary<Correction> = fc
  .tuple(fc.constantFrom(...cards), interval, rates, fc.boolean(), hours)
  .map(([card, span, written, isWhole, window]) => ({
    ...word,
    ...span,
    card,
    proof,
    isWhole,
    rates: written,
    ...(window === null ? {} : { hours: window }),
  }));
const factor = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }));
const inventedAdjustment: fc.Arbitrary<Adjustment> = fc
  .tuple(
    fc.constantFrom<Condition>({ tier: 'batch' }, { tier: 'priority' }, { inferenceGeo: 'us' }),
    fc.subarray(['openai/*', 'openai/o3', 'anthropic/claude-*', '*/*', 'deepseek/deepseek-v4-pro'], { minLength: 1 }),
    interval,
    fc.oneof(factor, rates),
  )
  .map(([when, globs, span, price]) => {
    const base = { ...word, ...span, when, cards: globs };
    return Array.isArray(price)
      ? { ...base, factor: price, except: ['web_search_requests'] }
      : { ...base, rates: price };
  });

describe('a price by any corrections and adjustments', () => {
  it('equals the independent calculation, however they overlap', () => {
    const known = library.filter(({ provider, model }) => cards.includes(`${provider}/${model}`));
    fc.assert(
      fc.property(
        fc.array(inventedCorrection, { maxLength: 5 }),
        fc.array(inventedAdjustment, { maxLength: 5 }),
        fc.array(fc.tuple(fc.constantFrom(...known), anyUsage, instant, fc.constantFrom(...tiers), facts), {
          minLength: 5,
        }),
        (ourCorrections, ourAdjustments, calls) => {
          const data = { corrections: ourCorrections, adjustments: ourAdjustments };
          const pricing = createPricing(data);
          for (const [name, usage, ms, serviceTier, priceFacts] of calls) {
            const { price } = pricing.price({ ...callOf(name, usage, ms), serviceTier, priceFacts });
            const conditions = conditionsOf(serviceTier, priceFacts, defaultPriceSettings);
            const expected = rationalAnswer(questionOf(name, usage, ms, conditions), data);
            expect(price.status === 'unpriced' ? null : price.costFemtoUsd).toBe(expected?.costFemtoUsd);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a price that somebody set', () => {
  const override: fc.Arbitrary<WrittenPrice> = fc
    .tuple(fc.constantFrom('openai', 'acme'), fc.constantFrom('gpt-4o', 'chat'), interval, rates, fc.option(rates))
    .map(([provider, model, span, written, above]) => ({
      provider,
      model,
      ...span,
      rates: written,
      longContext: above === null ? [] : [{ aboveInputTokens: 200_000, rates: above }],
      mapsTo: null,
    }))
    // Two that begin at one instant have no order but that of the list.
    .filter(({ from }) => from !== null);

  it('equals the independent calculation of the latest of the tenant’s that is in force, then of the file’s, then of the card', () => {
    const pricing = createPricing();
    const distinct = { maxLength: 4, selector: (price: WrittenPrice) => price.from };
    fc.assert(
      fc.property(
        fc.uniqueArray(override, distinct),
        fc.uniqueArray(override, distinct),
        anyUsage,
        instant,
        (own, file, usage, ms) => {
          const { price } = pricing.price(
            callOf({ said: 'openai', provider: 'openai', model: 'gpt-4o' }, usage, ms),
            compileOverrides([own, file]),
          );
          const asked = { usage, ms, provider: 'openai', model: 'gpt-4o' };
          const expected =
            rationalOverride(asked, own) ??
            rationalOverride(asked, file) ??
            rationalAnswer({ ...asked, platform: null, conditions: [] }, { corrections, adjustments });
          expect(price.status === 'unpriced' ? null : price.costFemtoUsd).toBe(expected?.costFemtoUsd);
          if (price.status !== 'unpriced') expect(price.source).toBe(expected?.source);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
