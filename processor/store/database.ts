import type { TollgateError } from '../../src/errors.ts';

/**
 * The one door to SQL, the same for PostgreSQL and the embedded store. Types are `pg`'s: bigint and numeric are strings,
 * timestamptz is a `Date` (milliseconds: ask for `extract(epoch …)` where microseconds matter); `date` is a string
 * `YYYY-MM-DD`, because a `Date` would be midnight in the zone of the machine. The session's time zone is UTC.
 * Tables live in schema `tollgate_data`, the public views in `tollgate`; every name in SQL is written with its schema.
 */
export interface Queries {
  /** Without values `text` may be several statements; the rows are those of the last. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** How much a question may read here. Absent: as much as it takes. */
  readonly rowsBound?: RowsBound | undefined;
}

export interface Database extends Queries {
  readonly kind: 'embedded' | 'postgres';
  /** Runs `work` in one READ COMMITTED transaction; rolls back when it throws. Use only the client it is given. */
  transaction<T>(work: (client: Queries) => Promise<T>): Promise<T>;
  close(): Promise<void>;
  /** Of the embedded store alone: copies its files while it is open. */
  readonly copyFiles?: CopyFiles;
}

/** Copies the store as it is at the end of the copying into `directory`, and goes on taking commits meanwhile. */
export type CopyFiles = (directory: string, onProgress: (bytes: number) => void) => Promise<readonly CopiedFile[]>;

export interface CopiedFile {
  /** Below the directory, with `/` between. */
  readonly path: string;
  readonly bytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/**
 * How much a question may read. Nothing can end a statement of the embedded store once it runs, and until it has ended the
 * process does nothing else; so a question looks first how many rows it will read, and does without the answer where
 * that would take longer than a second or so.
 */
export interface RowsBound {
  /** Rows of which one takes what adding up one takes: 3 to 6 µs (docs/benchmarks.md). */
  readonly max: number;
  /** What a question of more is answered with. */
  refuse(): TollgateError;
}
