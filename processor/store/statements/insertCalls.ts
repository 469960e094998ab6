import { encodeColumns, EPOCH_2000_MICROS, namesOf, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import { callColumns, type CallRow, identityKey } from '../rows.ts';

const names = namesOf(callColumns);

/**
 * A row that is there already stays as it is. What was written comes back as one value a tenant, 32 bytes a row (trace
 * id, span id, start): as many rows of columns would cost more to read than the insert.
 */
const sql = `
with written as (
  insert into tollgate_data.calls (${names})
  select ${names} from ${unnestOf(callColumns)} as given (${names})
  on conflict (tenant, trace_id, span_id, started_at) do nothing
  returning tenant, trace_id, span_id, started_at
)
select tenant, count(*) as count, string_agg(trace_id || span_id || timestamptz_send(started_at), ''::bytea) as identities
from written
group by tenant`;

interface Written {
  readonly tenant: string;
  readonly count: string;
  readonly identities: Buffer;
}

const TRACE_ID_BYTES = 16;
const IDS_BYTES = 24;
const IDENTITY_BYTES = 32;

/** Writes the rows that are new, in the order given; returns which of them these are. */
export async function insertCalls(client: Queries, rows: readonly CallRow[]): Promise<readonly CallRow[]> {
  const written = await client.query<Written>(sql, encodeColumns(callColumns, rows));
  const count = written.reduce((sum, each) => sum + Number(each.count), 0);
  if (count === rows.length) return rows;
  const keys = new Set(written.flatMap((each) => keysOf(each.tenant, each.identities)));
  return rows.filter((row) => keys.has(identityKey(row)));
}

function keysOf(tenant: string, identities: Buffer): string[] {
  const keys: string[] = [];
  for (let start = 0; start < identities.length; start += IDENTITY_BYTES) {
    const traceId = identities.toString('hex', start, start + TRACE_ID_BYTES);
    const spanId = identities.toString('hex', start + TRACE_ID_BYTES, start + IDS_BYTES);
    const startMicros = Number(identities.readBigInt64BE(start + IDS_BYTES)) + EPOCH_2000_MICROS;
    keys.push(identityKey({ tenant, traceId, spanId, startMicros }));
  }
  return keys;
}
