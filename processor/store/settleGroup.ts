import { CALLS_OF_ID_MAX } from '../../src/charging/sameProviderId.ts';
import { Settlement, type Decision } from '../../src/charging/settlement.ts';
import type { TraceNode } from '../../src/charging/traceTree.ts';
import { type Affected, affectedCalls, type LinkedTrace } from './affectedCalls.ts';
import { keepErasedUsers, withoutErasedIds } from './erasedUsers.ts';
import { keepWhatWasDecided } from './lostRows.ts';
import { loadTraces } from './loadTraces.ts';
import type { Queries } from './database.ts';
import { type Group, groupOf } from './group.ts';
import { DAY_MICROS } from './rollUp.ts';
import { identityKey } from './rows.ts';
import type { SettledSpan } from './settledSpan.ts';
import type { SharedId } from './statements/claimProviderIds.ts';
import { selectClosingDate } from './statements/selectClosingDate.ts';
import { selectSharedIds } from './statements/selectSharedIds.ts';
import { selectTraces } from './statements/selectTraces.ts';
import type { StoredCall } from './store.ts';
import { byTrace, type NewPrice, tenantsOf, type TraceRows, tracesWithCalls } from './traceRows.ts';
import { idHashOf, type LockedTraces, traceKey, type TraceName } from './tracesOfGroup.ts';

type Node = TraceNode<SettledSpan>;

/** Thrown when traces have to be settled together with those that are locked; locked out of order they could wait in a ring. */
export class MoreTracesNeeded extends Error {
  readonly traces: readonly TraceName[];

  constructor(traces: readonly TraceName[]) {
    super(`${traces.length} more traces are to be settled together with these`);
    this.traces = traces;
  }
}

export interface SettledGroup {
  /** Of each call of the locked traces, by `identityKey`. */
  readonly outcomes: ReadonlyMap<string, StoredCall>;
  /** The plain spans of the group, as they are to be written. */
  readonly spans: Group['spans'];
  readonly decisions: readonly Decision<SettledSpan>[];
  /** Calls that share a provider's id with others and are not one call with them. */
  readonly conflicts: number;
}

export interface SettlingAt {
  readonly nowMicros: number;
  readonly settleDelayMicros: number;
  /** False: settles what is locked, though ids lead further. A chain of thousands of traces is nobody's calls. */
  readonly followsLinks: boolean;
}

/**
 * Reads what the store has of the locked traces, adds what arrived or has another price, and decides what is to be charged to
 * whom. Nothing arrives of a call that is priced anew.
 */
export async function settleGroup(
  client: Queries,
  group: Group,
  locked: LockedTraces,
  at: SettlingAt,
  prices: readonly NewPrice[] = [],
): Promise<SettledGroup> {
  const loaded = await loadTraces(client, group, locked.known, prices);
  const arriving = withoutErasedIds(group, loaded);
  const byTenant = tenantsOf(tracesWithCalls(arriving, locked, loaded, at.nowMicros, prices));
  const isDue = (span: SettledSpan): boolean => span.receivedMicros + at.settleDelayMicros <= at.nowMicros;
  const mayHaveLost = await lostRowsTest(client, locked, at.nowMicros);
  const decisions: Decision<SettledSpan>[] = [];
  let conflicts = 0;
  for (const [tenant, traces] of byTenant) {
    const settlement = new Settlement<SettledSpan>(isDue);
    const { affected, joinedIds } = await settleTenant(client, tenant, traces, settlement, locked, at.followsLinks);
    const decided = traces.flatMap(({ traceId, isLinked }) => {
      const isAsked = (node: Node): boolean => !node.span.isDistant && (!isLinked || affected.has(node));
      return settlement.decide(traceId, isAsked).filter(isCertain);
    });
    const isWhole = !traces.some((trace) => mayHaveLost(trace));
    decisions.push(
      ...(isWhole
        ? decided
        : keepWhatWasDecided(decided, decideWithoutArrivals(traces, joinedIds, isDue), mayHaveLost)),
    );
    conflicts += settlement.conflicts;
  }
  const kept = keepErasedUsers(decisions);
  return { outcomes: outcomesOf(loaded, kept), spans: arriving.spans, decisions: kept, conflicts };
}

/** A partition is dropped when its day ended at least two days ago: what began since has lost nothing. */
const WHOLE_MICROS = DAY_MICROS;

/**
 * Whether a trace may have lost rows to retention: it began before the closing date, or within a day after it, since its
 * calls may be copies of calls in another trace that did. Asked after the rows are read, whose tables are locked from then
 * on: the closing date moves before a day is dropped.
 */
async function lostRowsTest(
  client: Queries,
  locked: LockedTraces,
  nowMicros: number,
): Promise<(trace: TraceName) => boolean> {
  const isOld = locked.known.some(({ firstMicros }) => firstMicros < nowMicros - WHOLE_MICROS);
  const closedBefore = isOld ? await selectClosingDate(client) : 0;
  if (closedBefore === 0) return () => false;
  return (name) => {
    const trace = locked.all.get(traceKey(name));
    // One that is only locked ends before it begins: nothing is known of it any more.
    return (
      trace !== undefined && (trace.firstMicros < closedBefore + DAY_MICROS || trace.lastMicros < trace.firstMicros)
    );
  };
}

