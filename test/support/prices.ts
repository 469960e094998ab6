import type { PriceBook } from '../../processor/prices/priceBook.ts';
import { noOverrides } from '../../src/pricing/overrides.ts';
import { createPricing, type Pricing } from '../../src/pricing/pricing.ts';

/** Prices that nobody changes, as they come with the program. */
export function fixedPrices(pricing: Pricing = createPricing()): Pick<PriceBook, 'snapshot' | 'refresh'> {
  const snapshot = { epoch: 0, pricing, overridesOf: () => noOverrides };
  return { snapshot, refresh: async () => snapshot };
}

/** The same, of a store that answers nothing else. */
export function fixedPriceBook(ask: () => Promise<never>): PriceBook {
  return { ...fixedPrices(), put: ask, end: ask, list: ask, importCard: ask, cardInForce: ask };
}
