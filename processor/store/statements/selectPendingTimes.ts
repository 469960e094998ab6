import { encodeColumns, hex, namesOf, text, timestamptz, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import { isWithinBounds, startBounds } from '../startBounds.ts';
import type { TraceTouch } from './lockTraces.ts';
import type { TraceWindow } from './selectTraceRows.ts';

const columns = [
  text<TraceTouch>('tenant', (trace) => trace.tenant),
  hex<TraceTouch>('trace_id', (trace) => trace.traceId),
  timestamptz<TraceTouch>('first_at', (trace) => trace.firstMicros),
  timestamptz<TraceTouch>('last_at', (trace) => trace.lastMicros),
];

const sql = `
select kept.tenant, encode(kept.trace_id, 'hex') as trace_id,
  (extract(epoch from min(kept.started_at)) * 1000000)::bigint as first_micros,
  (extract(epoch from max(kept.started_at)) * 1000000)::bigint + max(kept.duration_nano) / 1000 as last_micros
from ${unnestOf(columns)} as given (${namesOf(columns)})
join tollgate_data.calls as kept on kept.trace_id = given.trace_id and kept.tenant = given.tenant
  and kept.started_at >= given.first_at and kept.started_at <= given.last_at
where kept.charge = 'pending' and ${isWithinBounds('kept', columns.length + 1)}
group by kept.tenant, kept.trace_id`;

interface TimesRow {
  readonly tenant: string;
  readonly trace_id: string;
  readonly first_micros: string;
  readonly last_micros: string;
}

/** When the agents' totals that wait for their settle delay start and end, of each trace that has any. */
export async function selectPendingTimes(
  client: Queries,
  traces: readonly TraceTouch[],
): Promise<readonly TraceWindow[]> {
  const bounds = startBounds(traces.flatMap(({ firstMicros, lastMicros }) => [firstMicros, lastMicros]));
  const rows = await client.query<TimesRow>(sql, [...encodeColumns(columns, traces), ...bounds]);
  return rows.map((row) => ({
    tenant: row.tenant,
    traceId: row.trace_id,
    firstMicros: Number(row.first_micros),
    lastMicros: Number(row.last_micros),
  }));
}
