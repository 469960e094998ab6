import { describe, expect, it } from 'vitest';
import type { PricedCall } from '../../src/call.ts';
import { formatUsd, parseUsd } from '../../src/money.ts';
import { adjustments } from '../../src/pricing/data/adjustments.ts';
import { corrections } from '../../src/pricing/data/corrections.ts';
import type { Correction } from '../../src/pricing/correction.ts';
import { createPricing, type Pricing } from '../../src/pricing/pricing.ts';
import { llmCall, tokens, unixNano } from './llmCall.ts';
import { rationalAnswer } from './rationalLayers.ts';

const alone = createPricing({ corrections: [], adjustments: [] });
const corrected = createPricing();

function priceOf({ proof }: Correction, pricing: Pricing): PricedCall['price'] {
  const { provider, model, at, usage } = proof;
  return pricing.price(
    llmCall({ provider, model, requestModel: model, usage: tokens(usage), startUnixNano: unixNano(at) }),
  ).price;
}

const named = corrections.map((correction) => {
  const { card, from, to, hours } = correction;
  const window = hours === undefined ? '' : `, ${hours.start} to ${hours.end}`;
  return { title: `${card} from ${from ?? 'ever'} to ${to ?? 'now'}${window}`, correction };
});

describe.each(named)('the correction of $title', ({ correction }) => {
  const { card, names = [], from, to, hours, instead, proof } = correction;

  it('corrects what the rate card still says alone', () => {
    const price = priceOf(correction, alone);

    const said = price.status === 'unpriced' ? null : formatUsd(price.costFemtoUsd);
    expect(
      said,
      `The rate card says otherwise than when ${card} was corrected. Is it right? Delete the correction.`,
    ).toBe(instead);
  });

  it('gives its own price by its own card', () => {
    const price = priceOf(correction, corrected);
    const platform = proof.provider === 'gcp.vertex_ai' || proof.provider === 'gcp.gemini' ? proof.provider : null;
    const expected = rationalAnswer(
      {
        provider: card.slice(0, card.indexOf('/')),
        model: proof.model,
        platform,
        usage: tokens(proof.usage),
        ms: Date.parse(proof.at),
        conditions: [],
      },
      { corrections, adjustments },
    );

    if (price.status === 'unpriced') throw new Error(`unpriced: ${price.reason}`);
    const { costFemtoUsd, source } = price;
    expect({ card: price.card, source }).toEqual({ card, source: 'correction' });
    expect(price.effectiveFrom).toBe(from === null ? null : new Date(from).toISOString());
    if (expected !== null && expected.card === card) expect(costFemtoUsd).toBe(expected.costFemtoUsd);
    const before = priceOf(correction, alone);
    const isSame = before.status !== 'unpriced' && before.card === price.card && before.costFemtoUsd === costFemtoUsd;
    expect(isSame, 'a correction that changes nothing').toBe(false);
  });

  it('is dated, sourced and written as the product reads it', () => {
    for (const iso of [from, to]) if (iso !== null) expect(iso).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:00Z$/);
    if (from !== null && to !== null) expect(Date.parse(from)).toBeLessThan(Date.parse(to));
    for (const clock of [hours?.start, hours?.end]) if (clock !== undefined) expect(clock).toMatch(/^[0-2]\d:[0-5]\d$/);
    expect(names).toEqual(names.map((name) => name.toLowerCase()));
    expect(correction.says).toMatch(/^[A-Z].*\.$/);
    expect(correction.source.length).toBeGreaterThan(10);
    const bands = [correction.rates, ...(correction.longContext ?? []).map(({ rates }) => rates)];
    for (const rates of bands)
      for (const rate of Object.values(rates)) expect(parseUsd(rate), rate).toBeGreaterThan(0n);
  });
});

describe('the corrections together', () => {
  it('are no two for one card with the same beginning and hours', () => {
    const keys = corrections.map(({ card, platform, from, hours }) => JSON.stringify([card, platform, from, hours]));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it('stand in the order of their instants, so that the later goes over the earlier', () => {
    const lastFrom = new Map<string, number>();
    for (const { card, platform = '', from, hours } of corrections) {
      if (hours !== undefined) continue;
      const key = `${platform} ${card}`;
      const at = from === null ? Number.NEGATIVE_INFINITY : Date.parse(from);
      expect(at, card).toBeGreaterThanOrEqual(lastFrom.get(key) ?? Number.NEGATIVE_INFINITY);
      lastFrom.set(key, at);
    }
  });
});
