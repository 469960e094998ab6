import { hash } from 'node:crypto';
import { addMeasures, type Dimensions, type Measures, noMeasures, type Rollup } from '../../src/ledger.ts';
import { date, type Column, hex, text, timestamptz } from './columns.ts';
import { type LedgerRow, measureColumns } from './ledgerRows.ts';

/** What a transaction adds to one row of a rollup. */
export interface RollupRow {
  readonly tenant: string;
  /** Start of the day or hour, UTC. */
  readonly periodMicros: bigint;
  /** md5 of the dimensions, hexadecimal. */
  readonly dims: string;
  readonly dimensions: Dimensions;
  readonly firstMicros: bigint;
  readonly lastMicros: bigint;
  readonly measures: Measures;
  /** Something was booked back: the row may have become empty, and its first and last start may be others. */
  readonly isReversed: boolean;
}

export const DAY_MICROS = 86_400_000_000n;
const HOUR_MICROS = 3_600_000_000n;

/** Sums ledger rows into the rows of a rollup, in the order in which every transaction writes them. */
export function rollUp(rollup: Rollup, entries: readonly LedgerRow[]): readonly RollupRow[] {
  const length = rollup.period === 'day' ? DAY_MICROS : HOUR_MICROS;
  const sums = new Map<string, RollupRow>();
  for (const entry of entries) {
    const periodMicros = entry.startMicros - (entry.startMicros % length);
    const named = rollup.dimensions.map((name) => entry.dimensions[name]);
    // storableText leaves no NUL in a dimension, so it can part them.
    const key = `${periodMicros.toString(16)}\0${entry.tenant}\0${named.join('\0')}`;
    const sum = sums.get(key);
    sums.set(key, sum === undefined ? firstRow(entry, periodMicros, named) : addEntry(sum, entry));
  }
  return [...sums].sort(byKey).map(([, row]) => row);
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}

function firstRow(entry: LedgerRow, periodMicros: bigint, named: readonly string[]): RollupRow {
  return {
    tenant: entry.tenant,
    periodMicros,
    dims: hash('md5', named.join('\0')),
    dimensions: entry.dimensions,
    firstMicros: entry.startMicros,
    lastMicros: entry.startMicros,
    measures: entry.measures,
    isReversed: entry.measures.calls < noMeasures.calls,
  };
}

function addEntry(sum: RollupRow, entry: LedgerRow): RollupRow {
  return {
    ...sum,
    firstMicros: entry.startMicros < sum.firstMicros ? entry.startMicros : sum.firstMicros,
    lastMicros: entry.startMicros > sum.lastMicros ? entry.startMicros : sum.lastMicros,
    measures: addMeasures(sum.measures, entry.measures),
    isReversed: sum.isReversed || entry.measures.calls < noMeasures.calls,
  };
}

/** Tenant, period and dims: the key of every rollup. */
export function rollupKeyColumns(rollup: Rollup): readonly Column<RollupRow>[] {
  return [
    text('tenant', (row) => row.tenant),
    rollup.period === 'day'
      ? date('day', (row) => Number(row.periodMicros / DAY_MICROS))
      : timestamptz('hour', (row) => row.periodMicros),
    hex('dims', (row) => row.dims),
  ];
}

export function rollupColumns(rollup: Rollup): readonly Column<RollupRow>[] {
  return [
    ...rollupKeyColumns(rollup),
    ...rollup.dimensions.map((name) => text<RollupRow>(name, (row) => row.dimensions[name])),
    ...(rollup.seen
      ? [timestamptz<RollupRow>('first_seen', (row) => row.firstMicros), timestamptz<RollupRow>('last_seen', (row) => row.lastMicros)]
      : []),
    ...measureColumns<RollupRow>(),
  ];
}
