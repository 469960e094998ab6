import { hash } from 'node:crypto';
import { CALLS_OF_ID_MAX } from '../../src/charging/sameProviderId.ts';
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

/** Names a provider's id of a tenant, by its hash. */
export function idKey(tenant: string, idHash: string): string {
  return `${idHash} ${tenant}`;
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
  /** Ids, by `idKey`, that this very transaction makes constants, if on a copy that does not stay: what they joined comes apart. */
  readonly turnedIds: ReadonlyMap<string, string>;
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
  const { shared, turnedIds } = await claim(client, group);
  for (const each of shared) link(touches, each);
  for (const { tenant, traceId } of others.values()) touch(touches, lockOnly(tenant, traceId, false));
  const sorted = [...touches].sort(([one], [two]) => (one < two ? -1 : 1));
  const known = await lockTraces(
    client,
    sorted.map(([, each]) => each),
  );
  for (const trace of known) touches.set(traceKey(trace), trace);
  return { all: touches, known: known.filter(({ hasCalls }) => hasCalls), turnedIds };
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

interface ClaimedId {
  readonly id: string;
  readonly claims: ProviderIdClaim[];
  /** All traces of the group that carry it. */
  readonly traceIds: Set<string>;
}

/**
 * A statement cannot write one row twice, so the second trace of an id goes with the next statement. Returns the ids that several
 * traces have brought, with the traces to be settled for it.
 */
async function claim(
  client: Queries,
  group: Group,
): Promise<{ readonly shared: readonly SharedId[]; readonly turnedIds: ReadonlyMap<string, string> }> {
  const claimed = claimedIds(group);
  const sorted = [...claimed].sort(([one], [two]) => (one < two ? -1 : 1)).map(([, { claims }]) => claims);
  const shared = new Map<string, SharedId>();
  const constants = new Set<string>();
  for (let round = 0; ; round += 1) {
    const claims = sorted.flatMap((ofId) => ofId[round] ?? []);
    if (claims.length === 0) break;
    for (const each of await claimProviderIds(client, claims)) {
      const key = idKey(each.tenant, each.idHash);
      shared.set(key, each);
      if (round === 0 && each.traceIds.length >= TRACES_OF_ID_KEPT) constants.add(key);
    }
  }
  const turnedIds = new Map<string, string>();
  const concerned = [...shared].map(([key, each]): SharedId => {
    if (each.traceIds.length <= CALLS_OF_ID_MAX) return each;
    const own = claimed.get(key);
    const ownTraces = [...(own?.traceIds ?? [])];
    // What a constant joined has come apart already: only the traces that bring it now are concerned.
    if (constants.has(key)) return { ...each, traceIds: ownTraces };
    if (own !== undefined) turnedIds.set(key, own.id);
    return { ...each, traceIds: [...each.traceIds, ...ownTraces] };
  });
  return { shared: concerned, turnedIds };
}

/** Each id with the traces that carry it, on whatever copy of a call: which copy stays may show in another transaction only. */
function claimedIds(group: Group): ReadonlyMap<string, ClaimedId> {
  const claimed = new Map<string, ClaimedId>();
  for (const { tenant, traceId, startMicros, call } of group.copies) {
    for (const id of providerIdsOfCall(call)) {
      const idHash = idHashOf(id);
      const key = idKey(tenant, idHash);
      const known = claimed.get(key) ?? { id, claims: [], traceIds: new Set<string>() };
      claimed.set(key, known);
      const { claims, traceIds } = known;
      if (!traceIds.has(traceId) && claims.length < TRACES_OF_ID_KEPT) {
        claims.push({ tenant, idHash, traceId, startMicros });
      }
      traceIds.add(traceId);
    }
  }
  return claimed;
}