/** What the rows that the store has say by themselves. */
function decideWithoutArrivals(
  traces: readonly TraceRows[],
  joinedIds: ReadonlySet<string>,
  isDue: (span: SettledSpan) => boolean,
): readonly Decision<SettledSpan>[] {
  const settlement = new Settlement<SettledSpan>(isDue);
  for (const { before } of traces) settlement.addTrace(before);
  for (const id of joinedIds) settlement.joinId(id);
  return traces.flatMap(({ traceId }) => settlement.decide(traceId, () => true));
}

/** What is below a distant span is not all here: that it is above a call is certain, that it is above none is not. */
function isCertain({ span, charge }: Decision<SettledSpan>): boolean {
  return !span.isDistant || charge === 'container';
}

/** Calls of linked traces that nothing changed about are not decided anew: of them what is stored holds. */
function outcomesOf(
  loaded: readonly SettledSpan[],
  decisions: readonly Decision<SettledSpan>[],
): ReadonlyMap<string, StoredCall> {
  const outcomes = new Map<string, StoredCall>();
  for (const row of loaded) {
    if (row.stored === null) continue;
    const { charge, attribution } = row.stored;
    outcomes.set(identityKey(row), { charge, known: true, attribution });
  }
  for (const { span, charge, attribution } of decisions) {
    outcomes.set(identityKey(span), { charge, known: span.arrived === null, attribution });
  }
  return outcomes;
}

interface SettledTenant {
  /** Which calls of linked traces are decided anew. */
  readonly affected: Affected['calls'];
  readonly joinedIds: ReadonlySet<string>;
}

/** Relates the calls of a tenant's traces. */
async function settleTenant(
  client: Queries,
  tenant: string,
  traces: readonly TraceRows[],
  settlement: Settlement<SettledSpan>,
  locked: LockedTraces,
  followsLinks: boolean,
): Promise<SettledTenant> {
  const nodesOf = new Map(traces.map((trace) => [trace, settlement.addTrace(trace.after)]));
  const joinedIds = idsOf([...nodesOf].flatMap(([{ isLinked }, nodes]) => (isLinked ? [] : nodes)));
  for (const id of joinedIds) settlement.joinId(id);
  const linked = traces.filter(({ isLinked }) => isLinked);
  if (linked.length === 0) return { affected: new Set(), joinedIds };
  const before = new Settlement<SettledSpan>(() => false);
  const linkedTraces: LinkedTrace[] = linked.map((trace) => ({
    before: before.addTrace(trace.before),
    after: nodesOf.get(trace) ?? [],
  }));
  const settlements = { before, after: settlement };
  const sharedIds = new Map<string, SharedId>();
  const found: TraceName[] = [];
  const here = new Set(locked.all.keys());
  for (let step = 0; ; step += 1) {
    await addSharedIds(client, tenant, linkedTraces, sharedIds);
    const affected = affectedCalls(tenant, linkedTraces, settlements, sharedIds, locked.turnedIds, here);
    const isEnd = affected.missing.length === 0 || !followsLinks;
    if (isEnd && found.length === 0) {
      for (const id of affected.ids) {
        if ((sharedIds.get(idHashOf(id))?.traceIds.length ?? 0) > CALLS_OF_ID_MAX) settlement.keepApart(id);
        else settlement.joinId(id);
      }
      return { affected: affected.calls, joinedIds: new Set([...joinedIds, ...affected.ids]) };
    }
    if (isEnd || step >= LINKS_FOLLOWED_MAX) throw new MoreTracesNeeded([...found, ...affected.missing]);
    // Read without their lock, to see where their ids lead; then all of them are locked, and read anew.
    found.push(...affected.missing);
    for (const trace of affected.missing) here.add(traceKey(trace));
    linkedTraces.push(...(await readTraces(client, affected.missing, settlements)));
  }
}

/** Steps from trace to trace by shared ids before all that were found are locked. */
const LINKS_FOLLOWED_MAX = 64;

async function readTraces(
  client: Queries,
  names: readonly TraceName[],
  { before, after }: { readonly before: Settlement<SettledSpan>; readonly after: Settlement<SettledSpan> },
): Promise<LinkedTrace[]> {
  const rows = byTrace(await loadTraces(client, groupOf([]), await selectTraces(client, names)));
  return [...rows.values()].map((ofTrace) => {
    const spans = [...ofTrace.values()];
    return { before: before.addTrace(spans), after: after.addTrace(spans) };
  });
}

function idsOf(nodes: readonly Node[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { span } of nodes) for (const id of span.call?.providerIds ?? []) ids.add(id);
  return ids;
}

/** Adds the ids of the traces that other traces share, by their hash. */
async function addSharedIds(
  client: Queries,
  tenant: string,
  traces: readonly LinkedTrace[],
  sharedIds: Map<string, SharedId>,
): Promise<void> {
  const ids = new Set(traces.flatMap(({ before, after }) => [...idsOf(before), ...idsOf(after)]));
  const references = [...ids].map((id) => ({ tenant, idHash: idHashOf(id) }));
  for (const shared of await selectSharedIds(client, references)) sharedIds.set(shared.idHash, shared);
}
