import type { TraceSpan } from './traceSpan.ts';
import type { TraceNode } from './traceTree.ts';

/** How a copy came to its paid call; of several, the first holds. */
const ruleOrder = ['same_provider_id', 'nested', 'sibling'] as const;
export type CopyRule = (typeof ruleOrder)[number];

/** Which calls are copies of one paid call: sets that grow as rules join calls. */
export class PaidCalls<Span extends TraceSpan> {
  readonly #sets = new Map<TraceNode<Span>, TraceNode<Span>[]>();
  readonly #rules = new Map<TraceNode<Span>, CopyRule>();

  /** All copies of the paid call that `node` is one of, itself included. */
  copiesOf(node: TraceNode<Span>): readonly TraceNode<Span>[] {
    return this.#sets.get(node) ?? [node];
  }

  /** The rule that joined a copy to its paid call: by provider id before nesting before siblings. */
  ruleOf(node: TraceNode<Span>): CopyRule | null {
    return this.#rules.get(node) ?? null;
  }

  areOne(one: TraceNode<Span>, two: TraceNode<Span>): boolean {
    const set = this.#sets.get(one);
    return one === two || (set !== undefined && set === this.#sets.get(two));
  }

  join(one: TraceNode<Span>, two: TraceNode<Span>, rule: CopyRule): void {
    this.#note(one, rule);
    this.#note(two, rule);
    const [first, second] = [this.#setOf(one), this.#setOf(two)];
    if (first === second) return;
    // The smaller set moves, so that many copies cost no square.
    const [kept, moved] = first.length >= second.length ? [first, second] : [second, first];
    for (const node of moved) {
      kept.push(node);
      this.#sets.set(node, kept);
    }
  }

  #note(node: TraceNode<Span>, rule: CopyRule): void {
    const known = this.#rules.get(node);
    if (known === undefined || ruleOrder.indexOf(rule) < ruleOrder.indexOf(known)) this.#rules.set(node, rule);
  }

  #setOf(node: TraceNode<Span>): TraceNode<Span>[] {
    const known = this.#sets.get(node);
    if (known !== undefined) return known;
    const set = [node];
    this.#sets.set(node, set);
    return set;
  }
}
