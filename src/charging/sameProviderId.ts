import type { PaidCalls } from './paidCalls.ts';
import { overlap } from './overlap.ts';
import { hasEqualTotals, hasSameClass, hasSameFamily, type TraceCall, type TraceSpan } from './traceSpan.ts';
import type { TraceNode } from './traceTree.ts';

/** An id that more calls of one trace carry, or calls in more traces, is no provider's: some emitter writes a constant. */
export const CALLS_OF_ID_MAX = 64;

/**
 * Rule 2 of docs/charging.md, for all calls of a tenant that carry one id: each joins the first set all of whose members it is
 * plausibly one call with. An emitter that writes a constant id gets no call for free. `nested` are the sets of rule 1.
 * Returns how many calls stayed apart from others of their id.
 */
export function joinSameId<Span extends TraceSpan>(
  calls: readonly TraceNode<Span>[],
  nested: (one: TraceNode<Span>, two: TraceNode<Span>) => boolean,
  paidCalls: PaidCalls<Span>,
): number {
  const sets: TraceNode<Span>[][] = [];
  for (const node of [...calls].sort(byStart)) {
    const set = sets.find((members) => members.every((member) => nested(node, member) || isPlausible(node, member)));
    const [first] = set ?? [];
    if (set === undefined || first === undefined) sets.push([node]);
    else {
      set.push(node);
      paidCalls.join(first, node, 'same_provider_id');
    }
  }
  return Math.max(sets.length - 1, 0);
}

/** Whether more calls of one trace carry an id, or calls in more traces, than a provider would give it to. */
export function isConstant(calls: readonly TraceNode<TraceSpan>[]): boolean {
  if (calls.length <= CALLS_OF_ID_MAX) return false;
  const perTrace = new Map<string, number>();
  for (const { span } of calls) {
    const count = (perTrace.get(span.traceId) ?? 0) + 1;
    if (count > CALLS_OF_ID_MAX) return true;
    perTrace.set(span.traceId, count);
  }
  return perTrace.size > CALLS_OF_ID_MAX;
}

function isPlausible(one: TraceNode<TraceSpan>, two: TraceNode<TraceSpan>): boolean {
  const [first, second] = [one.span.call, two.span.call];
  if (first === null || second === null) return false;
  const isSeenTwice = first.scope !== second.scope || first.service !== second.service;
  return isSeenTwice && areAlike(first, second) && overlap(one.span, two.span);
}

function areAlike(one: TraceCall, two: TraceCall): boolean {
  return hasSameClass(one, two) && (hasSameFamily(one, two) || hasEqualTotals(one, two));
}

function byStart(one: TraceNode<TraceSpan>, two: TraceNode<TraceSpan>): number {
  if (one.span.startMicros !== two.span.startMicros) return one.span.startMicros - two.span.startMicros;
  if (one.span.traceId !== two.span.traceId) return one.span.traceId < two.span.traceId ? -1 : 1;
  if (one.span.spanId === two.span.spanId) return 0;
  return one.span.spanId < two.span.spanId ? -1 : 1;
}
