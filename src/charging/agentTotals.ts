import type { TraceSpan } from './traceSpan.ts';
import type { TraceNode, TraceTree } from './traceTree.ts';

/**
 * The `invoke_agent` containers of a trace that alone account for their usage: no call that bears usage is below or above
 * them, and no other total below. docs/charging.md, "Agent totals".
 */
export function loneAgentTotals<Span extends TraceSpan>({ nodes }: TraceTree<Span>): ReadonlySet<TraceNode<Span>> {
  const lone = new Set<TraceNode<Span>>();
  if (!nodes.some((node) => isAgentTotal(node.span))) return lone;
  const isBelowPaid = new Set<TraceNode<Span>>();
  for (const node of nodes) {
    if (node.parent !== null && (isPaid(node.parent.span) || isBelowPaid.has(node.parent))) isBelowPaid.add(node);
  }
  const isAboveAny = new Set<TraceNode<Span>>();
  for (let place = nodes.length - 1; place >= 0; place--) {
    const node = nodes[place];
    if (node === undefined) continue;
    const isTotal = isAgentTotal(node.span);
    if (node.parent !== null && (isTotal || isPaid(node.span) || isAboveAny.has(node))) isAboveAny.add(node.parent);
    if (isTotal && !isAboveAny.has(node) && !isBelowPaid.has(node)) lone.add(node);
  }
  return lone;
}

function isAgentTotal({ call }: TraceSpan): boolean {
  return call !== null && call.isContainer && call.operation === 'invoke_agent' && call.bearsUsage;
}

function isPaid({ call }: TraceSpan): boolean {
  return call !== null && !call.isContainer && call.bearsUsage;
}
