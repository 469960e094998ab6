import type { ModelInfo } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { compareRateData } from '../../src/pricing/compareRateData.ts';
import { libraryData, type RateData } from '../../src/pricing/rateData.ts';

const model: ModelInfo = { id: 'm', match: { equals: 'm' }, prices: { input_mtok: 1, output_mtok: 2 } };

function dataOf(...models: ModelInfo[]): RateData {
  return { version: 'v', providers: [{ id: 'p', name: 'P', api_pattern: 'p', models }] };
}

describe('the difference of two rate cards', () => {
  it('is nothing for the same data, whatever the order of its keys', () => {
    expect(compareRateData(libraryData(), libraryData())).toEqual([]);
    const turned: ModelInfo = { prices: { output_mtok: 2, input_mtok: 1 }, match: { equals: 'm' }, id: 'm' };
    expect(compareRateData(dataOf(model), dataOf(turned))).toEqual([]);
  });

  it('names what was added and removed', () => {
    expect(compareRateData(dataOf(model), dataOf({ ...model, id: 'n' }))).toEqual([
      { card: 'p/m', change: 'removed', figures: [] },
      { card: 'p/n', change: 'added', figures: [] },
    ]);
  });

  it('names each figure before and after', () => {
    const dearer: ModelInfo = { ...model, prices: { input_mtok: 1, output_mtok: 3, cache_read_mtok: 0.1 } };
    expect(compareRateData(dataOf(model), dataOf(dearer))).toEqual([
      {
        card: 'p/m',
        change: 'prices',
        figures: [
          { figure: 'output_mtok', before: '2', after: '3' },
          { figure: 'cache_read_mtok', before: null, after: '0.1' },
        ],
      },
    ]);
  });

  it('tells dates, hours and tiers from plain figures', () => {
    const dated: ModelInfo = {
      ...model,
      prices: [
        { prices: { input_mtok: 1, output_mtok: 2 } },
        { constraint: { type: 'start_date', start_date: '2026-12-01' }, prices: { input_mtok: 0.5 } },
        {
          constraint: { type: 'time_of_date', start_time: '01:00:00Z', end_time: '04:00:00Z' },
          prices: { input_mtok: { base: 2, tiers: [{ start: 200_000, price: 4 }] } },
        },
      ],
    };
    expect(compareRateData(dataOf(model), dataOf(dated))).toEqual([
      {
        card: 'p/m',
        change: 'prices',
        figures: [
          { figure: 'from 2026-12-01T00:00:00.000Z input_mtok', before: null, after: '0.5' },
          { figure: '01:00:00Z to 04:00:00Z input_mtok', before: null, after: '2, above 200000: 4' },
        ],
      },
    ]);
  });

  it('names cards to which other names lead', () => {
    const named: ModelInfo = { ...model, match: { or: [{ equals: 'm' }, { starts_with: 'm-' }] } };
    expect(compareRateData(dataOf(model), dataOf(named))).toEqual([{ card: 'p/m', change: 'names', figures: [] }]);
  });
});
