import type { Budget } from '../../src/policy/budget.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { Actor } from '../access/auditLog.ts';
import { createBriefCache } from '../access/briefCache.ts';
import type { Database, Queries } from '../store/database.ts';
import { readPolicy } from './budgetRows.ts';
import { endRaise } from './endRaise.ts';
import { type FileSync, syncFile } from './fileBudgets.ts';
import { type NewRaise, putBudget, raiseBudget, removeBudget } from './policyChanges.ts';
import { readEpoch, sharePolicy } from './policyLock.ts';
import { removeStrayCounters } from './strayCounters.ts';
import type { Windows } from './windows.ts';

/** The budgets in force, which stand in the database with an epoch. */
export interface PolicyStore {
  /**
   * Inside a transaction that is going to post, before it locks a reservation or a counter: takes the policy lock shared, so that no
   * budget changes until its end, and reads the budgets again where they have changed.
   */
  current(client: Queries): Promise<Policy>;
  /** For reads: at most a second old. Waits for nobody who changes budgets. */
  snapshot(): Promise<Policy>;
  /** Makes or changes a budget by API. Throws `read_only` where the file has one of this name. */
  put(tenant: string, budget: Budget, actor: Actor): Promise<{ readonly created: boolean }>;
  /** Throws `not_found`, and `read_only` for a budget of the file. */
  remove(tenant: string, name: string, actor: Actor): Promise<void>;
  /** Makes the budgets of the file those that hold for every tenant; says what it did. */
  syncFile(budgets: readonly Budget[]): Promise<FileSync>;
  /** Raises a limit for a time, a tenant's own or the file's for this tenant. Throws `not_found`. */
  raise(tenant: string, name: string, raise: NewRaise, actor: Actor): Promise<{ readonly id: string }>;
  /** Takes a raise back. Throws `not_found`. */
  endRaise(tenant: string, name: string, id: string, actor: Actor): Promise<void>;
}

const SNAPSHOT_TTL_MS = 1000;

export function createPolicyStore(database: Database, windows: Windows): PolicyStore {
  let known: Policy | null = null;
  const snapshots = createBriefCache<Policy>({ ttlMs: SNAPSHOT_TTL_MS, entriesMax: 1, nowMs: () => performance.now() });

  async function policyAt(client: Queries, epoch: number): Promise<Policy> {
    if (known?.epoch === epoch) return known;
    const policy = await readPolicy(client, epoch);
    // Another transaction may have read the same, or a later one, meanwhile; who shares one policy shares what is known of its counters.
    if (known === null || known.epoch < epoch) known = policy;
    return known.epoch === epoch ? known : policy;
  }

  /** In one snapshot, so that epoch and budgets belong together without the lock. */
  function readSnapshot(): Promise<Policy> {
    return database.transaction(async (client) => {
      await client.query('set transaction isolation level repeatable read, read only');
      return policyAt(client, await readEpoch(client));
    });
  }

  /** Counters that a change has left without a budget go afterwards, while calls are decided again. */
  async function changing<T>(change: (client: Queries) => Promise<T>): Promise<T> {
    const result = await database.transaction(change);
    snapshots.clear();
    for await (const _ of removeStrayCounters(database));
    return result;
  }

  return {
    current: async (client) => policyAt(client, await sharePolicy(client)),
    snapshot: () => snapshots.get('', readSnapshot),
    put: (tenant, budget, actor) => changing((client) => putBudget(client, windows, { tenant, budget, actor })),
    remove: (tenant, name, actor) => changing((client) => removeBudget(client, { tenant, name, actor })),
    syncFile: async (budgets) => changing((client) => syncFile(client, windows, budgets)),
    raise: (tenant, name, raise, actor) => changing((client) => raiseBudget(client, { tenant, name, raise, actor })),
    endRaise: (tenant, name, id, actor) => changing((client) => endRaise(client, { tenant, name, id, actor })),
  };
}
