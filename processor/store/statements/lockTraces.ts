import { type Column, encodeColumns, hex, int2, namesOf, text, timestamptz, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';

/** A trace that a transaction is about to settle, and what it brings to it. */
export interface TraceTouch {
  readonly tenant: string;
  readonly traceId: string;
  readonly firstMicros: number;
  readonly lastMicros: number;
  readonly hasCalls: boolean;
  readonly isLinked: boolean;
}

export interface LockedTrace extends TraceTouch {
  readonly isLarge: boolean;
}

const columns: readonly Column<TraceTouch>[] = [
  text('tenant', (trace) => trace.tenant),
  hex('trace_id', (trace) => trace.traceId),
  timestamptz('first_at', (trace) => trace.firstMicros),
  timestamptz('last_at', (trace) => trace.lastMicros),
  int2('has_calls', (trace) => (trace.hasCalls ? 1 : 0)),
  int2('is_linked', (trace) => (trace.isLinked ? 1 : 0)),
];
const names = namesOf(columns);

export const traceTimes = `has_calls, is_linked, is_large,
  (extract(epoch from first_at) * 1000000)::bigint as first_micros, (extract(epoch from last_at) * 1000000)::bigint as last_micros`;

/** `xmax` is 0 for a row that this statement inserted. A trace that is new and shares no id has nothing to be loaded. */
const sql = `
with locked as (
  insert into tollgate_data.traces as kept (${names})
  select tenant, trace_id, first_at, last_at, has_calls = 1, is_linked = 1
  from ${unnestOf(columns)} as given (${names})
  on conflict (trace_id, tenant) do update
  set first_at = least(kept.first_at, excluded.first_at), last_at = greatest(kept.last_at, excluded.last_at),
    has_calls = kept.has_calls or excluded.has_calls, is_linked = kept.is_linked or excluded.is_linked
  returning tenant, trace_id, first_at, last_at, has_calls, is_linked, is_large, xmax = 0 as is_new
)
select tenant, encode(trace_id, 'hex') as trace_id, ${traceTimes}
from locked where not is_new`;

export interface LockedRow {
  readonly tenant: string;
  readonly trace_id: string;
  readonly has_calls: boolean;
  readonly is_linked: boolean;
  readonly is_large: boolean;
  readonly first_micros: string;
  readonly last_micros: string;
}

/**
 * Locks the traces until the commit, in the order given: the order of trace id and tenant, in every transaction. Returns those
 * that the store has something of already.
 */
export async function lockTraces(client: Queries, touches: readonly TraceTouch[]): Promise<readonly LockedTrace[]> {
  return (await client.query<LockedRow>(sql, encodeColumns(columns, touches))).map(lockedTraceOf);
}

export function lockedTraceOf(row: LockedRow): LockedTrace {
  return {
    tenant: row.tenant,
    traceId: row.trace_id,
    firstMicros: Number(row.first_micros),
    lastMicros: Number(row.last_micros),
    hasCalls: row.has_calls,
    isLinked: row.is_linked,
    isLarge: row.is_large,
  };
}
