import type { Settlement } from '../../src/charging/settlement.ts';
import type { TraceNode } from '../../src/charging/traceTree.ts';
import { identityKey } from './rows.ts';
import type { SettledSpan } from './settledSpan.ts';
import type { SharedId } from './statements/claimProviderIds.ts';
import { idHashOf, idKey, traceKey, type TraceName } from './tracesOfGroup.ts';
import { TRACES_OF_ID_KEPT } from './traceLimits.ts';

type Node = TraceNode<SettledSpan>;

/** A trace that shares ids with others: as it was before the transaction, and as it is now. */
export interface LinkedTrace {
  readonly before: readonly Node[];
  readonly after: readonly Node[];
}

export interface Affected {
  readonly calls: ReadonlySet<Node>;
  /** The ids by which calls have to be joined. */
  readonly ids: ReadonlySet<string>;
  /** Traces that must be settled together with these and are not here. */
  readonly missing: readonly TraceName[];
}

/**
 * What a transaction changes in traces that share ids with others: the paid calls that are others than before, and those they
 * may be one call with, in whatever trace, and so on. All others stay as they are, so that one call of a large trace whose
 * gateway writes a trace for each call does not ask for all of these.
 */
export function affectedCalls(
  tenant: string,
  traces: readonly LinkedTrace[],
  settlements: { readonly before: Settlement<SettledSpan>; readonly after: Settlement<SettledSpan> },
  sharedIds: ReadonlyMap<string, SharedId>,
  turnedIds: ReadonlyMap<string, string>,
  loaded: { has(traceKey: string): boolean },
): Affected {
  const calls = new Set<Node>();
  const ids = new Set<string>();
  const missing = new Map<string, TraceName>();
  const queue: Node[] = [];
  const follow = (id: string): void => {
    const idHash = idHashOf(id);
    const shared = sharedIds.get(idHash);
    const isConstant = (shared?.traceIds.length ?? 0) >= TRACES_OF_ID_KEPT && !turnedIds.has(idKey(tenant, idHash));
    if (ids.has(id) || isConstant) return;
    ids.add(id);
    for (const traceId of shared?.traceIds ?? []) {
      const key = traceKey({ tenant, traceId });
      if (!loaded.has(key)) missing.set(key, { tenant, traceId });
    }
    queue.push(...settlements.after.callsOf(id));
  };
  // On a copy that does not stay the id is in no trace's rows.
  for (const [key, id] of turnedIds) if (key === idKey(tenant, idHashOf(id))) follow(id);
  for (const { before, after } of traces) {
    const was = signatures(before, settlements.before);
    const is = signatures(after, settlements.after);
    for (const [signature, copies] of is) if (!was.has(signature)) queue.push(...copies);
    for (const [signature, copies] of was) {
      if (!is.has(signature)) for (const { span } of copies) for (const id of span.call?.providerIds ?? []) follow(id);
    }
  }
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (calls.has(node)) continue;
    calls.add(node);
    queue.push(...settlements.after.copiesOf(node));
    for (const id of node.span.call?.providerIds ?? []) follow(id);
  }
  return { calls, ids, missing: [...missing.values()] };
}

/** The paid calls of a trace, by all that decides about them: the copies, their content, whom they belong to. */
function signatures(nodes: readonly Node[], settlement: Settlement<SettledSpan>): Map<string, readonly Node[]> {
  const paidCalls = new Map<string, readonly Node[]>();
  const seen = new Set<readonly Node[]>();
  for (const node of nodes) {
    const copies = settlement.copiesOf(node);
    if (copies.length === 0 || seen.has(copies)) continue;
    seen.add(copies);
    const members = copies.map((copy) => signature(copy, settlement)).sort();
    paidCalls.set(JSON.stringify([members, settlement.attributionOf(copies)]), copies);
  }
  return paidCalls;
}

/** A copy that is not charged keeps its own attribution. */
function signature(copy: Node, settlement: Settlement<SettledSpan>): string {
  const { span, depth } = copy;
  // Any other price counts, since only calls found here are decided with the copies that other traces have of them.
  const rank = span.repriced?.figuresRank ?? null;
  return JSON.stringify([identityKey(span), span.contentHash, rank, depth, settlement.attributionOf([copy])]);
}
