import type { Queries } from '../store/database.ts';

/** Beside that of the policy in the two-key space of advisory locks (gate/policyLock.ts). */
const PRICES_LOCK = '1936942450, 1';

const epochSql = 'select epoch from tollgate_data.price_epoch';

/**
 * Until the transaction ends no price changes. Resolves to the epoch, read by a statement of its own: one that waited for the lock
 * would show the epoch from before the wait. Both go to the server at once. Taken before any other lock.
 */
export function sharePrices(client: Queries): Promise<number> {
  return epochOf(client, `select pg_advisory_xact_lock_shared(${PRICES_LOCK}); ${epochSql}`);
}

export function readPriceEpoch(client: Queries): Promise<number> {
  return epochOf(client, epochSql);
}

async function epochOf(client: Queries, sql: string): Promise<number> {
  const [row] = await client.query<{ epoch: string }>(sql);
  if (row === undefined) throw new Error('expected the epoch of the prices, found no row');
  return Number(row.epoch);
}

/** What a change of prices is told when it begins. */
export interface SeizedPrices {
  /** The epoch that the change begins. */
  readonly epoch: number;
  /** By the clock of the database, in whole milliseconds. */
  readonly now: Date;
}

/** Until the transaction ends nothing priced is committed; whoever commits from then on has to know the new epoch. */
export async function seizePrices(client: Queries): Promise<SeizedPrices> {
  await client.query(`select pg_advisory_xact_lock(${PRICES_LOCK})`);
  const [row] = await client.query<{ epoch: string; ms: string }>(
    `update tollgate_data.price_epoch set epoch = epoch + 1
returning epoch, floor(extract(epoch from clock_timestamp()) * 1000)::bigint as ms`,
  );
  if (row === undefined) throw new Error('expected the epoch of the prices, found no row');
  return { epoch: Number(row.epoch), now: new Date(Number(row.ms)) };
}
