import { encodeColumns, hex, namesOf, text, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import type { TraceName } from '../tracesOfGroup.ts';
import { type LockedRow, lockedTraceOf, type LockedTrace, traceTimes } from './lockTraces.ts';

const columns = [
  text<TraceName>('tenant', (trace) => trace.tenant),
  hex<TraceName>('trace_id', (trace) => trace.traceId),
];

const sql = `
select kept.tenant, encode(kept.trace_id, 'hex') as trace_id, ${traceTimes}
from ${unnestOf(columns)} as given (${namesOf(columns)})
join tollgate_data.traces as kept on kept.trace_id = given.trace_id and kept.tenant = given.tenant
where kept.has_calls`;

/** What is known of traces, without locking them; of those that have calls. */
export async function selectTraces(client: Queries, traces: readonly TraceName[]): Promise<readonly LockedTrace[]> {
  return (await client.query<LockedRow>(sql, encodeColumns(columns, traces))).map(lockedTraceOf);
}
