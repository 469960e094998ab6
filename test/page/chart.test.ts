import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highest } from '../../dashboards/page/chart/barsProps.ts';
import { coloursOf } from '../../dashboards/page/chart/colours.ts';
import { labelledBars, tickText, valueTicks } from '../../dashboards/page/chart/scale.ts';
import { barSums, layersOf } from '../../dashboards/page/chart/stack.ts';
import { formatBar, formatTicks, STEP_MIN, unfinishedBar } from '../../dashboards/page/chart/units.ts';

describe('the axis of a chart', () => {
  it('has round marks from 0 to at least the largest bar', () => {
    expect(valueTicks(217.28, 5, STEP_MIN.usd)).toEqual([0, 50, 100, 150, 200, 250]);
    expect(valueTicks(250, 5, STEP_MIN.usd)).toEqual([0, 50, 100, 150, 200, 250]);
    expect(valueTicks(0, 5, STEP_MIN.usd)).toEqual([0, 1]);
    expect(valueTicks(Number.NaN, 5, STEP_MIN.usd)).toEqual([0, 1]);
    fc.assert(
      fc.property(fc.double({ min: 1e-15, max: 1e15, noNaN: true }), (max) => {
        const ticks = valueTicks(max, 5, STEP_MIN.usd);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-8));
        expect(ticks.length).toBeLessThanOrEqual(6);
      }),
    );
  });

  it('writes them as amounts without exponent, with cents only where one has cents', () => {
    expect(formatTicks([0, 50, 100].map(tickText), 'usd')).toEqual(['$0', '$50', '$100']);
    expect(formatTicks([0, 0.5, 1].map(tickText), 'usd')).toEqual(['$0.00', '$0.50', '$1.00']);
    expect(formatTicks([0, 0.0000005].map(tickText), 'usd')).toEqual(['$0.00', '$0.0000005']);
    expect(formatTicks([0, 200_000].map(tickText), 'count')).toEqual(['0', '200 K']);
  });

  it('never repeats a mark: calls are whole, and money has no more than 15 decimals', () => {
    // Half a call is none: 0, 0.5, 1, 1.5, 2 would read 0 1 1 2 2.
    expect(formatTicks(valueTicks(2, 5, STEP_MIN.count).map(tickText), 'count')).toEqual(['0', '1', '2']);
    expect(formatTicks(valueTicks(1e-15, 5, STEP_MIN.usd).map(tickText), 'usd')).toEqual([
      '$0.00',
      '$0.000000000000001',
    ]);
  });

  it('labels so many bars that two labels do not touch', () => {
    // 31 bars of 26 px, 76 px apart: every third.
    expect(labelledBars(31, 806, 76)).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30]);
    expect(labelledBars(3, 806, 76)).toEqual([0, 1, 2]);
    expect(labelledBars(0, 806, 76)).toEqual([]);
  });
});

const series = [
  { name: 'opus', points: ['3', '0', null] },
  { name: 'mini', points: ['1', '0.000000000000001', null] },
];

describe('the bar that is not over', () => {
  const days = ['2026-11-20T23:00:00Z', '2026-11-21T23:00:00Z', '2026-11-22T23:00:00Z'];
  const at = (now: string, starts = days, interval: 'hour' | 'day' | 'week' | 'month' = 'day') =>
    unfinishedBar(starts, interval, Date.parse(now), 'Europe/Berlin');

  it('is today, wherever today stands among the bars', () => {
    expect(at('2026-11-23T22:59:59Z')).toBe(2);
    expect(at('2026-11-22T10:00:00Z')).toBe(1);
  });

  it('is none of a period that is over or has not begun', () => {
    expect(at('2026-11-23T23:00:00Z')).toBeNull();
    expect(at('2026-11-20T22:59:59Z')).toBeNull();
    expect(at('2026-11-20T22:59:59Z', [])).toBeNull();
  });

  it('is today on the days of 23 and of 25 hours', () => {
    // Berlin, 25 October 2026: from 22:00 UTC to 23:00 UTC of the next day.
    expect(at('2026-10-25T22:30:00Z', ['2026-10-24T22:00:00Z'])).toBe(0);
    expect(at('2026-03-29T22:30:00Z', ['2026-03-28T23:00:00Z'])).toBeNull();
  });

  it('lasts an hour, a week or what the month has', () => {
    expect(at('2026-11-22T10:59:59Z', ['2026-11-22T10:00:00Z'], 'hour')).toBe(0);
    expect(at('2026-11-22T11:00:00Z', ['2026-11-22T10:00:00Z'], 'hour')).toBeNull();
    expect(at('2026-11-22T22:59:59Z', ['2026-11-15T23:00:00Z'], 'week')).toBe(0);
    expect(at('2026-11-22T23:00:00Z', ['2026-11-15T23:00:00Z'], 'week')).toBeNull();
    expect(at('2026-10-31T22:59:59Z', ['2026-09-30T22:00:00Z'], 'month')).toBe(0);
    expect(at('2026-10-31T23:00:00Z', ['2026-09-30T22:00:00Z'], 'month')).toBeNull();
  });
});

describe('a stacked bar', () => {
  it('has its layers from the base line up, as high as their share of the axis, a pixel apart', () => {
    // 3 of 4 USD on 100 px are 75 px, less the gap; the other begins where it ends.
    expect(layersOf(series, 0, 4, 100)).toEqual([
      { name: 'opus', y: 25, height: 74 },
      { name: 'mini', y: 0, height: 24 },
    ]);
  });

  it('draws nothing that cannot be seen, and nothing of what is unknown', () => {
    expect(layersOf(series, 1, 4, 100)).toEqual([]);
    expect(layersOf(series, 2, 4, 100)).toEqual([]);
  });

  it('is added up exactly, and is unknown where all of it is', () => {
    expect(barSums(series, 3)).toEqual(['4', '0.000000000000001', null]);
  });

  it('is told by its highest bar', () => {
    const starts = ['2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'];
    const props = { series, starts, interval: 'day' as const, title: 'Spend' };
    expect(highest(['4', '217.28'], props)).toBe('Highest: 21 Nov, $217.28.');
    expect(highest(['0', null], props)).toBe('Nothing in this period.');
    expect(formatBar('2026-11-16T00:00:00Z', 'week')).toBe('week of 16 Nov');
  });
});

describe('the colour of a name', () => {
  it('stays the same whatever its rank, and the tenth and `other` are grey', () => {
    const names = Array.from({ length: 10 }, (_, index) => `model-${index}`);
    const first = coloursOf([...names, 'other']);
    expect(new Set([...first.values()].slice(0, 9)).size).toBe(9);
    expect(first.get('model-9')).toBe('c-other');
    expect(first.get('other')).toBe('c-other');
    const later = coloursOf(names.slice(0, 9).toReversed());
    expect(later.get('model-3')).toBe(first.get('model-3'));
  });

  it('is never that of another in the same chart', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 9 }), (names) => {
        const shown = names.filter((name) => name !== 'other');
        expect(new Set(coloursOf(shown).values()).size).toBe(shown.length);
      }),
    );
  });
});
