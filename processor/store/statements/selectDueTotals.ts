import type { Queries } from '../database.ts';

export interface DueTrace {
  readonly tenant: string;
  readonly traceId: string;
}

/** Traces with an agent's total that was received at or before $1 (microseconds since 1970), the longest waiting first. */
const sql = `
select tenant, encode(trace_id, 'hex') as trace_id
from tollgate_data.calls
where charge = 'pending' and received_at <= timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
group by tenant, trace_id
order by min(received_at)
limit $2`;

export async function selectDueTotals(
  client: Queries,
  untilMicros: number,
  limit: number,
): Promise<readonly DueTrace[]> {
  const rows = await client.query<{ tenant: string; trace_id: string }>(sql, [untilMicros, limit]);
  return rows.map(({ tenant, trace_id: traceId }) => ({ tenant, traceId }));
}
