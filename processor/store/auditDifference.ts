/** Something that is not the sum of the ledger. */
export interface AuditDifference {
  /** The table whose rows are wrong: a rollup, `counters`, `calls` for a call and its bookings, `ledger` for bookings alone, `closing_balances`. */
  readonly table: string;
  /** What names the row: tenant, period and dimensions, or the call's identity. */
  readonly key: Readonly<Record<string, unknown>>;
  /** As the ledger has it; null: the ledger knows no such row. */
  readonly expected: Readonly<Record<string, unknown>> | null;
  /** As the table has it; null: there is no such row. */
  readonly found: Readonly<Record<string, unknown>> | null;
}
