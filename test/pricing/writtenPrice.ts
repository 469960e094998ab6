import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';

/** A price of 1 USD a million tokens in and 2 out for `openai` `gpt-4o`, always, changed by what the test is about. */
export function written(changes: Partial<WrittenPrice> = {}): WrittenPrice {
  return {
    provider: 'openai',
    model: 'gpt-4o',
    from: null,
    to: null,
    rates: { input_usd_per_mtok: '1', output_usd_per_mtok: '2' },
    longContext: [],
    mapsTo: null,
    ...changes,
  };
}

/** As `written`, with `usd` a million tokens in and nothing for those out: 1000 in cost `usd` thousandths. */
export function inputAt(usd: string, changes: Partial<WrittenPrice> = {}): WrittenPrice {
  return written({ rates: { input_usd_per_mtok: usd, output_usd_per_mtok: '0' }, ...changes });
}

export function mapped(model: string, mapsTo: string, changes: Partial<WrittenPrice> = {}): WrittenPrice {
  return written({ model, mapsTo, rates: {}, ...changes });
}
