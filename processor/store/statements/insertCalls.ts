import type { Queries } from '../database.ts';
import { encodeColumns, namesOf, unnestOf } from '../columns.ts';
import { callColumns, type CallRow, type Identity, identityKey } from '../rows.ts';

const names = namesOf(callColumns);

/**
 * A row that is there already stays as it is. What was written comes back as one value, 32 bytes a row (trace id, span
 * id, start): as many rows of three columns would cost more to read than the insert.
 */
const sql = `
with written as (
  insert into tollgate_data.calls (${names})
  select ${names} from ${unnestOf(callColumns)} as given (${names})
  on conflict (tenant, trace_id, span_id, started_at) do nothing
  returning trace_id, span_id, started_at, tenant
)
select string_agg(encode(trace_id || span_id, 'hex') || to_hex((extract(epoch from started_at) * 1000000)::bigint) || ' ' || tenant, E'\\n') as keys, count(*) as rows
from written`;

/** Writes the rows that are new, in the order given; returns the keys of these, or null when all of them are. */
export async function insertCalls(client: Queries, rows: readonly CallRow[]): Promise<ReadonlySet<string> | null> {
  const [answer] = await client.query<{ keys: string | null; rows: string }>(sql, encodeColumns(callColumns, rows));
  if (Number(answer?.rows) === rows.length) return null;
  return new Set((answer?.keys ?? '').split('\n'));
}

export function isIn(keys: ReadonlySet<string> | null, identity: Identity): boolean {
  return keys === null || keys.has(identityKey(identity));
}
