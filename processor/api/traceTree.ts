import type { FemtoUsd } from '../../src/money.ts';
import { addCall, type CostSum, emptySum, usdOf } from './costSum.ts';

/** JSON readers of other languages give up between 500 and 1000 levels. What lies deeper hangs on the last level. */
export const TREE_DEPTH_MAX = 200;

/** A span or call of one trace, in the order of their starts. */
export interface TreeSpan {
  readonly spanId: string;
  readonly parentSpanId: string | null;
  /** Of a charged call: null is an unknown cost. Undefined for whatever is not charged. */
  readonly chargedFemtoUsd?: FemtoUsd | null;
}

export interface TreeNode<Span extends TreeSpan> {
  readonly span: Span;
  /** The parent never came, or the parents run in a circle. */
  readonly parentMissing: boolean;
  readonly children: TreeNode<Span>[];
  /** Of the charged calls here and below; null where there are some and none has a price. */
  readonly subtreeCostUsd: string | null;
}

interface Growing<Span extends TreeSpan> {
  span: Span;
  parentMissing: boolean;
  children: Growing<Span>[];
  depth: number;
  /** Of the order given. */
  readonly place: number;
  parent: Growing<Span> | null;
  sum: CostSum;
  subtreeCostUsd: string | null;
}

/** Links spans to trees without recursion: senders decide how deep a trace is. Takes them by start, keeps that order. */
export function buildTrees<Span extends TreeSpan>(spans: readonly Span[]): TreeNode<Span>[] {
  const nodes = spans.map((span, place): Growing<Span> => {
    const sum = emptySum();
    if (span.chargedFemtoUsd !== undefined) addCall(sum, span.chargedFemtoUsd);
    return { span, parentMissing: false, children: [], depth: 0, place, parent: null, sum, subtreeCostUsd: null };
  });
  const first = new Map<string, Growing<Span>>();
  for (const node of nodes) if (!first.has(node.span.spanId)) first.set(node.span.spanId, node);
  const childrenOf = new Map<Growing<Span>, Growing<Span>[]>();
  const roots: Growing<Span>[] = [];
  for (const node of nodes) {
    const parent = node.span.parentSpanId === null ? undefined : first.get(node.span.parentSpanId);
    node.parentMissing = node.span.parentSpanId !== null && parent === undefined;
    if (parent === undefined) roots.push(node);
    else {
      node.parent = parent;
      const siblings = childrenOf.get(parent);
      if (siblings === undefined) childrenOf.set(parent, [node]);
      else siblings.push(node);
    }
  }
  const placed = placeBelow(roots, nodes, childrenOf);
  sumUpwards(placed);
  return nodes.filter((node) => node.depth === 1);
}

/** Visits parents before children; what no root reaches hangs on a circle, opened at its earliest span. */
function placeBelow<Span extends TreeSpan>(
  roots: readonly Growing<Span>[],
  nodes: readonly Growing<Span>[],
  childrenOf: ReadonlyMap<Growing<Span>, readonly Growing<Span>[]>,
): { node: Growing<Span>; parent: Growing<Span> | null }[] {
  const order: { node: Growing<Span>; parent: Growing<Span> | null }[] = [];
  const visit = (root: Growing<Span>): void => {
    root.depth = 1;
    order.push({ node: root, parent: null });
    for (let at = order.length - 1; at < order.length; at += 1) {
      const node = order[at]?.node;
      if (node === undefined) break;
      for (const child of childrenOf.get(node) ?? []) {
        if (child.depth > 0) continue;
        const parent = node.depth < TREE_DEPTH_MAX ? node : (order[at]?.parent ?? node);
        child.depth = parent.depth + 1;
        parent.children.push(child);
        order.push({ node: child, parent });
      }
    }
  };
  for (const root of roots) visit(root);
  for (const node of nodes) {
    if (node.depth > 0) continue;
    const opened = firstOfCircle(node);
    opened.parentMissing = true;
    visit(opened);
  }
  return order;
}

/** Of the circle that the way up from a node ends in, the span that comes first. Nodes that a root reaches have none. */
function firstOfCircle<Span extends TreeSpan>(node: Growing<Span>): Growing<Span> {
  const way = new Set<Growing<Span>>();
  let at = node;
  for (; !way.has(at); at = at.parent ?? at) way.add(at);
  let first = at;
  for (let other = at.parent ?? at; other !== at; other = other.parent ?? at) {
    if (other.place < first.place) first = other;
  }
  return first;
}

function sumUpwards<Span extends TreeSpan>(
  order: readonly { node: Growing<Span>; parent: Growing<Span> | null }[],
): void {
  for (const { node, parent } of order.toReversed()) {
    node.subtreeCostUsd = usdOf(node.sum);
    if (parent === null) continue;
    parent.sum.calls += node.sum.calls;
    parent.sum.unpriced += node.sum.unpriced;
    parent.sum.costFemtoUsd += node.sum.costFemtoUsd;
  }
}
