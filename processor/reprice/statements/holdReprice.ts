import type { Database } from '../../store/database.ts';

/** Beside those of the policy and the prices (gate/policyLock.ts) in the two-key space of advisory locks; the second key is of the tenant. */
const REPRICE_LOCK = '1936942451, hashtext($1)';

/**
 * Runs `work` while no other process reprices calls of the tenant; null where one does. The lock is that of a connection which does
 * nothing else meanwhile, so that it ends with the process.
 */
export function whileHoldingReprice<Answer>(
  database: Database,
  tenant: string,
  work: () => Promise<Answer>,
): Promise<Answer | null> {
  // Only one process has the embedded store, and all its transactions are on one session.
  if (database.kind === 'embedded') return work();
  return database.transaction(async (client) => {
    await client.query('set local idle_in_transaction_session_timeout = 0');
    const [lock] = await client.query<{ taken: boolean }>(
      `select pg_try_advisory_xact_lock(${REPRICE_LOCK}) as taken`,
      [tenant],
    );
    return lock?.taken === true ? work() : null;
  });
}
