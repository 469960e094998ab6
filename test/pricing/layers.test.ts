import { describe, expect, it } from 'vitest';
import type { LlmCall } from '../../src/call.ts';
import { formatUsd } from '../../src/money.ts';
import { compileOverrides } from '../../src/pricing/overrides.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
import { adjustment, correction } from './corrected.ts';
import { llmCall, tokens } from './llmCall.ts';
import { inputAt, mapped } from './writtenPrice.ts';

const pricing = createPricing({
  corrections: [correction({ card: 'openai/gpt-4o', rates: { input_usd_per_mtok: '7' } })],
  adjustments: [adjustment({ when: { tier: 'batch' }, cards: ['openai/*'], factor: [1, 2] })],
});

/** Each layer with its cost or reason, `-` where it has no answer; the one that decides with a star. */
function layersOf(changes: Partial<LlmCall>, prices: readonly WrittenPrice[] = []): string[] {
  return pricing.layers(llmCall(changes), compileOverrides([prices])).map(({ layer, answer, decides }) => {
    const said = answer === null ? '-' : answer.status === 'unpriced' ? answer.reason : formatUsd(answer.costFemtoUsd);
    return `${layer}${decides ? '*' : ''} ${said}`;
  });
}

// 1000 in and 500 out: by the card 2.50 and 10, corrected 7 and 10, halved; by an override of 1 for input alone.
describe('the layers', () => {
  it('are all asked, in order, and one decides', () => {
    expect(layersOf({ serviceTier: 'batch' }, [inputAt('1')])).toEqual([
      'override* 0.001',
      'reported -',
      'usage -',
      'correction 0.012',
      'adjustment 0.006',
      'card 0.0075',
    ]);
  });

  it.each<[string, Partial<LlmCall>, readonly WrittenPrice[], string]>([
    ['the adjustment', { serviceTier: 'batch' }, [], 'adjustment* 0.006'],
    ['the correction', {}, [], 'correction* 0.012'],
    ['the card', { model: 'gpt-4' }, [], 'card* 0.06'],
    ['the card without a price', { model: 'nothing' }, [], 'card* unknown_model'],
    ['the provider’s report', { provider: 'openrouter', reportedCostFemtoUsd: 10n ** 12n }, [], 'reported* 0.001'],
    ['the fault of the usage', { usageFault: 'negative' }, [inputAt('1')], 'usage* inconsistent_usage'],
    ['the lack of usage', { usage: tokens({}) }, [inputAt('1')], 'usage* no_usage'],
    ['the other model’s card', { model: 'x' }, [mapped('x', 'gpt-4')], 'override* 0.06'],
  ])('is decided by %s', (_, changes, prices, decisive) => {
    expect(layersOf(changes, prices)).toContain(decisive);
    expect(layersOf(changes, prices).filter((layer) => layer.includes('*'))).toHaveLength(1);
  });

  it('decide what the price is', () => {
    const call = llmCall({ serviceTier: 'batch' });
    const decisive = pricing.layers(call).find(({ decides }) => decides);
    expect(decisive?.answer).toEqual(pricing.price(call).price);
  });

  it('name the override, the correction with its source, the card and its rates in force', () => {
    const prices = [inputAt('1', { from: '2026-09-01T00:00:00Z' })];
    const layers = pricing.layers(llmCall(), compileOverrides([prices]));
    expect(layers.map(({ layer, says }) => [layer, says])).toEqual([
      ['override', 'the override of openai/gpt-4o from 2026-09-01T00:00:00Z to further notice'],
      ['reported', 'no cost is reported'],
      ['usage', 'can be priced'],
      ['correction', 'The card is wrong. (a test)'],
      ['adjustment', 'none applies'],
      ['card', 'the rate card’s openai/gpt-4o'],
    ]);
    expect(layers.map(({ card }) => card?.id ?? null)).toEqual([
      'custom/openai/gpt-4o',
      null,
      null,
      'openai/gpt-4o',
      null,
      'openai/gpt-4o',
    ]);
    expect(layers.at(-1)?.epoch?.bands[0].rates.input_uncached).toBe(2_500_000_000n);
  });
});
