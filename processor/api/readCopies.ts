import { providerIdsOfCall } from '../../src/charging/traceSpan.ts';
import type { Queries } from '../store/database.ts';
import { selectSharedIds } from '../store/statements/selectSharedIds.ts';
import { TRACES_OF_ID_KEPT } from '../store/traceLimits.ts';
import { idHashOf } from '../store/tracesOfGroup.ts';
import { type CopyJson, duplicateOf } from './duplicateOf.ts';

/** The most other traces that one answer looks for copies in: a gateway may write a trace for each call of a large one. */
export const COPY_TRACES_MAX = 1_000;
/** The most copies one answer names, as many as it has spans. */
export const COPIES_MAX = 10_000;
/** The most steps from trace to trace by ids that copies share. */
const HOPS_MAX = 32;

export interface Copies {
  /** By `copyKey` of the charged call; those of its own trace first, each trace's by start and span id. */
  readonly of: ReadonlyMap<string, readonly CopyJson[]>;
  /** There are more traces or copies than the limits: some copies may be missing. */
  readonly truncated: boolean;
}

/** What is read of the charged calls whose copies are asked for. */
export interface CopyRow {
  readonly trace_hex: string;
  readonly span_hex: string;
  readonly role: 'call' | 'container';
  readonly response_id: string | null;
  readonly request_id: string | null;
  readonly charge: string;
  readonly charge_reason: string | null;
}

export function copyKey(traceId: string, spanId: string): string {
  return `${traceId}/${spanId}`;
}

/**
 * The duplicates of charged calls of one trace: first those of the trace itself, then those of the traces that share a
 * provider's id with a copy found so far. Every trace is read by its key within its times, so no index on the reason is needed.
 */
export async function readCopies(
  client: Queries,
  tenant: string,
  traceId: string,
  charged: readonly CopyRow[],
): Promise<Copies> {
  const [only] = charged;
  if (only === undefined) return { of: new Map(), truncated: false };
  // A pattern of LIKE: ids are hexadecimal.
  const target = charged.length === 1 ? copyKey(traceId, only.span_hex) : copyKey(traceId, '%');
  const seen = new Set([traceId]);
  const found = await readDuplicates(client, tenant, [traceId], target);
  let members: readonly CopyRow[] = [...charged, ...found];
  let more = await otherTraces(client, tenant, members, seen);
  for (let hop = 0; more.length > 0 && hop < HOPS_MAX && found.length <= COPIES_MAX; hop += 1) {
    const room = COPY_TRACES_MAX + 1 - seen.size;
    if (room <= 0) break;
    const next = more.slice(0, room);
    for (const id of next) seen.add(id);
    members = await readDuplicates(client, tenant, next, target);
    for (const row of members) found.push(row);
    more = [...more.slice(room), ...(await otherTraces(client, tenant, members, seen))];
  }
  return { of: byCharged(found.slice(0, COPIES_MAX)), truncated: more.length > 0 || found.length > COPIES_MAX };
}

function byCharged(duplicates: readonly CopyRow[]): Map<string, CopyJson[]> {
  const copies = new Map<string, CopyJson[]>();
  for (const row of duplicates) {
    const charged = duplicateOf(row);
    if (charged === null) continue;
    const key = copyKey(charged.trace_id, charged.span_id);
    const copy = { rule: charged.rule, trace_id: row.trace_hex, span_id: row.span_hex };
    const known = copies.get(key);
    if (known === undefined) copies.set(key, [copy]);
    else known.push(copy);
  }
  return copies;
}

/** Traces not seen yet that brought a provider's id of one of the calls; an id of too many traces is no provider's. */
async function otherTraces(
  client: Queries,
  tenant: string,
  calls: readonly CopyRow[],
  seen: ReadonlySet<string>,
): Promise<string[]> {
  const ids = new Set(
    calls.flatMap(({ role, response_id: responseId, request_id: requestId, trace_hex: traceId }) =>
      providerIdsOfCall({ role, responseId, requestId, traceId }),
    ),
  );
  if (ids.size === 0) return [];
  const shared = await selectSharedIds(
    client,
    [...ids].map((id) => ({ tenant, idHash: idHashOf(id) })),
  );
  const traces = shared.flatMap(({ traceIds }) => (traceIds.length < TRACES_OF_ID_KEPT ? traceIds : []));
  return [...new Set(traces)].filter((id) => !seen.has(id)).sort();
}

/**
 * The limits within keep the planner from joining the other way round, which would read every trace and call; `is not distinct from` for
 * the reason that `sameIdentity` gives: the key of the trace is to be used, not that of the tenant's day.
 */
const sql = `
select call.* from (select distinct decode(id, 'hex') as trace_id from unnest($2::text[]) as given (id)) as given
cross join lateral (
  select * from tollgate_data.traces as kept where kept.trace_id = given.trace_id and kept.tenant is not distinct from $1::text limit 1
) as trace
cross join lateral (
  select encode(trace_id, 'hex') as trace_hex, encode(span_id, 'hex') as span_hex, role, response_id, request_id, charge, charge_reason
  from tollgate_data.calls
  where trace_id = trace.trace_id and tenant is not distinct from trace.tenant and started_at >= trace.first_at and started_at <= trace.last_at
    and charge = 'duplicate' and charge_reason like '% ' || $3::text
  order by started_at, span_id
  limit ${COPIES_MAX + 1}
) as call
order by trace.trace_id
limit ${COPIES_MAX + 1}`;

function readDuplicates(
  client: Queries,
  tenant: string,
  traceIds: readonly string[],
  target: string,
): Promise<CopyRow[]> {
  return client.query<CopyRow>(sql, [tenant, traceIds, target]);
}
