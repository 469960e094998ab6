import { describe, expect, it } from 'vitest';
import {
  isPriceable,
  mainRates,
  otherRates,
  priceHref,
  pricePath,
  rateNames,
  rateOf,
  rateUnit,
  sourceWords,
  unpricedWords,
} from '../../dashboards/page/model/rates.ts';
import { rateNames as ratesOfPricing } from '../../src/pricing/writtenPrice.ts';

describe('rates', () => {
  it('are those of pricing, each with words and shown once', () => {
    expect(rateNames).toEqual(Object.keys(ratesOfPricing));
    expect([...mainRates, ...otherRates]).toEqual(rateNames);
  });

  it('say of how much they are', () => {
    expect(rateUnit('input_usd_per_mtok')).toBe('a million tokens');
    expect(rateUnit('web_search_usd_per_kcount')).toBe('a thousand');
  });

  it('are unknown, not 0, where they are not said', () => {
    expect(rateOf({ input_usd_per_mtok: '0' }, 'input_usd_per_mtok')).toBe('0');
    expect(rateOf({}, 'input_usd_per_mtok')).toBeNull();
  });
});

describe('the address of a price', () => {
  it('keeps names in one part each, whatever is in them', () => {
    expect(priceHref('azure.ai.openai', 'ft:a/b?c#d%')).toBe('/prices/azure.ai.openai/ft%3Aa%2Fb%3Fc%23d%25');
    expect(pricePath('openai', 'gpt 4')).toBe('/api/v1/prices/openai/gpt%204');
  });

  it('is that of any provider where none is named', () => {
    expect(priceHref(null, 'm')).toBe('/prices/*/m');
  });
});

describe('a model without a price', () => {
  it('gets one where its name is known and its usage is', () => {
    expect(isPriceable({ model: 'm', reason: 'unknown_model' })).toBe(true);
    expect(isPriceable({ model: 'm', reason: 'no_rate_for_unit' })).toBe(true);
    expect(isPriceable({ model: null, reason: 'unknown_model' })).toBe(false);
    expect(isPriceable({ model: 'm', reason: 'inconsistent_usage' })).toBe(false);
  });

  it('says why it has none', () => {
    expect(unpricedWords('unknown_model')).toBe('nobody knows this model');
    expect(unpricedWords('new_reason')).toBe('new_reason');
    expect(unpricedWords(null)).toBe('no reason is known');
  });
});

describe('the source of a price', () => {
  it('tells what was set by API from what stands in the file', () => {
    expect(sourceWords({ source: 'custom', set_by: 'api' })).toBe('set here');
    expect(sourceWords({ source: 'custom', set_by: 'file' })).toBe('tollgate.yaml');
    expect(sourceWords({ source: 'default', set_by: null })).toBe('rate card');
  });
});
