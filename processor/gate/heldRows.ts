interface RowName {
  readonly tenant: string;
  readonly id: string;
  /** The idempotency key under which it is found; null: by its id alone. */
  readonly key: string | null;
}

/** Rows of one table that a transaction has locked or makes, and which of them it has to write. */
export class HeldRows<Row> {
  readonly #nameOf: (row: Row) => RowName;
  readonly #byId = new Map<string, Row>();
  readonly #idsByKey = new Map<string, string>();
  readonly #made = new Set<string>();
  readonly #changed = new Set<string>();

  constructor(locked: readonly Row[], nameOf: (row: Row) => RowName) {
    this.#nameOf = nameOf;
    for (const row of locked) this.#put(row);
  }

  byId(tenant: string, id: string): Row | null {
    return this.#byId.get(joined(tenant, id)) ?? null;
  }

  byKey(tenant: string, key: string): Row | null {
    const id = this.#idsByKey.get(joined(tenant, key));
    return id === undefined ? null : (this.#byId.get(id) ?? null);
  }

  make(row: Row): void {
    this.#made.add(this.#put(row));
  }

  change(before: Row, after: Row): void {
    const { tenant, key } = this.#nameOf(before);
    if (key !== null) this.#idsByKey.delete(joined(tenant, key));
    const id = this.#put(after);
    if (!this.#made.has(id)) this.#changed.add(id);
  }

  /** In the order of their keys: two replicas that take the same two would otherwise wait for each other. */
  made(): Row[] {
    const keyOf = (row: Row): string => joined(this.#nameOf(row).tenant, this.#nameOf(row).key ?? '');
    return this.#rowsOf(this.#made).sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  }

  changed(): Row[] {
    return this.#rowsOf(this.#changed);
  }

  #rowsOf(ids: ReadonlySet<string>): Row[] {
    return [...ids].flatMap((id) => this.#byId.get(id) ?? []);
  }

  #put(row: Row): string {
    const { tenant, id, key } = this.#nameOf(row);
    const name = joined(tenant, id);
    this.#byId.set(name, row);
    if (key !== null) this.#idsByKey.set(joined(tenant, key), name);
    return name;
  }
}

/** Neither part holds NUL: PostgreSQL takes none. */
function joined(tenant: string, name: string): string {
  return `${tenant}\0${name}`;
}
