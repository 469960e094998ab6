import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dimensionWord,
  filterParams,
  readFilters,
  splitValues,
  withFilter,
  withoutFilter,
} from '../../dashboards/page/model/filters.ts';

describe('filters in an address', () => {
  it('are read as the API reads them: commas divide, \\, is a comma, a name that is no dimension is passed over', () => {
    const query = new URLSearchParams([
      ['agent', 'a,b'],
      ['user', 'Doe\\, Jane'],
      ['tag.feature', 'faq'],
      ['tag.', 'no name'],
      ['period', '7d'],
      ['agent', 'a'],
    ]);
    expect(readFilters(query)).toEqual([
      { dimension: 'agent', value: 'a' },
      { dimension: 'agent', value: 'b' },
      { dimension: 'user', value: 'Doe, Jane' },
      { dimension: 'tag.feature', value: 'faq' },
    ]);
  });

  it('come back from what they are written as, whatever the value holds', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, unit: 'grapheme' }), { minLength: 1 }), (values) => {
        const query = new URLSearchParams();
        const filters = values.map((value) => ({ dimension: 'agent', value }));
        for (const text of filterParams(filters)['agent'] ?? []) query.append('agent', text);
        expect(readFilters(query).map(({ value }) => value)).toEqual([...new Set(values)]);
      }),
    );
  });

  it('keep a lone backslash', () => {
    expect(splitValues('a\\b,c\\\\')).toEqual(['a\\b', 'c\\']);
  });

  it('hold each value once, and lose the one that is taken out', () => {
    const one = withFilter([], { dimension: 'agent', value: 'a' });
    expect(withFilter(one, { dimension: 'agent', value: 'a' })).toEqual(one);
    expect(withoutFilter(one, { dimension: 'agent', value: 'a' })).toEqual([]);
    expect(withoutFilter(one, { dimension: 'user', value: 'a' })).toEqual(one);
  });

  it('name a tag as a tag', () => {
    expect([dimensionWord('agent'), dimensionWord('tag.feature')]).toEqual(['Agent', 'Tag feature']);
  });
});
