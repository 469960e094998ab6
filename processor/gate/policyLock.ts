import type { Queries } from '../store/database.ts';

/** In the two-key space of advisory locks, where the prices have the other lock (prices/priceLock.ts). */
const POLICY_LOCK = '1936942450, 0';

const epochSql = 'select epoch from tollgate_data.policy_epoch';

/**
 * Until the transaction ends no budget changes. Resolves to the epoch, read by a statement of its own: one that waited for the lock
 * would show the epoch from before the wait. Both go to the server at once.
 */
export function sharePolicy(client: Queries): Promise<number> {
  return epochOf(client, `select pg_advisory_xact_lock_shared(${POLICY_LOCK}); ${epochSql}`);
}

export function readEpoch(client: Queries): Promise<number> {
  return epochOf(client, epochSql);
}

async function epochOf(client: Queries, sql: string): Promise<number> {
  const [row] = await client.query<{ epoch: string }>(sql);
  if (row === undefined) throw new Error('expected the epoch of the policy, found no row');
  return Number(row.epoch);
}

/** Until the transaction ends nobody posts, and what others posted is there to be read. Resolves to the time of the database. */
export async function seizePolicy(client: Queries): Promise<number> {
  await client.query(`select pg_advisory_xact_lock(${POLICY_LOCK})`);
  return databaseMicros(client);
}

/** Whoever posts from the commit on reads the budgets again. Inside the transaction that holds the policy lock alone. */
export async function advanceEpoch(client: Queries): Promise<void> {
  await client.query('update tollgate_data.policy_epoch set epoch = epoch + 1');
}

/** The clock of the gate. */
export async function databaseMicros(client: Queries): Promise<number> {
  const [row] = await client.query<{ micros: string }>(
    'select (extract(epoch from clock_timestamp()) * 1000000)::bigint as micros',
  );
  if (row === undefined) throw new Error('expected the time of the database, found no row');
  return Number(row.micros);
}
