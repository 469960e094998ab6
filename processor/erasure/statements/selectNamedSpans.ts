import { encodeColumns, hex } from '../../store/columns.ts';
import type { Queries } from '../../store/database.ts';
import { PARTITIONED } from '../../store/partitions.ts';
import type { Identity } from '../../store/rows.ts';
import { isWithinBounds, startBounds } from '../../store/startBounds.ts';
import type { ErasureName } from './erasureRows.ts';
import type { LockedTimes } from './lockNamedTraces.ts';
import { namesUser } from './namedRows.ts';

const ids = [hex<string>('trace_id', (id) => id)];

/** For the tenant `is not distinct from`: see `sameIdentity`. */
const named = PARTITIONED.map(
  (table) => `
  select kept.trace_id, kept.span_id, kept.started_at from tollgate_data.${table} as kept
  where kept.trace_id = any ($1::bytea[]) and kept.tenant is not distinct from $2 and ${isWithinBounds('kept', 4)}
    and ${namesUser(table, '$3')}`,
);

const sql = `
select encode(trace_id, 'hex') as trace_id, encode(span_id, 'hex') as span_id,
  (extract(epoch from started_at) * 1000000)::bigint as start_micros
from (${named.join(' union ')}) as named
order by named.trace_id, named.span_id, named.started_at limit $6`;

/** Spans of locked traces of which any row names the user: all rows of a span are changed together, since its bookings add up to it. */
export async function selectNamedSpans(
  client: Queries,
  { tenant, user }: ErasureName,
  {
    traceIds,
    times,
    limit,
  }: { readonly traceIds: readonly string[]; readonly times: LockedTimes; readonly limit: number },
): Promise<readonly Identity[]> {
  const bounds = startBounds([times.firstMicros, times.lastMicros]);
  const values = [...encodeColumns(ids, traceIds), tenant, user, ...bounds, limit];
  const rows = await client.query<{ trace_id: string; span_id: string; start_micros: string }>(sql, values);
  return rows.map((row) => ({
    tenant,
    traceId: row.trace_id,
    spanId: row.span_id,
    startMicros: Number(row.start_micros),
  }));
}
