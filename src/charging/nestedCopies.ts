import { areOtherAnswers, hasSameClass, hasSameFamily, tokensOf, type TraceCall, type TraceSpan } from './traceSpan.ts';
import type { TraceNode, TraceTree } from './traceTree.ts';

const SERVER = 2;

interface Below<Span extends TraceSpan> {
  /** Calls whose nearest call above is this one. */
  readonly children: TraceNode<Span>[];
  /** The nearest calls below that bear usage. */
  paid: readonly TraceNode<Span>[];
  /** The nearest calls below without usage; asked for only where `paid` is empty. */
  silent: readonly TraceNode<Span>[];
}

/**
 * Rule 1 of docs/charging.md: a call above another is a copy of it, or a total over several, or a call of its own. Tells
 * copies to `join`; returns the totals.
 */
export function joinNested<Span extends TraceSpan>(
  { nodes }: TraceTree<Span>,
  join: (upper: TraceNode<Span>, lower: TraceNode<Span>) => void,
): ReadonlySet<TraceNode<Span>> {
  const totals = new Set<TraceNode<Span>>();
  const belowOf = new Map<TraceNode<Span>, Below<Span>>();
  for (const node of nodes) {
    if (node.callAbove === null || !isCall(node)) continue;
    const below = belowOf.get(node.callAbove);
    if (below === undefined) belowOf.set(node.callAbove, { children: [node], paid: [], silent: [] });
    else below.children.push(node);
  }
  // Parents come before children, so backwards it goes from the deepest up.
  for (let place = nodes.length - 1; place >= 0 && belowOf.size > 0; place--) {
    const node = nodes[place];
    const below = node === undefined ? undefined : belowOf.get(node);
    if (node === undefined || below === undefined) continue;
    below.paid = gather(below.children, (child) =>
      bears(child) && !totals.has(child) ? [child] : belowOf.get(child)?.paid,
    );
    below.silent = gather(below.children, (child) =>
      bears(child) || totals.has(child) ? belowOf.get(child)?.silent : [child],
    );
    if (judge(node, below, join) === 'total') totals.add(node);
  }
  return totals;
}

function judge<Span extends TraceSpan>(
  upper: TraceNode<Span>,
  { paid, silent }: Below<Span>,
  join: (upper: TraceNode<Span>, lower: TraceNode<Span>) => void,
): 'total' | 'call' {
  const call = callOf(upper);
  const [only] = paid;
  if (only === undefined) {
    if (!call.bearsUsage && silent.length > 1) return 'total';
    for (const lower of silent) {
      if (hasSameClass(call, callOf(lower)) && hasSameFamily(call, callOf(lower))) join(upper, lower);
    }
    return 'call';
  }
  if (paid.length === 1) {
    const lower = callOf(only);
    if (nameOtherAnswers(upper, only)) return 'call';
    const covers = call.bearsUsage && tokensOf(call) >= tokensOf(lower);
    if (hasSameClass(call, lower) && (hasSameFamily(call, lower) || covers)) join(upper, only);
    return 'call';
  }
  if (!call.bearsUsage) return 'total';
  const lowers = paid.map(callOf);
  if (!lowers.every((lower) => hasSameClass(call, lower)) || isAnswerOfItsOwn(upper, paid)) return 'call';
  const sum = lowers.reduce((tokens, lower) => tokens + tokensOf(lower), 0);
  return tokensOf(call) >= sum || lowers.every((lower) => hasSameFamily(call, lower)) ? 'total' : 'call';
}

/** A total repeats the id of one of its calls, if it has one. LangSmith writes a streamed answer on the span above other calls. */
function isAnswerOfItsOwn<Span extends TraceSpan>(upper: TraceNode<Span>, paid: readonly TraceNode<Span>[]): boolean {
  const { responseId } = callOf(upper);
  const isRepeated = paid.some((lower) => responseId !== null && callOf(lower).responseId === responseId);
  return !isRepeated && paid.some((lower) => nameOtherAnswers(upper, lower));
}

/** A gateway may give its client another id than it got, in the same form: its ids prove nothing. */
function nameOtherAnswers(upper: TraceNode<TraceSpan>, lower: TraceNode<TraceSpan>): boolean {
  const isGateway = lower.span.kind === SERVER || callOf(upper).service !== callOf(lower).service;
  return !isGateway && areOtherAnswers(callOf(upper), callOf(lower));
}

/** One child's list is taken as it is: a chain of wrappers would otherwise copy it at every level. */
function gather<Span extends TraceSpan>(
  children: readonly TraceNode<Span>[],
  listOf: (child: TraceNode<Span>) => readonly TraceNode<Span>[] | undefined,
): readonly TraceNode<Span>[] {
  const [first] = children;
  if (children.length === 1 && first !== undefined) return listOf(first) ?? [];
  return children.flatMap((child) => listOf(child) ?? []);
}

function isCall(node: TraceNode<TraceSpan>): boolean {
  return node.span.call !== null && !node.span.call.isContainer;
}

function bears(node: TraceNode<TraceSpan>): boolean {
  return callOf(node).bearsUsage;
}

function callOf(node: TraceNode<TraceSpan>): TraceCall {
  if (node.span.call === null) throw new Error(`expected a call, found the plain span ${node.span.spanId}`);
  return node.span.call;
}
