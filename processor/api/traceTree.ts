import { formatUsd, type FemtoUsd } from '../../src/money.ts';

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
  charged: number;
  unpriced: number;
  costFemtoUsd: FemtoUsd;
  subtreeCostUsd: string | null;
}

/** Links spans to trees without recursion: senders decide how deep a trace is. Takes them by start, keeps that order. */
export function buildTrees<Span extends TreeSpan>(spans: readonly Span[]): TreeNode<Span>[] {
  const nodes = spans.map((span): Growing<Span> => {
    const charged = span.chargedFemtoUsd !== undefined;
    return {
      span,
      parentMissing: false,
      children: [],
      depth: 0,
      charged: charged ? 1 : 0,
      unpriced: charged && span.chargedFemtoUsd === null ? 1 : 0,
      costFemtoUsd: span.chargedFemtoUsd ?? 0n,
      subtreeCostUsd: null,
    };
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
      const siblings = childrenOf.get(parent);
      if (siblings === undefined) childrenOf.set(parent, [node]);
      else siblings.push(node);
    }
  }
  const placed = placeBelow(roots, nodes, childrenOf);
  sumUpwards(placed);
  return nodes.filter((node) => node.depth === 1);
}

/** Visits parents before children; what no root reaches is a circle, opened at its earliest span. */
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
    node.parentMissing = true;
    visit(node);
  }
  return order;
}

function sumUpwards<Span extends TreeSpan>(
  order: readonly { node: Growing<Span>; parent: Growing<Span> | null }[],
): void {
  for (const { node, parent } of order.toReversed()) {
    node.subtreeCostUsd = node.charged > 0 && node.unpriced === node.charged ? null : formatUsd(node.costFemtoUsd);
    if (parent === null) continue;
    parent.charged += node.charged;
    parent.unpriced += node.unpriced;
    parent.costFemtoUsd += node.costFemtoUsd;
  }
}
