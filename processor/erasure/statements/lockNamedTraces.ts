import { encodeColumns, hex } from '../../store/columns.ts';
import type { Queries } from '../../store/database.ts';

/** Between which times the spans of the traces start. */
export interface LockedTimes {
  readonly firstMicros: number;
  readonly lastMicros: number;
}

const ids = [hex<string>('trace_id', (id) => id)];

/** In the order in which every transaction locks traces. */
const sql = `
select (extract(epoch from kept.first_at) * 1000000)::bigint as first_micros,
  (extract(epoch from kept.last_at) * 1000000)::bigint as last_micros
from tollgate_data.traces as kept
where kept.tenant = $2 and kept.trace_id = any ($1::bytea[])
order by kept.trace_id, kept.tenant for update`;

/** Locks a tenant's traces until the transaction ends: nobody settles them meanwhile. Null: none of them is there. */
export async function lockNamedTraces(
  client: Queries,
  tenant: string,
  traceIds: readonly string[],
): Promise<LockedTimes | null> {
  const rows = await client.query<{ first_micros: string; last_micros: string }>(sql, [
    ...encodeColumns(ids, traceIds),
    tenant,
  ]);
  if (rows.length === 0) return null;
  let firstMicros = Infinity;
  let lastMicros = -Infinity;
  for (const row of rows) {
    firstMicros = Math.min(firstMicros, Number(row.first_micros));
    lastMicros = Math.max(lastMicros, Number(row.last_micros));
  }
  return { firstMicros, lastMicros };
}
