import { TollgateError } from '../../src/errors.ts';
import { recordAction, type Actor } from '../access/auditLog.ts';
import { auditDay } from './audit.ts';
import type { AuditDifference } from './auditDifference.ts';
import type { Database, Queries } from './database.ts';
import { PARTITIONED, partitionOf } from './partitions.ts';
import { type ClosingBalance, insertClosingBalances } from './statements/insertClosingBalances.ts';
import { IN_DAY } from './statements/selectBookingFaults.ts';
import { faultCode } from './storeFault.ts';

export type DayClosing =
  | { readonly kind: 'closed'; readonly day: string; readonly balances: readonly ClosingBalance[] }
  /** Its books do not close: what could show why is kept. */
  | { readonly kind: 'kept'; readonly day: string; readonly differences: readonly AuditDifference[] }
  /** An agent's total of the day waits for its settle delay. */
  | { readonly kind: 'pending'; readonly day: string }
  /** Somebody uses the tables, or another replica closes days: to be tried again. */
  | { readonly kind: 'busy'; readonly day: string };

/**
 * While this waits, whoever comes after waits behind it. Below PostgreSQL's deadlock_timeout (1 s), so that it is always
 * this that gives way, never a commit or a question.
 */
const LOCK_TIMEOUT_MS = 800;
/** Auditing a day of 100,000 calls takes some 5 s on two busy cores. Only who writes to this very day waits for it. */
const STATEMENT_TIMEOUT_MS = 600_000;
const DIFFERENCES_TOLD_MAX = 10;

/** Any number, the same in every replica: one closes days at a time. */
const ADVISORY_LOCK = 7_405_117_003n;

/** No API key: key names are chosen by people, and each stands beside its key's id. */
const SERVICE: Actor = { keyId: null, keyName: 'tollgate' };

/** 55P03 lock_timeout, 40P01 deadlock_detected. */
const BUSY_SQLSTATE: ReadonlySet<string | null> = new Set(['55P03', '40P01']);

/**
 * Drops the partitions of a day (UTC, `YYYY-MM-DD`) and writes its closing balances, both or neither. The day must be
 * before the closing date. Its rows stand still from the first lock on: a commit that books into it has ended or waits,
 * and finds no partition afterwards. Locks are taken in the order in which commits take them.
 */
export async function closeDay(database: Database, day: string, at: Date): Promise<DayClosing> {
  try {
    return await database.transaction((client) => close(client, day, at));
  } catch (fault) {
    const cause = fault instanceof TollgateError ? fault.cause : fault;
    if (BUSY_SQLSTATE.has(faultCode(cause))) return { kind: 'busy', day };
    throw fault;
  }
}

async function close(client: Queries, day: string, at: Date): Promise<DayClosing> {
  await client.query(
    `set local lock_timeout = ${LOCK_TIMEOUT_MS}; set local statement_timeout = ${STATEMENT_TIMEOUT_MS}`,
  );
  const [lock] = await client.query<{ taken: boolean }>('select pg_try_advisory_xact_lock($1) as taken', [
    ADVISORY_LOCK,
  ]);
  if (lock?.taken !== true) return { kind: 'busy', day };
  const partitions = await partitionsThere(client, day);
  // Another replica was faster.
  if (partitions.length === 0) return { kind: 'closed', day, balances: [] };
  await client.query(`lock table ${partitions.join(', ')} in share mode`);
  if (await hasPending(client, day)) return { kind: 'pending', day };
  const differences = await auditDay(client, day, false, DIFFERENCES_TOLD_MAX);
  if (differences.length > 0) return { kind: 'kept', day, differences };
  const balances = await insertClosingBalances(client, day, at);
  for (const { tenant, ...detail } of balances) {
    await recordAction(client, SERVICE, { tenant, name: 'day.close', detail: { day, ...detail }, at });
  }
  await client.query(
    `lock table ${PARTITIONED.map((table) => `only tollgate_data.${table}`).join(', ')} in access exclusive mode`,
  );
  await client.query(`drop table ${partitions.join(', ')}`);
  return { kind: 'closed', day, balances };
}

async function partitionsThere(client: Queries, day: string): Promise<readonly string[]> {
  const names = PARTITIONED.map((table) => partitionOf(table, day));
  const found = await client.query<{ name: string }>(
    'select name from unnest($1::text[]) with ordinality as asked (name, place) where to_regclass(name) is not null order by place',
    [names],
  );
  return found.map(({ name }) => name);
}

async function hasPending(client: Queries, day: string): Promise<boolean> {
  const found = await client.query(
    `select 1 as one from tollgate_data.calls where charge = 'pending' and ${IN_DAY} limit 1`,
    [day],
  );
  return found.length > 0;
}
