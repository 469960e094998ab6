import { describe, expect, it } from 'vitest';
import { type PriceDraft, priceBody, priceDraft, repriceFrom } from '../../dashboards/page/model/priceDraft.ts';
import { priceBody as priceBodySchema } from '../../processor/prices/priceSchema.ts';

const known = {
  rates: { input_usd_per_mtok: '2.5', output_usd_per_mtok: '10', strange: 7 },
  long_context: [{ above_input_tokens: 200_000, input_usd_per_mtok: '5' }],
};
const draft: PriceDraft = {
  ...priceDraft('openai', 'ft:x', null),
  rates: { input_usd_per_mtok: '2.25', output_usd_per_mtok: '9' },
};
const wrongFields = (body: unknown): readonly string[] =>
  (priceBodySchema.safeParse(body).error?.issues ?? []).map(({ path }) => path.join('.'));

describe('a draft of a price', () => {
  it('of a model that has one begins with its rates and holds from now on', () => {
    expect(priceBody(priceDraft('openai', 'gpt-4o', known))).toEqual({
      input_usd_per_mtok: '2.5',
      output_usd_per_mtok: '10',
      long_context: [{ above_input_tokens: 200_000, input_usd_per_mtok: '5' }],
    });
  });

  it('of a model that has none holds always, so that stored calls can have it too', () => {
    expect(priceBody(draft)).toEqual({
      input_usd_per_mtok: '2.25',
      output_usd_per_mtok: '9',
      effective_from: null,
    });
  });

  it('of calls without a provider is of any', () => {
    expect(priceDraft(null, 'gpt-40', null).provider).toBe('*');
  });
});

describe('the body of a price', () => {
  it('is one that the API takes, with rates as with another model', () => {
    expect(wrongFields(priceBody(draft))).toEqual([]);
    const mapped = priceBody({ ...draft, kind: 'maps_to', mapsTo: ' openai/gpt-4o ' });
    expect(mapped).toEqual({ maps_to: 'openai/gpt-4o', effective_from: null });
    expect(wrongFields(mapped)).toEqual([]);
  });

  it('keeps every digit of a rate, and leaves out those that were left empty', () => {
    const rates = { ...draft.rates, cache_read_usd_per_mtok: ' 0.000000001 ', reasoning_usd_per_mtok: '  ' };
    const body = priceBody({ ...draft, rates });
    expect(body['cache_read_usd_per_mtok']).toBe('0.000000001');
    expect(body).not.toHaveProperty('reasoning_usd_per_mtok');
    expect(wrongFields(body)).toEqual([]);
  });

  it('says from when to when, if not from now on for good', () => {
    const dated = priceBody({ ...draft, from: 'date', fromDate: '2026-12-01', toDate: '2027-01-01' });
    expect(dated).toMatchObject({ effective_from: '2026-12-01', effective_to: '2027-01-01' });
    expect(wrongFields(dated)).toEqual([]);
    expect(priceBody({ ...draft, from: 'now' })).not.toHaveProperty('effective_from');
  });

  it('leaves what is wrong to the API, which names its field', () => {
    expect(wrongFields(priceBody({ ...draft, rates: {} }))).toEqual(['input_usd_per_mtok']);
    expect(wrongFields(priceBody({ ...draft, rates: { ...draft.rates, output_usd_per_mtok: 'ten' } }))).toEqual([
      'output_usd_per_mtok',
    ]);
    expect(wrongFields(priceBody({ ...draft, from: 'date', fromDate: '' }))).toEqual(['effective_from']);
    const long = [{ above: 'many', rates: { input_usd_per_mtok: '5' } }];
    expect(wrongFields(priceBody({ ...draft, long }))).toEqual(['long_context.0.above_input_tokens']);
  });
});

describe('the first day of calls that may get a new price', () => {
  const now = Date.parse('2026-11-22T16:00:00Z');

  it('is the one on which the price begins', () => {
    expect(repriceFrom('2026-11-10T00:00:00.000Z', '2026-01-01T00:00:00Z', now)).toBe('2026-11-10');
  });

  it('is that of the first call where it holds always, else 90 days ago', () => {
    expect(repriceFrom(null, '2026-10-31T23:59:59.999Z', now)).toBe('2026-10-31');
    // 22 Nov − 90 days: 22 in November, 31 in October, 30 in September, 7 in August.
    expect(repriceFrom(null, null, now)).toBe('2026-08-24');
  });
});
