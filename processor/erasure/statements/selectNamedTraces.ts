import type { Queries } from '../../store/database.ts';
import { PARTITIONED } from '../../store/partitions.ts';
import type { ErasureName } from './erasureRows.ts';
import { namesUser } from './namedRows.ts';

export interface NamedTrace {
  readonly traceId: string;
  /** How many rows of the day name the user: of calls, spans and ledger. */
  readonly rows: number;
}

const named = PARTITIONED.map(
  (table) => `
  select kept.trace_id from tollgate_data.${table} as kept
  where kept.tenant = $1 and kept.started_at >= $3::timestamptz and kept.started_at < $4::timestamptz and ${namesUser(table, '$2')}`,
);

const sql = `
select encode(trace_id, 'hex') as trace_id, count(*)::int as rows
from (${named.join(' union all ')}) as named
where trace_id > decode($5, 'hex')
group by trace_id order by trace_id limit $6`;

const DAY_MS = 86_400_000;

/** Traces with rows of a day (UTC, `YYYY-MM-DD`) that name the user, by id, from after `after` on; '' is before all. */
export async function selectNamedTraces(
  client: Queries,
  { tenant, user }: ErasureName,
  { day, after, limit }: { readonly day: string; readonly after: string; readonly limit: number },
): Promise<readonly NamedTrace[]> {
  const from = Date.parse(`${day}T00:00:00Z`);
  const values = [tenant, user, new Date(from), new Date(from + DAY_MS), after, limit];
  const rows = await client.query<{ trace_id: string; rows: number }>(sql, values);
  return rows.map(({ trace_id: traceId, rows: count }) => ({ traceId, rows: count }));
}
