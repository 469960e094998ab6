import { hash } from 'node:crypto';
import { providerIdsOfCall } from '../../src/charging/traceSpan.ts';
import type { Queries } from './database.ts';
import type { Group } from './group.ts';
import { claimProviderIds, type ProviderIdClaim, type SharedId } from './statements/claimProviderIds.ts';
import { type LockedTrace, lockTraces, type TraceTouch } from './statements/lockTraces.ts';
import { TRACES_OF_ID_KEPT } from './traceLimits.ts';

export interface TraceName {
  readonly tenant: string;
  readonly traceId: string;
}

/** Trace id first, as the keys have it: the order in which every transaction locks traces. */
export function traceKey({ tenant, traceId }: TraceName): string {
  return `${traceId} ${tenant}`;
}

export function idHashOf(id: string): string {
  return hash('md5', id);
}

/** The traces a transaction settles. */
export interface LockedTraces {
  /** All of them by `traceKey`: those it brings something to or was asked to settle, and those that share an id with them. */
  readonly all: ReadonlyMap<string, TraceTouch>;
  /** Those the store has calls of, or will have. */
  readonly known: readonly LockedTrace[];
}

/** The year 2200: no trace of the store starts after it, or ends before 1970. What a trace that is only locked adds to its times. */
const NEVER_MICROS = 7_258_118_400_000_000;

/**
 * Notes the provider ids that the calls of a group bring, then locks the group's traces, those that share one of these
 * ids, and `others`: ids first, then traces, each in the order of its key, so that no two transactions wait in a ring.
 */
export async function lockTracesOf(
  client: Queries,
  group: Group,
  others: ReadonlyMap<string, TraceName>,
): Promise<LockedTraces> {
  const touches = touchesOf(group);
  for (const shared of await claim(client, group)) link(touches, shared);
  for (const { tenant, traceId } of others.values()) touch(touches, lockOnly(tenant, traceId, false));
  const sorted = [...touches].sort(([one], [two]) => (one < two ? -1 : 1));
  const known = await lockTraces(
    client,
    sorted.map(([, each]) => each),
  );
  for (const trace of known) touches.set(traceKey(trace), trace);
  return { all: touches, known: known.filter(({ hasCalls }) => hasCalls) };
}

function touchesOf(group: Group): Map<string, TraceTouch> {
  const touches = new Map<string, TraceTouch>();
  for (const { tenant, traceId, startMicros } of group.calls) {
    touch(touches, {
      tenant,
      traceId,
      firstMicros: startMicros,
      lastMicros: startMicros,
      hasCalls: true,
      isLinked: false,
    });
  }
  for (const { tenant, traceId, startMicros } of group.spans) {
    touch(touches, {
      tenant,
      traceId,
      firstMicros: startMicros,
      lastMicros: startMicros,
      hasCalls: false,
      isLinked: false,
    });
  }
  return touches;
}

function lockOnly(tenant: string, traceId: string, isLinked: boolean): TraceTouch {
  return { tenant, traceId, firstMicros: NEVER_MICROS, lastMicros: 0, hasCalls: false, isLinked };
}

function touch(touches: Map<string, TraceTouch>, one: TraceTouch): void {
  const key = traceKey(one);
  const other = touches.get(key);
  touches.set(
    key,
    other === undefined
      ? one
      : {
          tenant: one.tenant,
          traceId: one.traceId,
          firstMicros: Math.min(one.firstMicros, other.firstMicros),
          lastMicros: Math.max(one.lastMicros, other.lastMicros),
          hasCalls: one.hasCalls || other.hasCalls,
          isLinked: one.isLinked || other.isLinked,
        },
  );
}

function link(touches: Map<string, TraceTouch>, { tenant, traceIds }: SharedId): void {
  for (const traceId of traceIds) touch(touches, lockOnly(tenant, traceId, true));
}

/** A statement cannot write one row twice, so the second trace of an id goes with the next statement. */
async function claim(client: Queries, group: Group): Promise<readonly SharedId[]> {
  const byId = new Map<string, Map<string, ProviderIdClaim>>();
  for (const { tenant, traceId, startMicros, call } of group.calls) {
    for (const id of providerIdsOfCall(call)) {
      const idHash = idHashOf(id);
      const key = `${idHash} ${tenant}`;
      const claims = byId.get(key) ?? new Map<string, ProviderIdClaim>();
      byId.set(key, claims);
      if (claims.size < TRACES_OF_ID_KEPT) claims.set(traceId, { tenant, idHash, traceId, startMicros });
    }
  }
  const sorted = [...byId].sort(([one], [two]) => (one < two ? -1 : 1)).map(([, claims]) => [...claims.values()]);
  const shared: SharedId[] = [];
  for (let round = 0; ; round += 1) {
    const claims = sorted.flatMap((ofId) => ofId[round] ?? []);
    if (claims.length === 0) return shared;
    for (const each of await claimProviderIds(client, claims)) {
      const isConstant = each.traceIds.length >= TRACES_OF_ID_KEPT;
      // What a constant joined has come apart already: only the traces that bring it now are concerned.
      const own = [...(byId.get(`${each.idHash} ${each.tenant}`)?.keys() ?? [])];
      shared.push(isConstant ? { ...each, traceIds: own } : each);
    }
  }
}
