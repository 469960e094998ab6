import type { PaidCalls } from './paidCalls.ts';
import { isOneWithin, isOver } from './overlap.ts';
import { classOf, type TraceCall, type TraceSpan } from './traceSpan.ts';
import type { TraceNode, TraceTree } from './traceTree.ts';

/**
 * Rule 3 of docs/charging.md. A tracer that sets no context (LangChain's callbacks, streams of `@anthropic-ai/sdk` beside another
 * instrumentation) leaves a call's two spans beside each other, often one without a response id. `nested` are the sets of rule 1:
 * of two like calls, each with its copy below it, the upper one of the first and the lower one of the second would fit otherwise.
 */
export function joinSiblings<Span extends TraceSpan>(
  { nodes }: TraceTree<Span>,
  totals: ReadonlySet<TraceNode<Span>>,
  nested: PaidCalls<Span>,
  paidCalls: PaidCalls<Span>,
): void {
  const known = new Map<readonly TraceNode<Span>[], Reporters>();
  const reportersOf = (node: TraceNode<Span>): Reporters => {
    const copies = nested.copiesOf(node);
    const reporters = known.get(copies) ?? reportersAmong(copies);
    if (copies.length > 1) known.set(copies, reporters);
    return reporters;
  };
  for (const calls of byTotals(nodes, totals)) {
    const open: TraceNode<Span>[][] = [];
    for (const node of calls.sort(byStartAndEnd)) {
      closeOver(open, node.span.startMicros);
      const set = open.find((members) => members.every((member) => fits(node, member, reportersOf)));
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

/** Who reported a call, as far as rule 1 knows. */
interface Reporters {
  readonly scopes: ReadonlySet<string | null>;
  readonly namesAnswer: boolean;
}

function reportersAmong(copies: readonly TraceNode<TraceSpan>[]): Reporters {
  return {
    scopes: new Set(copies.map(({ span }) => span.call?.scope ?? null)),
    namesAnswer: copies.some(({ span }) => span.call !== null && span.call.responseId !== null),
  };
}

function fits<Span extends TraceSpan>(
  node: TraceNode<Span>,
  member: TraceNode<Span>,
  reportersOf: (node: TraceNode<Span>) => Reporters,
): boolean {
  const [one, two] = [node.span.call, member.span.call];
  if (one === null || two === null || one.scope === two.scope) return false;
  if (one.responseId !== null && two.responseId !== null) return false;
  if (!isOneWithin(node.span, member.span) || isAbove(node, member) || isAbove(member, node)) return false;
  const [first, second] = [reportersOf(node), reportersOf(member)];
  return !(first.namesAnswer && second.namesAnswer) && areApart(first.scopes, second.scopes);
}

function areApart(one: ReadonlySet<string | null>, two: ReadonlySet<string | null>): boolean {
  const [fewer, more] = one.size <= two.size ? [one, two] : [two, one];
  for (const scope of fewer) if (more.has(scope)) return false;
  return true;
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
