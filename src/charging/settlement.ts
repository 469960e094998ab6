import type { Attribution, Charge } from '../call.ts';
import { loneAgentTotals } from './agentTotals.ts';
import { attributionOf, byIds } from './attribution.ts';
import { joinNested } from './nestedCopies.ts';
import { PaidCalls } from './paidCalls.ts';
import { isConstant, joinSameId } from './sameProviderId.ts';
import { joinSiblings } from './siblingCopies.ts';
import type { TraceCall, TraceSpan } from './traceSpan.ts';
import { buildTree, type TraceNode, type TraceTree } from './traceTree.ts';

interface Related<Span extends TraceSpan> {
  readonly tree: TraceTree<Span>;
  /** Calls that are totals over those below. */
  readonly totals: ReadonlySet<TraceNode<Span>>;
  readonly loneAgentTotals: ReadonlySet<TraceNode<Span>>;
}

export interface Decision<Span extends TraceSpan> {
  readonly span: Span;
  readonly charge: Charge;
  readonly chargeReason: string | null;
  readonly attribution: Attribution;
  /** Of a duplicate, the copy that is charged; else null. */
  readonly chargedCopy: Span | null;
}

/**
 * Decides which calls of some traces of one tenant are charged, and to whom (docs/charging.md). Traces are added whole; then ids
 * that traces share are joined; then the decisions are asked for. The outcome does not depend on the order of adding.
 */
export class Settlement<Span extends TraceSpan> {
  readonly #isDue: (span: Span) => boolean;
  readonly #paidCalls = new PaidCalls<Span>();
  readonly #nested = new PaidCalls<Span>();
  readonly #traces = new Map<string, Related<Span>>();
  readonly #byId = new Map<string, TraceNode<Span>[]>();
  /** Of each set of copies, found once: asked for by every copy. */
  readonly #best = new Map<readonly TraceNode<Span>[], TraceNode<Span>>();
  #conflicts = 0;

  /** `isDue`: whether the settle delay of an agent's total has passed. */
  constructor(isDue: (span: Span) => boolean) {
    this.#isDue = isDue;
  }

  /** Calls so far that share an id with others and are not one call with them. */
  get conflicts(): number {
    return this.#conflicts;
  }

