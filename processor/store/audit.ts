import type { Database, Queries } from './database.ts';
import { auditStatements } from './statements/selectDifferences.ts';
import { selectDays } from './statements/selectDays.ts';

/** Something that is not the sum of the ledger. */
export interface AuditDifference {
  /** The rollup, or `calls` for a call and its bookings. */
  readonly table: string;
  /** What names the row: tenant, period and dimensions, or the call's identity. */
  readonly key: Readonly<Record<string, unknown>>;
  /** As the ledger has it; null: the ledger knows no such row. */
  readonly expected: Readonly<Record<string, unknown>> | null;
  /** As the table has it; null: there is no such row. */
  readonly found: Readonly<Record<string, unknown>> | null;
}

export interface AuditReport {
  /** Days (UTC) that have rows in any of the tables. */
  readonly days: number;
  readonly ledgerEntries: number;
  /** Empty when the books close. */
  readonly differences: readonly AuditDifference[];
  /** There may be more differences than are listed. */
  readonly isCut: boolean;
}

const DIFFERENCES_MAX = 100;

interface DifferenceRow {
  readonly key: AuditDifference['key'];
  readonly expected: AuditDifference['expected'];
  readonly found: AuditDifference['found'];
}

/**
 * Recomputes every rollup from the ledger, and the ledger's net of each call from the calls, day by day: all rows of a
 * call lie in the day of its start, so a snapshot a day is enough and ingest goes on meanwhile.
 */
export async function audit(database: Database): Promise<AuditReport> {
  const differences: AuditDifference[] = [];
  let ledgerEntries = 0;
  const days = await selectDays(database);
  for (const day of days) {
    await database.transaction(async (client) => {
      await client.query('set transaction isolation level repeatable read, read only');
      await client.query('set local statement_timeout = 0');
      ledgerEntries += await countEntries(client, day);
      for (const { table, sql } of auditStatements) {
        if (differences.length >= DIFFERENCES_MAX) break;
        const rows = await client.query<DifferenceRow>(sql, [day, DIFFERENCES_MAX - differences.length]);
        differences.push(...rows.map(({ key, expected, found }) => ({ table, key, expected, found })));
      }
    });
  }
  return { days: days.length, ledgerEntries, differences, isCut: differences.length >= DIFFERENCES_MAX };
}

async function countEntries(client: Queries, day: string): Promise<number> {
  const [row] = await client.query<{ count: string }>(
    `select count(*) as count from tollgate_data.ledger
where started_at >= $1::date::timestamp at time zone 'UTC' and started_at < ($1::date + 1)::timestamp at time zone 'UTC'`,
    [day],
  );
  return Number(row?.count ?? 0);
}
