import { describe, expect, it } from 'vitest';
import { buildTrees, TREE_DEPTH_MAX, type TreeNode, type TreeSpan } from '../../processor/api/traceTree.ts';

const span = (spanId: string, parentSpanId: string | null, chargedFemtoUsd?: bigint | null): TreeSpan =>
  chargedFemtoUsd === undefined ? { spanId, parentSpanId } : { spanId, parentSpanId, chargedFemtoUsd };

/** `a(b c)`, an exclamation mark for a missing parent. */
const drawn = (nodes: readonly TreeNode<TreeSpan>[]): string =>
  nodes
    .map(({ span: { spanId }, parentMissing, children }) => {
      const below = children.length === 0 ? '' : `(${drawn(children)})`;
      return `${spanId}${parentMissing ? '!' : ''}${below}`;
    })
    .join(' ');

describe('buildTrees', () => {
  it('hangs spans below their parents, in the order given', () => {
    expect(drawn(buildTrees([span('c', 'a'), span('a', null), span('b', 'a'), span('d', 'c')]))).toBe('a(c(d) b)');
  });

  it('makes a root of a span whose parent is not there, and says so', () => {
    expect(drawn(buildTrees([span('a', null), span('b', 'gone')]))).toBe('a b!');
  });

  it('opens a circle at its earliest span', () => {
    expect(drawn(buildTrees([span('a', 'c'), span('b', 'a'), span('c', 'b')]))).toBe('a!(b(c))');
    expect(drawn(buildTrees([span('a', 'a')]))).toBe('a!');
    // a hangs on the circle of b and c without being part of it.
    expect(drawn(buildTrees([span('a', 'c'), span('b', 'c'), span('c', 'b')]))).toBe('b!(c(a))');
  });

  it('keeps both of two spans with one id and hangs children on the first', () => {
    expect(drawn(buildTrees([span('a', null), span('a', null), span('b', 'a')]))).toBe('a(b) a');
  });

  it('adds up charged calls only: 1 + 2 below the root, 2 below b', () => {
    const [root] = buildTrees([span('a', null), span('b', 'a', 1n), span('c', 'b', 2n), span('d', 'b')]);
    expect(root?.subtreeCostUsd).toBe('0.000000000000003');
    expect(root?.children[0]?.children.map((node) => node.subtreeCostUsd)).toEqual(['0.000000000000002', '0']);
  });

  it('does not know the cost of a subtree whose calls are all without a price, but of one where some have', () => {
    const [root] = buildTrees([span('a', null), span('b', 'a', null), span('c', 'a', 5n)]);
    expect(root?.subtreeCostUsd).toBe('0.000000000000005');
    expect(root?.children.map((node) => node.subtreeCostUsd)).toEqual([null, '0.000000000000005']);
  });

  it('is never deeper than the limit and loses no span and no cost of a chain of 10,000', () => {
    const chain = Array.from({ length: 10_000 }, (_, index) =>
      span(`s${index}`, index === 0 ? null : `s${index - 1}`, 1n),
    );
    const roots = buildTrees(chain);
    let [level, depth, spans]: [TreeNode<TreeSpan>[], number, number] = [roots, 0, 0];
    while (level.length > 0) {
      depth += 1;
      spans += level.length;
      level = level.flatMap((node) => node.children);
    }
    expect([depth, spans, roots[0]?.subtreeCostUsd]).toEqual([TREE_DEPTH_MAX, 10_000, '0.00000000001']);
  });
});
