import { groupBy, inOrder, isCall, isContainer, startMicros, type Row } from './row.ts';

/** What is above and below what in one trace of one tenant. */
export class Tree {
  readonly rows: readonly Row[];
  readonly #parents = new Map<Row, Row>();

  constructor(rows: readonly Row[]) {
    this.rows = rows;
    const owners = ownersOf(rows);
    for (const row of rows) {
      const parent = row.span.parentSpanId === null ? undefined : owners.get(row.span.parentSpanId);
      if (parent !== undefined) this.#parents.set(row, parent);
    }
    this.#openRings();
  }

  /** "In a ring of parents, the row that comes first by start and span id is taken as without parent." */
  #openRings(): void {
    const ordered = [...this.rows].sort(inOrder(startMicros, (row) => row.span.spanId));
    for (const row of ordered) {
      if (this.#isInRing(row)) this.#parents.delete(row);
    }
  }

  #isInRing(row: Row): boolean {
    let place = this.#parents.get(row);
    for (let step = 0; step < this.rows.length && place !== undefined; step += 1) {
      if (place === row) return true;
      place = this.#parents.get(place);
    }
    return false;
  }

  /** The rows above, nearest first. */
  above(row: Row): readonly Row[] {
    const chain: Row[] = [];
    for (let place = this.#parents.get(row); place !== undefined; place = this.#parents.get(place)) chain.push(place);
    return chain;
  }

  isAbove(upper: Row, lower: Row): boolean {
    return this.above(lower).includes(upper);
  }

  /** All rows below, at any depth. */
  below(row: Row): readonly Row[] {
    return this.rows.filter((other) => this.isAbove(row, other));
  }

  children(row: Row): readonly Row[] {
    return this.rows.filter((other) => this.#parents.get(other) === row);
  }

  /** "How many rows are above." */
  depth(row: Row): number {
    return this.above(row).length;
  }

  /** "Where the way up ends at a row that is not there": so in a ring too, which ends at a row taken as without its parent. */
  endsAtMissing(row: Row): boolean {
    const last = this.above(row).at(-1) ?? row;
    return last.span.parentSpanId !== null;
  }

  /** "The row of the trace that names no parent, if there is just one." */
  onlyRoot(): Row | null {
    const roots = this.rows.filter(({ span }) => span.parentSpanId === null);
    return roots.length === 1 ? (roots[0] ?? null) : null;
  }
}

/** "Where two rows share a span id, children belong to the one that starts first, at the same start to the call." */
function ownersOf(rows: readonly Row[]): Map<string, Row> {
  const owners = new Map<string, Row>();
  for (const sharing of groupBy(rows, (row) => row.span.spanId)) {
    const [first] = [...sharing].sort(inOrder(startMicros, (row) => (isCall(row) || isContainer(row) ? 0 : 1)));
    if (first !== undefined) owners.set(first.span.spanId, first);
  }
  return owners;
}

export function treesOf(rows: readonly Row[]): readonly Tree[] {
  return groupBy(rows, (row) => `${row.tenant} ${row.span.traceId}`).map((trace) => new Tree(trace));
}
