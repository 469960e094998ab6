import type { CallRow } from './row.ts';

export type Pair = readonly [CallRow, CallRow];

/** Calls in sets, joined pair by pair. */
export class Sets {
  readonly #members = new Map<CallRow, readonly CallRow[]>();

  constructor(pairs: readonly Pair[]) {
    for (const [one, other] of pairs) this.#join(one, other);
  }

  #join(one: CallRow, other: CallRow): void {
    if (this.areOne(one, other)) return;
    const joined = [...this.of(one), ...this.of(other)];
    for (const member of joined) this.#members.set(member, joined);
  }

  of(call: CallRow): readonly CallRow[] {
    return this.#members.get(call) ?? [call];
  }

  areOne(one: CallRow, other: CallRow): boolean {
    return this.of(one).includes(other);
  }
}

/** "Each joins the first set all of whose members it fits, else begins a set": as pairs with each set's first member. */
export function gather(ordered: readonly CallRow[], fits: (one: CallRow, other: CallRow) => boolean): readonly Pair[] {
  const sets: CallRow[][] = [];
  for (const call of ordered) {
    const set = sets.find((members) => members.every((member) => fits(member, call)));
    if (set === undefined) sets.push([call]);
    else set.push(call);
  }
  return sets.flatMap(([first, ...others]) => (first === undefined ? [] : others.map((other): Pair => [first, other])));
}
