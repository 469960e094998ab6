import { hash } from 'node:crypto';
import { TollgateError } from '../../src/errors.ts';
import type { Dimensions, Measures, Rollup } from '../../src/ledger.ts';
import { date, type Column, hex, text, timestamptz } from './columns.ts';
import { type LedgerRow, measureColumns } from './ledgerRows.ts';

/** What a transaction adds to one row of a rollup. */
export interface RollupRow {
  readonly tenant: string;
  /** Start of the day or hour, UTC, in microseconds since 1970. */
  readonly periodMicros: number;
  /** md5 of the dimensions, hexadecimal. */
  readonly dims: string;
  readonly dimensions: Dimensions;
  readonly firstMicros: number;
  readonly lastMicros: number;
  readonly measures: Measures;
  /** Something was booked back: the row may have become empty, and its first and last start may be others. */
  readonly isReversed: boolean;
}

type Writable<Record> = { -readonly [Key in keyof Record]: Record[Key] };
type Sum = Writable<Omit<RollupRow, 'measures'>> & { measures: Writable<Measures> };

export const DAY_MICROS = 86_400_000_000;
const HOUR_MICROS = 3_600_000_000;

/** Sums ledger rows into the rows of a rollup, in the order in which every transaction writes them. */
export function rollUp(rollup: Rollup, entries: readonly LedgerRow[]): readonly RollupRow[] {
  const length = rollup.period === 'day' ? DAY_MICROS : HOUR_MICROS;
  const sums = new Map<string, Sum>();
  for (let place = 0; place < entries.length; place += 1) {
    const entry = entries[place];
    if (entry === undefined) continue;
    const next = entries[place + 1];
    if (next !== undefined && isMoveWithin(rollup, entry, next)) {
      place += 1;
      continue;
    }
    const periodMicros = entry.startMicros - (entry.startMicros % length);
    // storableText leaves no NUL in a dimension, so it can part them.
    let named = '';
    for (const name of rollup.dimensions) named += `\0${entry.dimensions[name]}`;
    const key = `${periodMicros}\0${entry.tenant}${named}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, firstSum(entry, periodMicros, named));
    else addEntry(sum, entry);
  }
  return [...sums].sort(byKey).map(([, row]) => row);
}

/** A call booked back and booked again, the same as far as this rollup tells calls apart: nothing of it is written. */
function isMoveWithin(rollup: Rollup, back: LedgerRow, again: LedgerRow): boolean {
  if (back.measures.calls >= 0 || again.entryNo !== back.entryNo + 1) return false;
  if (back.spanId !== again.spanId || back.traceId !== again.traceId) return false;
  if (back.startMicros !== again.startMicros || back.tenant !== again.tenant) return false;
  if (rollup.dimensions.some((name) => back.dimensions[name] !== again.dimensions[name])) return false;
  const [one, two] = [back.measures, again.measures];
  return (
    one.calls + two.calls === 0 &&
    one.unpricedCalls + two.unpricedCalls === 0 &&
    one.errorCalls + two.errorCalls === 0 &&
    one.inputTokens + two.inputTokens === 0 &&
    one.cacheReadTokens + two.cacheReadTokens === 0 &&
    one.cacheWriteTokens + two.cacheWriteTokens === 0 &&
    one.outputTokens + two.outputTokens === 0 &&
    one.reasoningTokens + two.reasoningTokens === 0 &&
    one.durationNano + two.durationNano === 0n &&
    one.costFemtoUsd + two.costFemtoUsd === 0n
  );
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}

function firstSum(entry: LedgerRow, periodMicros: number, named: string): Sum {
  return {
    tenant: entry.tenant,
    periodMicros,
    dims: hash('md5', named),
    dimensions: entry.dimensions,
    firstMicros: entry.startMicros,
    lastMicros: entry.startMicros,
    measures: { ...entry.measures },
    isReversed: entry.measures.calls < 0,
  };
}

function addEntry(sum: Sum, entry: LedgerRow): void {
  sum.firstMicros = Math.min(sum.firstMicros, entry.startMicros);
  sum.lastMicros = Math.max(sum.lastMicros, entry.startMicros);
  sum.isReversed ||= entry.measures.calls < 0;
  const { measures } = sum;
  const added = entry.measures;
  measures.calls += added.calls;
  measures.unpricedCalls += added.unpricedCalls;
  measures.errorCalls += added.errorCalls;
  measures.inputTokens += added.inputTokens;
  measures.cacheReadTokens += added.cacheReadTokens;
  measures.cacheWriteTokens += added.cacheWriteTokens;
  measures.outputTokens += added.outputTokens;
  measures.reasoningTokens += added.reasoningTokens;
  measures.durationNano += added.durationNano;
  measures.costFemtoUsd += added.costFemtoUsd;
  if (Number.isSafeInteger(measures.inputTokens) && Number.isSafeInteger(measures.outputTokens)) return;
  // Cache and reasoning tokens are parts of these two.
  throw new TollgateError(
    'bad_request',
    `The calls of ${entry.tenant} claim more than ${Number.MAX_SAFE_INTEGER} tokens in one export`,
  );
}

/** Tenant, period and dims: the key of every rollup. */
export function rollupKeyColumns(rollup: Rollup): readonly Column<RollupRow>[] {
  return [
    text('tenant', (row) => row.tenant),
    rollup.period === 'day'
      ? date('day', (row) => row.periodMicros / DAY_MICROS)
      : timestamptz('hour', (row) => row.periodMicros),
    hex('dims', (row) => row.dims),
  ];
}

export function rollupColumns(rollup: Rollup): readonly Column<RollupRow>[] {
  return [
    ...rollupKeyColumns(rollup),
    ...rollup.dimensions.map((name) => text<RollupRow>(name, (row) => row.dimensions[name])),
    ...(rollup.seen
      ? [
          timestamptz<RollupRow>('first_seen', (row) => row.firstMicros),
          timestamptz<RollupRow>('last_seen', (row) => row.lastMicros),
        ]
      : []),
    ...measureColumns<RollupRow>(),
  ];
}
