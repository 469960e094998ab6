import { z } from 'zod';
import { NO_DIMENSION } from '../../src/ledger.ts';
import type { Queries } from '../store/database.ts';
import { SQL_INSTANT_FORMAT, trimInstant } from './instant.ts';
import { instantSchema, measuresOf, measuresSchema, type SummedRow, trimUsd, usdSchema } from './measures.ts';
import { summedColumns } from './facts.ts';

/** The most bookings of one call that an answer holds, the latest. */
export const LEDGER_ENTRIES_MAX = 1_000;

const text = z.string().nullable();

/** One booking of a call. What is booked back is negative. */
export const ledgerEntrySchema = z.object({
  entry_no: z.int().meta({ description: 'Of the call, from 0' }),
  reason: z.string().meta({
    description:
      'charge (first booked), replaced (a more complete copy of the span), attributed (it belongs to another agent, user, session … than was known), merged (another copy of the paid call is charged in its place, or no longer is), reversed (a container after all)',
  }),
  booked_at: instantSchema,
  ...measuresSchema.shape,
  calls: z.int().meta({ description: '1, or -1 for what is booked back: then all figures are negative' }),
  cost_usd: usdSchema.nullable().meta({ description: 'Null without a price' }),
  agent: text,
  user: text,
  session: text,
  run: text,
  model: text,
  provider: text,
  service: text,
  operation: text,
  environment: text,
  endpoint: text,
});
z.globalRegistry.add(ledgerEntrySchema, { id: 'LedgerEntry' });
type LedgerEntryJson = z.output<typeof ledgerEntrySchema>;

const columnOf = {
  agent: 'agent',
  user: 'user_id',
  session: 'session_id',
  run: 'run_id',
  model: 'model',
  provider: 'provider',
  service: 'service',
  operation: 'operation',
  environment: 'environment',
  endpoint: 'endpoint',
} as const;
type Dimension = keyof typeof columnOf;

interface EntryRow extends SummedRow, Readonly<Record<Dimension, string>> {
  readonly entry_no: number;
  readonly reason: string;
  readonly booked: string;
}

const dimensionColumns = Object.entries(columnOf).map(([name, column]) => `${column} as "${name}"`);

const sql = `
select entry_no, reason, to_char(booked_at at time zone 'UTC', '${SQL_INSTANT_FORMAT}') as booked,
  ${[...dimensionColumns, ...summedColumns].join(', ')}
from tollgate_data.ledger
where trace_id = decode($2::text, 'hex') and span_id = decode($3::text, 'hex') and tenant = $1::text and started_at = $4::timestamptz
order by entry_no desc limit ${LEDGER_ENTRIES_MAX}`;

/** The bookings of one call in their order. `startedAt` is its start to the microsecond, as its row has it. */
export async function readLedger(
  client: Queries,
  call: { readonly tenant: string; readonly traceId: string; readonly spanId: string; readonly startedAt: string },
): Promise<LedgerEntryJson[]> {
  const rows = await client.query<EntryRow>(sql, [call.tenant, call.traceId, call.spanId, call.startedAt]);
  return rows.toReversed().map(entryJson);
}

function entryJson(row: EntryRow): LedgerEntryJson {
  const isUnpriced = Number(row.calls) !== 0 && row.unpriced_calls === row.calls;
  return {
    entry_no: row.entry_no,
    reason: row.reason,
    booked_at: trimInstant(row.booked),
    ...measuresOf(row),
    cost_usd: isUnpriced ? null : trimUsd(row.cost_usd),
    agent: given(row.agent),
    user: given(row.user),
    session: given(row.session),
    run: given(row.run),
    model: given(row.model),
    provider: given(row.provider),
    service: given(row.service),
    operation: given(row.operation),
    environment: given(row.environment),
    endpoint: given(row.endpoint),
  };
}

/** The ledger, which groups, writes a missing dimension as a name; a call, like every record of the API, has null. */
function given(name: string): string | null {
  return name === NO_DIMENSION ? null : name;
}
