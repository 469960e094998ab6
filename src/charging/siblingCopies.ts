import type { PaidCalls } from './paidCalls.ts';
import { isOneWithin, isOver } from './overlap.ts';
import { classOf, type TraceCall, type TraceSpan } from './traceSpan.ts';
import type { TraceNode, TraceTree } from './traceTree.ts';

/**
 * Rule 3 of docs/charging.md. A tracer that sets no context (LangChain's callbacks, streams of `@anthropic-ai/sdk` beside another
 * instrumentation) leaves a call's two spans beside each other, often one without a response id.
 */
export function joinSiblings<Span extends TraceSpan>(
  { nodes }: TraceTree<Span>,
  totals: ReadonlySet<TraceNode<Span>>,
  paidCalls: PaidCalls<Span>,
): void {
  for (const calls of byTotals(nodes, totals)) {
    const open: TraceNode<Span>[][] = [];
    for (const node of calls.sort(byStartAndEnd)) {
      closeOver(open, node.span.startMicros);
      const set = open.find((members) => members.every((member) => fits(node, member)));
      const [first] = set ?? [];
      if (set === undefined || first === undefined) open.push([node]);
      else {
        set.push(node);
        paidCalls.join(first, node, 'sibling');
      }
    }
  }
}

/** Calls that agree in service, class, family and both totals, where two scopes wrote them. */
function byTotals<Span extends TraceSpan>(
  nodes: readonly TraceNode<Span>[],
  totals: ReadonlySet<TraceNode<Span>>,
): TraceNode<Span>[][] {
  const calls = nodes.filter((node) => node.span.call !== null && isPaid(node.span.call) && !totals.has(node));
  const [first] = calls;
  if (first === undefined || calls.every(({ span }) => span.call?.scope === first.span.call?.scope)) return [];
  const buckets = new Map<string, TraceNode<Span>[]>();
  for (const node of calls) {
    const call = node.span.call;
    if (call === null) continue;
    const key = JSON.stringify([call.service, classOf(call), call.family, call.inputTokens, call.outputTokens]);
    const bucket = buckets.get(key);
    if (bucket === undefined) buckets.set(key, [node]);
    else bucket.push(node);
  }
  return [...buckets.values()].filter((bucket) => bucket.length > 1);
}

function isPaid(call: TraceCall): boolean {
  return !call.isContainer && call.bearsUsage;
}

function fits(node: TraceNode<TraceSpan>, member: TraceNode<TraceSpan>): boolean {
  const [one, two] = [node.span.call, member.span.call];
  if (one === null || two === null || one.scope === two.scope) return false;
  if (one.responseId !== null && two.responseId !== null) return false;
  return isOneWithin(node.span, member.span) && !isAbove(node, member) && !isAbove(member, node);
}

function isAbove(upper: TraceNode<TraceSpan>, lower: TraceNode<TraceSpan>): boolean {
  let at = lower.callAbove;
  while (at !== null && at.depth > upper.depth) at = at.callAbove;
  return at === upper;
}

/** Drops the sets that nothing which starts now or later can join: what is left is as many as run at the same time. */
function closeOver<Span extends TraceSpan>(open: TraceNode<Span>[][], startMicros: number): void {
  let kept = 0;
  for (const members of open) {
    if (members.some(({ span }) => isOver(span, startMicros))) continue;
    open[kept] = members;
    kept += 1;
  }
  open.length = kept;
}

function byStartAndEnd(one: TraceNode<TraceSpan>, two: TraceNode<TraceSpan>): number {
  if (one.span.startMicros !== two.span.startMicros) return one.span.startMicros - two.span.startMicros;
  if (one.span.endMicros !== two.span.endMicros) return one.span.endMicros - two.span.endMicros;
  return one.span.spanId < two.span.spanId ? -1 : 1;
}
