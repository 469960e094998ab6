/**
 * The one door to SQL, the same for PostgreSQL and the embedded store. Types are `pg`'s: bigint and numeric are strings,
 * timestamptz is a `Date` (milliseconds: ask for `extract(epoch …)` where microseconds matter); `date` is a string
 * `YYYY-MM-DD`, because a `Date` would be midnight in the zone of the machine. The session's time zone is UTC.
 * Tables live in schema `tollgate_data`, the public views in `tollgate`; every name in SQL is written with its schema.
 */
export interface Queries {
  /** Without values `text` may be several statements; the rows are those of the last. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface Database extends Queries {
  readonly kind: 'embedded' | 'postgres';
  /** Runs `work` in one READ COMMITTED transaction; rolls back when it throws. Use only the client it is given. */
  transaction<T>(work: (client: Queries) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
