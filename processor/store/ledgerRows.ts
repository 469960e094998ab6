import type { Dimension, LedgerEntry, Measures } from '../../src/ledger.ts';
import { femtoUsd, int4, int8, numeric, text, timestamptz, type Column } from './columns.ts';
import { identityColumns, type Identity } from './rows.ts';

/** A booking of one call. `entryNo` counts the bookings of a call from 0. */
export interface LedgerRow extends Identity, LedgerEntry {
  readonly entryNo: number;
  readonly bookedMicros: number;
}

export function ledgerRow(identity: Identity, entry: LedgerEntry, entryNo: number, bookedMicros: number): LedgerRow {
  const { tenant, traceId, spanId, startMicros } = identity;
  const { reason, dimensions, measures } = entry;
  return { tenant, traceId, spanId, startMicros, entryNo, reason, bookedMicros, dimensions, measures };
}

export const dimensionNames: readonly Dimension[] = [
  'agent',
  'user_id',
  'session_id',
  'run_id',
  'model',
  'provider',
  'service',
  'operation',
  'environment',
  'endpoint',
];

/** The columns every rollup and the ledger share. */
export function measureColumns<Row extends { readonly measures: Measures }>(): readonly Column<Row>[] {
  return [
    int8('calls', ({ measures }) => measures.calls),
    int8('unpriced_calls', ({ measures }) => measures.unpricedCalls),
    int8('error_calls', ({ measures }) => measures.errorCalls),
    int8('input_tokens', ({ measures }) => measures.inputTokens),
    int8('cache_read_tokens', ({ measures }) => measures.cacheReadTokens),
    int8('cache_write_tokens', ({ measures }) => measures.cacheWriteTokens),
    int8('output_tokens', ({ measures }) => measures.outputTokens),
    int8('reasoning_tokens', ({ measures }) => measures.reasoningTokens),
    numeric('duration_nano', ({ measures }) => measures.durationNano),
    femtoUsd('cost_usd', ({ measures }) => measures.costFemtoUsd),
  ];
}

export const measureNames: readonly string[] = measureColumns().map(({ name }) => name);

export const ledgerColumns: readonly Column<LedgerRow>[] = [
  ...identityColumns,
  int4('entry_no', (row) => row.entryNo),
  text('reason', (row) => row.reason),
  timestamptz('booked_at', (row) => row.bookedMicros),
  ...dimensionNames.map((name) => text<LedgerRow>(name, (row) => row.dimensions[name])),
  ...measureColumns<LedgerRow>(),
];
