import { describe, expect, it } from 'vitest';
import { formatUsd } from '../../../src/money.ts';
import { compileOverrides } from '../../../src/pricing/overrides.ts';
import { createPricing, type Pricing } from '../../../src/pricing/pricing.ts';
import type { PriceSettings } from '../../../src/pricing/priceSettings.ts';
import { anthropic } from './anthropic.ts';
import { azure } from './azure.ts';
import { bedrock } from './bedrock.ts';
import { readBill, readBills } from './bill.ts';
import { deepseek } from './deepseek.ts';
import { google } from './google.ts';
import { openai } from './openai.ts';
import { others } from './others.ts';
import { overrides } from './overrides.ts';

const pricings = new Map<string, Pricing>();

/** One for each set of settings: a pricing remembers the cards that it has compiled. */
function pricingOf(settings: PriceSettings): Pricing {
  const key = JSON.stringify(settings);
  const known = pricings.get(key) ?? createPricing({ settings });
  pricings.set(key, known);
  return known;
}

const bills = Object.entries({ openai, azure, anthropic, google, bedrock, deepseek, others, overrides }).map(
  ([name, text]) => ({ name, lines: readBills(text) }),
);

describe('the bill, to the last digit', () => {
  it('is written out for at least 120 cases, each with the source of its rates', () => {
    const all = bills.flatMap(({ lines }) => lines);
    expect(all.length).toBeGreaterThanOrEqual(120);
    expect(all.filter(({ sources }) => sources === '')).toEqual([]);
    expect(new Set(all.map(({ line }) => line)).size).toBe(all.length);
  });

  describe.each(bills)('of $name', ({ lines }) => {
    it.each(lines)('$line', (bill) => {
      const { call, settings, usd, parts, price: expected } = readBill(bill);
      const overridden = bill.override === null ? undefined : compileOverrides([[bill.override]]);

      const { price } = pricingOf(settings).price(call, overridden);

      if (price.status === 'unpriced') throw new Error(`unpriced: ${price.reason}`);
      const billed = Object.entries(price.partsFemtoUsd).map(([bucket, femtoUsd]) => [bucket, formatUsd(femtoUsd)]);
      expect({ card: price.card, parts: Object.fromEntries(billed) }).toEqual({ card: expected.card, parts });
      expect(formatUsd(price.costFemtoUsd)).toBe(usd);
      expect(price).toMatchObject(expected);
    });
  });
});