  /** All spans of one trace: relates those that rules 1 and 3 relate. */
  addTrace(spans: readonly Span[]): readonly TraceNode<Span>[] {
    const tree = buildTree(spans);
    const [first] = tree.nodes;
    if (first === undefined) return [];
    const totals = joinNested(tree, (upper, lower) => {
      this.#nested.join(upper, lower, 'nested');
      this.#paidCalls.join(upper, lower, 'nested');
    });
    joinSiblings(tree, totals, this.#nested, this.#paidCalls);
    this.#traces.set(first.span.traceId, { tree, totals, loneAgentTotals: loneAgentTotals(tree) });
    for (const node of tree.nodes) {
      if (node.span.call === null) continue;
      for (const id of node.span.call.providerIds) this.#noteId(id, node);
    }
    return tree.nodes;
  }

  /** The copies, so far, of the paid call that `node` is one of; none for what is no call of its own. */
  copiesOf(node: TraceNode<Span>): readonly TraceNode<Span>[] {
    const { call, traceId } = node.span;
    if (call === null || call.isContainer || (this.#traces.get(traceId)?.totals.has(node) ?? false)) return [];
    return this.#paidCalls.copiesOf(node);
  }

  /** The calls that carry an id, totals among them, of all traces added. */
  callsOf(id: string): readonly TraceNode<Span>[] {
    return this.#byId.get(id) ?? [];
  }

  /** Rule 2 for one id: every trace that has it must have been added. */
  joinId(id: string): void {
    const calls = this.callsOf(id);
    if (calls.length < 2) return;
    if (isConstant(calls)) this.keepApart(id);
    else {
      const ownCalls = calls.filter((node) => !this.#relatedOf(node).totals.has(node));
      this.#conflicts += joinSameId(ownCalls, (one, two) => this.#nested.areOne(one, two), this.#paidCalls);
    }
  }

  /** Instead of `joinId`, for an id that is known to be no provider's. */
  keepApart(id: string): void {
    this.#conflicts += Math.max(this.callsOf(id).length - 1, 0);
  }

  /** By what its own traces say; `copies` as `copiesOf` gives them. */
  attributionOf(copies: readonly TraceNode<Span>[]): Attribution {
    return attributionOf(copies, (node) => this.#relatedOf(node).tree);
  }

  /** What is decided of each span of a trace that is a call, a total or a container; of calls those that `isAsked` is true for. */
  decide(traceId: string, isAsked: (node: TraceNode<Span>) => boolean): Decision<Span>[] {
    const related = this.#traces.get(traceId);
    const decisions: Decision<Span>[] = [];
    for (const node of related?.tree.nodes ?? []) {
      const { call } = node.span;
      if (call === null || related === undefined) continue;
      const copies = this.copiesOf(node);
      if (copies.length === 0) decisions.push(this.#decideContainer(node, call, related));
      else if (isAsked(node)) decisions.push(this.#decideCall(node, copies));
    }
    return decisions;
  }

  #decideContainer(node: TraceNode<Span>, call: TraceCall, related: Related<Span>): Decision<Span> {
    const { span } = node;
    const attribution = this.attributionOf([node]);
    if (related.loneAgentTotals.has(node)) {
      return {
        span,
        charge: this.#isDue(span) ? 'charged' : 'pending',
        chargeReason: 'agent_total',
        attribution,
        chargedCopy: null,
      };
    }
    const chargeReason = call.isContainer ? call.containerRule : 'total_over_calls';
    return { span, charge: 'container', chargeReason, attribution, chargedCopy: null };
  }

  #decideCall(node: TraceNode<Span>, copies: readonly TraceNode<Span>[]): Decision<Span> {
    const { span } = node;
    if (copies.length === 1) {
      return {
        span,
        charge: 'charged',
        chargeReason: null,
        attribution: this.attributionOf(copies),
        chargedCopy: null,
      };
    }
    const best = this.#bestOf(copies);
    if (best === node)
      return {
        span,
        charge: 'charged',
        chargeReason: null,
        attribution: this.attributionOf(copies),
        chargedCopy: null,
      };
    const chargeReason = `${this.#paidCalls.ruleOf(node)} ${best.span.traceId}/${best.span.spanId}`;
    const attribution = this.attributionOf([node]);
    return { span, charge: 'duplicate', chargeReason, attribution, chargedCopy: best.span };
  }

  #bestOf(copies: readonly TraceNode<Span>[]): TraceNode<Span> {
    const known = this.#best.get(copies);
    if (known !== undefined) return known;
    const best = copies.reduce((one, two) => (isBetterCopy(two, one) ? two : one));
    this.#best.set(copies, best);
    return best;
  }

  #relatedOf(node: TraceNode<Span>): Related<Span> {
    const related = this.#traces.get(node.span.traceId);
    if (related === undefined) throw new Error(`expected the trace ${node.span.traceId} among those added, found none`);
    return related;
  }

  #noteId(id: string, node: TraceNode<Span>): void {
    const calls = this.#byId.get(id);
    if (calls === undefined) this.#byId.set(id, [node]);
    else calls.push(node);
  }
}

/** Whose figures are charged: the better ones, then those of the deeper, the earlier, the smaller ids. */
function isBetterCopy(one: TraceNode<TraceSpan>, two: TraceNode<TraceSpan>): boolean {
  const rank = (one.span.call?.figuresRank ?? 0) - (two.span.call?.figuresRank ?? 0);
  const order = -rank || two.depth - one.depth || one.span.startMicros - two.span.startMicros;
  return (order || byIds(one.span, two.span)) < 0;
}
