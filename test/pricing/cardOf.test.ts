import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ceilingsOf } from '../../src/policy/ceilings.ts';
import { cardPrice } from '../../src/pricing/cardPrice.ts';
import { compileOverrides } from '../../src/pricing/overrides.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import type { RateCard } from '../../src/pricing/rateCard.ts';
import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
import { llmCall, unixNano } from './llmCall.ts';
import { inputAt, mapped } from './writtenPrice.ts';

const pricing = createPricing();
const asked = { provider: 'openai', model: 'gpt-4o', serviceTier: null, priceFacts: null };

function cardUnder(prices: readonly WrittenPrice[], changes: Partial<typeof asked> = {}): RateCard {
  const card = pricing.cardOf({ ...asked, ...changes }, compileOverrides([prices]));
  if (typeof card === 'string') throw new Error(card);
  return card;
}

/** USD for a million tokens in, at the dearest around an instant. */
function inputAround(card: RateCard, at: string): number | null {
  const { input_uncached: input } = ceilingsOf(card, 1_000, Date.parse(at));
  return input === null ? null : Number(input) / 1e9;
}

describe('the card that would price a call', () => {
  it('is the card of the name, adjusted to tier and facts', () => {
    expect(cardUnder([]).id).toBe('openai/gpt-4o');
    expect(inputAround(cardUnder([]), '2026-10-01T12:00:00Z')).toBe(2.5);
    const half = pricing.cardOf({ ...asked, serviceTier: 'batch' });
    expect(typeof half === 'string' ? half : inputAround(half, '2026-10-01T12:00:00Z')).toBe(1.25);
  });

  it('says why there is none', () => {
    expect(pricing.cardOf({ ...asked, model: 'no-such-model' })).toBe('unknown_model');
    expect(pricing.cardOf({ ...asked, provider: 'nobody' }, compileOverrides([[inputAt('1')]]))).toBe(
      'unknown_provider',
    );
  });

  it('has an override among its epochs, so that both sides of its start are seen', () => {
    const card = cardUnder([inputAt('1', { from: '2026-10-01T12:00:00Z' })]);
    const around = ['11:54:59', '11:55:00', '12:04:59', '12:05:00'].map((time) =>
      inputAround(card, `2026-10-01T${time}Z`),
    );
    expect(around).toEqual([2.5, 2.5, 2.5, 1]);
    const dearer = cardUnder([inputAt('9', { from: '2026-10-01T12:00:00Z' })]);
    expect(inputAround(dearer, '2026-10-01T11:54:59Z')).toBe(2.5);
    expect(inputAround(dearer, '2026-10-01T11:55:00Z')).toBe(9);
  });

  it('has no rates where only an override knows the name and none is in force', () => {
    const card = cardUnder([inputAt('1', { model: 'ours', from: '2026-10-01T12:00:00Z' })], { model: 'ours' });
    expect(inputAround(card, '2026-10-01T11:00:00Z')).toBeNull();
    expect(inputAround(card, '2026-10-01T13:00:00Z')).toBe(1);
  });

  it('is that of the model which a name maps to, while it does', () => {
    const card = cardUnder([mapped('ours', 'gpt-4', { to: '2026-10-01T12:00:00Z' })], { model: 'ours' });
    expect(inputAround(card, '2026-10-01T11:00:00Z')).toBe(30);
    expect(inputAround(card, '2026-10-01T13:00:00Z')).toBeNull();
  });

  it('prices as the call is priced, whatever the overrides, the tier and the instant', () => {
    const instants = ['2026-09-01T00:00:00Z', '2026-10-01T00:00:00Z', '2026-10-01T12:00:00Z', '2026-11-01T00:00:00Z'];
    const instant = fc.option(fc.constantFrom(...instants), { nil: null });
    const overrides = fc.array(
      fc.record({
        usd: fc.constantFrom('0', '1', '2', '3'),
        provider: fc.constantFrom('openai', '*', 'deepseek'),
        model: fc.constantFrom('gpt-4o', 'gpt-4o-2024-08-06', 'gpt-*', '*', 'ours', 'deepseek-*'),
        from: instant,
        to: instant,
        mapsTo: fc.option(fc.constantFrom('gpt-4', 'deepseek/deepseek-chat', 'nothing'), { freq: 3, nil: null }),
      }),
      { maxLength: 6 },
    );
    const call = fc.record({
      provider: fc.constantFrom('openai', 'deepseek', null),
      model: fc.constantFrom('gpt-4o-2024-08-06', 'ours', 'deepseek-chat', 'gpt-5'),
      serviceTier: fc.constantFrom(null, 'batch', 'flex', 'priority', 'scale'),
      at: fc.constantFrom(...instants),
    });
    fc.assert(
      fc.property(fc.tuple(overrides, overrides), call, (lists, { at, ...name }) => {
        const compiled = compileOverrides(
          lists.map((list) =>
            list.map(({ usd, ...rest }) =>
              rest.mapsTo === null ? inputAt(usd, rest) : mapped(rest.model, rest.mapsTo, rest),
            ),
          ),
        );
        const made = llmCall({ ...name, requestModel: name.model, startUnixNano: unixNano(at) });
        const card = pricing.cardOf({ ...name, priceFacts: null }, compiled);
        const { price } = pricing.price(made, compiled);
        const byCard = typeof card === 'string' ? { status: 'unpriced' } : cardPrice(made, card);
        if (price.status === 'unpriced') expect(byCard.status).toBe('unpriced');
        else expect(byCard).toMatchObject({ costFemtoUsd: price.costFemtoUsd, effectiveFrom: price.effectiveFrom });
      }),
      { numRuns: 500 },
    );
  });
});

describe('all cards', () => {
  it('are those of the library and ours, each once and by its id', () => {
    const ids = [...pricing.cards()].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(1_600);
    expect(ids).toContain('openai/gpt-4o');
  });
});
