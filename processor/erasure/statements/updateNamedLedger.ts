import type { Dimensions, LedgerReason } from '../../../src/ledger.ts';
import { parseUsd } from '../../../src/money.ts';
import { encodeColumns, namesOf, unnestOf } from '../../store/columns.ts';
import type { Queries } from '../../store/database.ts';
import { dimensionNames, type LedgerRow, measureNames } from '../../store/ledgerRows.ts';
import { type Identity, identityColumns, sameIdentity } from '../../store/rows.ts';
import { isWithinBounds, startBounds } from '../../store/startBounds.ts';
import type { Erasure } from '../erasure.ts';

const OLD = `$${identityColumns.length + 1}`;
const NEW = `$${identityColumns.length + 2}`;

/** The one statement that edits entries of the ledger: docs/decisions/0010. Amounts, numbers and times stay. */
const sql = `
update tollgate_data.ledger as kept set user_id = ${NEW}
from ${unnestOf(identityColumns)} as given (${namesOf(identityColumns)})
where ${sameIdentity('kept')} and ${isWithinBounds('kept', identityColumns.length + 3)} and kept.user_id = ${OLD}
returning encode(kept.trace_id, 'hex') as trace_id, encode(kept.span_id, 'hex') as span_id,
  (extract(epoch from kept.started_at) * 1000000)::bigint as start_micros, kept.entry_no, kept.reason,
  (extract(epoch from kept.booked_at) * 1000000)::bigint as booked_micros,
  ${[...dimensionNames, ...measureNames].map((name) => `kept.${name}`).join(', ')}`;

interface EntryRow extends Dimensions {
  readonly trace_id: string;
  readonly span_id: string;
  readonly start_micros: string;
  readonly entry_no: number;
  readonly reason: LedgerReason;
  readonly booked_micros: string;
  readonly calls: string;
  readonly unpriced_calls: string;
  readonly error_calls: string;
  readonly input_tokens: string;
  readonly cache_read_tokens: string;
  readonly cache_write_tokens: string;
  readonly output_tokens: string;
  readonly reasoning_tokens: string;
  readonly duration_nano: string;
  readonly cost_usd: string;
}

/** Replaces the id in the bookings of these spans; resolves to them as they are now, those of a call by their numbers. */
export async function updateNamedLedger(
  client: Queries,
  { tenant, user, erasedAs }: Erasure,
  spans: readonly Identity[],
): Promise<readonly LedgerRow[]> {
  const bounds = startBounds(spans.map(({ startMicros }) => startMicros));
  const values = [...encodeColumns(identityColumns, spans), user, erasedAs, ...bounds];
  const rows = await client.query<EntryRow>(sql, values);
  return rows.map((row) => entryOf(tenant, row)).toSorted(byNumber);
}

function byNumber(one: LedgerRow, other: LedgerRow): number {
  if (one.traceId !== other.traceId) return one.traceId < other.traceId ? -1 : 1;
  if (one.spanId !== other.spanId) return one.spanId < other.spanId ? -1 : 1;
  return one.startMicros - other.startMicros || one.entryNo - other.entryNo;
}

function entryOf(tenant: string, row: EntryRow): LedgerRow {
  const costFemtoUsd = parseUsd(row.cost_usd);
  if (costFemtoUsd === null)
    throw new Error(`ledger.cost_usd: expected USD with at most 15 decimals, found ${row.cost_usd}`);
  const dimensions = Object.fromEntries(dimensionNames.map((name) => [name, row[name]])) as Dimensions;
  return {
    tenant,
    traceId: row.trace_id,
    spanId: row.span_id,
    startMicros: Number(row.start_micros),
    entryNo: row.entry_no,
    reason: row.reason,
    bookedMicros: Number(row.booked_micros),
    dimensions,
    measures: {
      calls: Number(row.calls),
      unpricedCalls: Number(row.unpriced_calls),
      errorCalls: Number(row.error_calls),
      inputTokens: Number(row.input_tokens),
      cacheReadTokens: Number(row.cache_read_tokens),
      cacheWriteTokens: Number(row.cache_write_tokens),
      outputTokens: Number(row.output_tokens),
      reasoningTokens: Number(row.reasoning_tokens),
      durationNano: BigInt(row.duration_nano),
      costFemtoUsd,
    },
  };
}
