import { auditCounters } from '../gate/auditCounters.ts';
import type { AuditDifference } from './auditDifference.ts';
import type { Database, Queries } from './database.ts';
import { partitionOf } from './partitions.ts';
import { IN_DAY } from './statements/selectBookingFaults.ts';
import { closedDayStatements, openDayStatements } from './statements/selectDifferences.ts';
import { selectDays } from './statements/selectDays.ts';

export interface AuditReport {
  /** Days (UTC) that have rows in any of the tables. */
  readonly days: number;
  /** Those of them whose ledger retention has dropped: compared with their closing balances. */
  readonly closedDays: number;
  readonly ledgerEntries: number;
  /** Budgets' counters that were recomputed. */
  readonly counters: number;
  /** Those that have counted calls of dropped days: of what is left they cannot be recomputed. */
  readonly skippedCounters: number;
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
 * call lie in the day of its start, so a snapshot a day is enough and ingest goes on meanwhile. Then every counter of a budget.
 */
export async function audit(database: Database): Promise<AuditReport> {
  const differences: AuditDifference[] = [];
  let ledgerEntries = 0;
  let closedDays = 0;
  const days = await selectDays(database);
  for (const day of days) {
    await database.transaction(async (client) => {
      await client.query('set transaction isolation level repeatable read, read only');
      await client.query('set local statement_timeout = 0');
      // Before the first snapshot: retention drops the day before this or after it, not in between.
      await client.query('lock table only tollgate_data.calls, only tollgate_data.ledger in access share mode');
      const isClosed = !(await hasLedger(client, day));
      if (isClosed) closedDays += 1;
      else ledgerEntries += await countEntries(client, day);
      differences.push(...(await auditDay(client, day, isClosed, DIFFERENCES_MAX - differences.length)));
    });
  }
  const { counters, skippedCounters, ...counted } = await auditCounters(database, DIFFERENCES_MAX - differences.length);
  differences.push(...counted.differences);
  const isCut = differences.length >= DIFFERENCES_MAX;
  return { days: days.length, closedDays, ledgerEntries, counters, skippedCounters, differences, isCut };
}

/** What is wrong in the books of one day, at most `limit` differences, inside a transaction in which the day does not change. */
export async function auditDay(
  client: Queries,
  day: string,
  isClosed: boolean,
  limit: number,
): Promise<readonly AuditDifference[]> {
  const differences: AuditDifference[] = [];
  for (const { table, sql } of isClosed ? closedDayStatements : openDayStatements) {
    if (differences.length >= limit) break;
    const rows = await client.query<DifferenceRow>(sql, [day, limit - differences.length]);
    differences.push(...rows.map(({ key, expected, found }) => ({ table, key, expected, found })));
  }
  return differences;
}

async function hasLedger(client: Queries, day: string): Promise<boolean> {
  const [found] = await client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [
    partitionOf('ledger', day),
  ]);
  return found?.exists === true;
}

async function countEntries(client: Queries, day: string): Promise<number> {
  const [row] = await client.query<{ count: string }>(
    `select count(*) as count from tollgate_data.ledger where ${IN_DAY}`,
    [day],
  );
  return Number(row?.count ?? 0);
}
