import { describe, expect, it } from 'vitest';
import { faultsOfNames, faultsOfResult, faultsOfType, namesOfPanel } from './columns.ts';
import type { Panel } from './dashboards.ts';
import type { Result } from './result.ts';
import { canonical, instantOf, quotient, scaled } from './decimals.ts';

const TIME = 1184;
const TEXT = 25;
const NUMERIC = 1700;
const JSONB = 3802;

const resultOf = (columns: Readonly<Record<string, number>>, rows: Result['rows']): Result => ({
  columns: Object.entries(columns).map(([name, typeId]) => ({ name, typeId })),
  rows,
});

const series = (
  rows: Result['rows'],
  columns: Readonly<Record<string, number>> = { time: TIME, metric: TEXT, value: NUMERIC },
) => faultsOfResult({ refId: 'A', format: 'time_series' }, resultOf(columns, rows));

const [noon, one] = ['2026-11-01 12:00:00+00', '2026-11-01 13:00:00+00'];

describe('an answer with a fault', () => {
  it('is found in a series: no time, no order, no number, two values in one place', () => {
    expect(
      series([
        [noon, 'a', '1'],
        [noon, 'b', '1'],
        [one, 'a', null],
      ]),
    ).toEqual([]);
    expect(
      series([
        [one, 'a', '1'],
        [noon, 'a', '1'],
      ]),
    ).toEqual(['A: rows are not in the order of time']);
    expect(
      series([
        [noon, 'a', '1'],
        [noon, 'a', '2'],
      ]),
    ).toEqual(['A: two rows have the same time and labels']);
    expect(series([[null, 'a', '1']])).toEqual(['A: a row has no time']);
    expect(series([], { start: TIME, value: NUMERIC })).toEqual(['A: expected time as the first column, found start']);
    expect(series([], { time: TEXT, value: NUMERIC })).toEqual(['A: time is text']);
    expect(series([], { time: TIME, name: TEXT })).toEqual(['A: no column is a number']);
  });

  it('is found in every format: a type Grafana does not read, a name twice, too many rows', () => {
    const table = (result: Result) => faultsOfResult({ refId: 'A', format: 'table' }, result);
    expect(table(resultOf({ tags: JSONB }, []))[0]).toContain('type 3802');
    const twice = {
      columns: [
        { name: 'a', typeId: TEXT },
        { name: 'a', typeId: TEXT },
      ],
      rows: [],
    };
    expect(table(twice)).toEqual(['A: two columns share a name: a,a']);
    const rows = Array.from({ length: 1_001 }, () => ['x']);
    expect(table(resultOf({ a: TEXT }, rows))).toEqual(['A: 1001 rows, expected 1000 at most']);
    expect(table(resultOf({ a: TEXT }, rows.slice(1)))).toEqual([]);
  });
});

const panel: Panel = {
  id: 1,
  type: 'table',
  title: 'Users',
  targets: [{ refId: 'A', format: 'table', rawSql: 'select' }],
  options: { reduceOptions: { fields: '/^cost$/' } },
  fieldConfig: {
    overrides: [
      {
        matcher: { id: 'byName', options: 'User' },
        properties: [{ id: 'links', value: [{ url: '/d/x?var-user=${__data.fields.User:percentencode}' }] }],
      },
    ],
  },
  transformations: [{ id: 'organize', options: { renameByName: { user_id: 'User' } } }],
};

describe('a name in a panel', () => {
  const [target] = panel.targets;
  const namesOf = (columns: Readonly<Record<string, number>>): Set<string> =>
    namesOfPanel(panel, target === undefined ? [] : [[target, resultOf(columns, [])]]);

  it('is a column, after what is renamed', () => {
    expect(faultsOfNames(panel, namesOf({ user_id: TEXT, cost: NUMERIC }))).toEqual([]);
    expect(faultsOfNames(panel, namesOf({ user: TEXT, costs: NUMERIC }))).toEqual([
      'an override names "User", which is none of user, costs',
      'a link names "User", which is none of user, costs',
      'reduceOptions.fields names "cost", which is none of user, costs',
    ]);
  });

  it('is one that a panel of that type reads', () => {
    expect(faultsOfType({ ...panel, type: 'nodeGraph' }, new Set(['title']))).toEqual([
      'a panel of type nodeGraph needs a column id',
    ]);
  });
});

describe('figures', () => {
  it('are compared as decimals, whatever zeros they end in', () => {
    expect(['0.0070', '-0.000', '10', '-1.50'].map(canonical)).toEqual(['0.007', '0', '10', '-1.5']);
    expect([scaled('0.4999', 0), scaled('0.5', 0), scaled('-0.5', 0)]).toEqual([0n, 1n, -1n]);
    expect(() => scaled('1e5', 2)).toThrow('expected a decimal, found "1e5"');
  });

  it('are divided exactly and rounded half away from zero at the twelfth digit', () => {
    // 2 / 3 = 0.6666…
    expect(quotient('2', 3)).toEqual({ digits: 12, value: '0.666666666667' });
    expect(quotient('1', '0.000004')).toEqual({ digits: 12, value: '250000' });
    expect([quotient(null, 3), quotient('1', 0), quotient('1', null)]).toEqual([null, null, null]);
  });

  it('are instants to the microsecond, whatever zone they are written in', () => {
    expect(instantOf('2026-11-23 00:30:00.25+09')).toBe('2026-11-22T15:30:00.250000Z');
    expect(instantOf('2026-11-22T15:30:00.250001Z')).toBe('2026-11-22T15:30:00.250001Z');
    expect(instantOf('2026-11-22 21:00:00+05:30')).toBe('2026-11-22T15:30:00.000000Z');
  });
});
