import { describe, expect, it } from 'vitest';
import { barSums, layersOf, seriesSum } from '../../dashboards/page/chart/stack.ts';

describe('the sum of a bar', () => {
  it('is exact', () => {
    const series = [
      { name: 'a', points: ['0.1', '1'] },
      { name: 'b', points: ['0.2', '0.000000000000001'] },
    ];
    expect(barSums(series, 2)).toEqual(['0.3', '1.000000000000001']);
  });

  it('is unknown where no call has a price, though another series had none there', () => {
    const series = [
      { name: 'priced elsewhere', points: ['0', '2'] },
      { name: 'unpriced', points: [null, null] },
    ];
    expect(barSums(series, 2)).toEqual([null, '2']);
    expect(series.map(seriesSum)).toEqual(['2', null]);
    expect(seriesSum({ name: 'one day unpriced, none on the other', points: [null, '0'] })).toBeNull();
  });

  it('is 0 where there was no call', () => {
    expect(barSums([{ name: 'a', points: ['0'] }], 1)).toEqual(['0']);
  });
});

describe('the layers of a bar', () => {
  it('stand one on the other, as high as their share of the scale', () => {
    const series = [
      { name: 'low', points: ['1'] },
      { name: 'nothing', points: ['0'] },
      { name: 'unknown', points: [null] },
      { name: 'high', points: ['3'] },
    ];
    // 1 of 4 is 25 of 100 pixels, 3 are 75; a pixel of each is the gap.
    expect(layersOf(series, 0, 4, 100)).toEqual([
      { name: 'low', y: 75, height: 24 },
      { name: 'high', y: 0, height: 74 },
    ]);
  });
});
