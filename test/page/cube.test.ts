import { describe, expect, it } from 'vitest';
import { type CubePoint, seriesOf, sharesOf, sortGroups } from '../../dashboards/page/model/cube.ts';

const point = (start: string, agent: string, cost: string | null, calls = 1): CubePoint => ({
  start,
  agent,
  cost_usd: cost,
  calls,
  total_tokens: 10 * calls,
});
const points = [point('d1', 'a', '0.1'), point('d1', 'b', '0.2'), point('d2', 'a', null), point('d2', 'b', '0.3')];

describe('series of the cube', () => {
  it('have a line for each group; a cost that is not known stays unknown', () => {
    expect(seriesOf(points, ['agent'], 'cost', null)).toEqual({
      starts: ['d1', 'd2'],
      series: [
        { name: 'a', points: ['0.1', null] },
        { name: 'b', points: ['0.2', '0.3'] },
      ],
    });
  });

  it('end in what the sum has beyond the groups, to the last digit, and never below 0', () => {
    const totals = [point('d1', '', '1.000000000000001'), point('d2', '', '0.2')];
    // d1: 1.000000000000001 - 0.1 - 0.2 = 0.700000000000001; d2: 0.2 - 0.3 < 0
    expect(seriesOf(points, ['agent'], 'cost', totals).series.at(-1)).toEqual({
      name: 'other',
      points: ['0.700000000000001', '0'],
    });
  });

  it('never take a group that is really named as the rest for the rest, nor two groups for one', () => {
    const named = [point('d1', 'other', '0.1'), point('d1', '"other"', '0.2')];
    expect(seriesOf(named, ['agent'], 'cost', [point('d1', '', '1')]).series).toEqual([
      { name: '"other"', points: ['0.1'] },
      { name: '"\\"other\\""', points: ['0.2'] },
      { name: 'other', points: ['0.7'] },
    ]);
    const two = [
      { ...point('d1', 'a · b', '1'), model: 'c' },
      { ...point('d1', 'a', '2'), model: 'b · c' },
    ];
    const names = seriesOf(two, ['agent', 'model'], 'cost', null).series.map(({ name }) => name);
    expect(names).toEqual(['"a · b" · c', 'a · "b · c"']);
  });

  it('count calls and tokens as well', () => {
    expect(seriesOf([point('d1', 'a', null, 3)], ['agent'], 'calls', null).series[0]?.points).toEqual(['3']);
    expect(seriesOf([point('d1', 'a', null, 3)], ['agent'], 'tokens', null).series[0]?.points).toEqual(['30']);
  });

  it('become shares of each interval: 0.1 and 0.2 of 0.3 are 33.33 and 66.67 per cent, which is 100, and nothing of nothing is 0', () => {
    const empty = [point('d3', 'a', '0'), point('d3', 'b', '0')];
    expect(sharesOf(seriesOf([...points.slice(0, 2), ...empty], ['agent'], 'share', null)).series).toEqual([
      { name: 'a', points: ['33.33', '0'] },
      { name: 'b', points: ['66.67', '0'] },
    ]);
  });
});

describe('groups in a table', () => {
  it('are sorted by money as decimals, not as doubles, with unknown last in both directions', () => {
    const groups = [
      point('', 'a', '0.1000000000000000'),
      point('', 'b', null),
      point('', 'c', '123456789012.000000000000001'),
    ];
    const dearer = point('', 'd', '123456789012.000000000000002');
    const names = (descending: boolean): unknown[] =>
      sortGroups([...groups.slice(1), dearer], 'cost_usd', descending).map(({ agent }) => agent);
    expect(names(true)).toEqual(['d', 'c', 'b']);
    expect(names(false)).toEqual(['c', 'd', 'b']);
  });

  it('are sorted by name as text', () => {
    expect(
      sortGroups(
        [points[1], points[0]].filter((cell) => cell !== undefined),
        'agent',
        false,
      ).map(({ agent }) => agent),
    ).toEqual(['a', 'b']);
  });
});
