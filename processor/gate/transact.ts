import { setTimeout as sleep } from 'node:timers/promises';
import { TollgateError } from '../../src/errors.ts';
import type { Database, Queries } from '../store/database.ts';
import { faultCode } from '../store/storeFault.ts';

/**
 * The transaction is right and may be tried again: 40001 serialization_failure, 40P01 deadlock_detected, 23505 somebody else
 * took an idempotency key after it was looked for.
 */
const RETRY_SQLSTATE: ReadonlySet<string | null> = new Set(['40001', '40P01', '23505']);
const ATTEMPTS_MAX = 5;
/** Before each further attempt to find out what became of a commit: together long enough for a restart of PostgreSQL. */
const UNKNOWN_DELAYS_MS = [0, 100, 400, 1500];

/**
 * Runs `work` until it is committed. It is run again where it is right and lost a race, and where the connection was lost, so that
 * nobody knows whether it was committed: then it has to find out what of it is there, and `isRepeated` tells it to look.
 */
export async function transact<Result>(
  database: Database,
  work: (client: Queries, isRepeated: boolean) => Promise<Result>,
): Promise<Result> {
  let races = 0;
  let losses = 0;
  for (;;) {
    let hasBegun = false;
    try {
      return await database.transaction((client) => {
        hasBegun = true;
        return work(client, races + losses > 0);
      });
    } catch (fault) {
      if (isConnectionLost(fault)) {
        // Where nothing was ever begun there is nothing to find out: whoever asks may try again himself.
        const delayMs = hasBegun || losses > 0 ? UNKNOWN_DELAYS_MS[losses] : undefined;
        if (delayMs === undefined) throw fault;
        losses += 1;
        await sleep(delayMs);
      } else {
        races += 1;
        if (races >= ATTEMPTS_MAX || !RETRY_SQLSTATE.has(faultCode(fault))) throw fault;
      }
    }
  }
}

/** 53 insufficient resources, 57014 statement_timeout, 25006 a standby, 55P03 lock_timeout: the server said that it rolled back. */
const ROLLED_BACK_SQLSTATE = /^(53...|57014|25006|55P03)$/;

function isConnectionLost(fault: unknown): boolean {
  if (!(fault instanceof TollgateError) || fault.code !== 'store_unavailable') return false;
  return !ROLLED_BACK_SQLSTATE.test(faultCode(fault.cause) ?? '');
}
