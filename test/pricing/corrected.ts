import type { Adjustment } from '../../src/pricing/adjustment.ts';
import type { Correction } from '../../src/pricing/correction.ts';
import { readRateData, type RateData } from '../../src/pricing/rateData.ts';

/**
 * A correction of `acme/one`, changed by what the test is about. It ends, far from now: one that does not is left out where
 * rate data other than the library's say otherwise.
 */
export function correction(changes: Partial<Correction>): Correction {
  return {
    card: 'acme/one',
    from: null,
    to: '2100-01-01T00:00:00Z',
    rates: {},
    says: 'The card is wrong.',
    source: 'a test',
    instead: null,
    proof: { provider: 'acme', model: 'one', at: '2026-10-01T12:00:00Z', usage: {} },
    ...changes,
  };
}

export function adjustment(changes: Partial<Adjustment> & Pick<Adjustment, 'when'>): Adjustment {
  return { cards: ['acme/*'], from: null, to: null, says: 'It costs otherwise.', source: 'a test', ...changes };
}

/** A rate card of one provider, `acme`, whose `one` costs 10 in, 1 cached and 40 out a million. */
export function rateData(prices: unknown = { input_mtok: 10, cache_read_mtok: 1, output_mtok: 40 }): RateData {
  return readRateData([{ id: 'acme', models: [{ id: 'one', match: { starts_with: 'one' }, prices }] }], 'of a test');
}
