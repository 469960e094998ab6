import { encodeColumns, hex, namesOf, text, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import type { TraceName } from '../tracesOfGroup.ts';

const columns = [
  text<TraceName>('tenant', (trace) => trace.tenant),
  hex<TraceName>('trace_id', (trace) => trace.traceId),
];

const sql = `
update tollgate_data.traces as kept set is_large = true
from ${unnestOf(columns)} as given (${namesOf(columns)})
where kept.trace_id = given.trace_id and kept.tenant = given.tenant`;

/** The traces must be locked. */
export async function markLarge(client: Queries, traces: readonly TraceName[]): Promise<void> {
  await client.query(sql, encodeColumns(columns, traces));
}
