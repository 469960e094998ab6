import { Alerts } from '../../processor/alerts/alerts.ts';
import { createErasures, type ErasureAnswer, type Erasures } from '../../processor/erasure/erasures.ts';
import { createGate, type Gate } from '../../processor/gate/gate.ts';
import { createPolicyStore, type PolicyStore } from '../../processor/gate/policyStore.ts';
import { Windows } from '../../processor/gate/windows.ts';
import { audit } from '../../processor/store/audit.ts';
import { createStore, type Store } from '../../processor/store/createStore.ts';
import type { Database } from '../../processor/store/database.ts';
import type { PricedCall, SpanSkeleton } from '../../src/call.ts';
import type { Budget } from '../../src/policy/budget.ts';
import { openTestDatabase, type StoreKind } from '../support/database.ts';
import { fixedPrices } from '../support/prices.ts';
import { batch, countSamples } from '../store/samples.ts';

export const TENANT = 'default';
export const ops = { keyId: 'key-1', keyName: 'ops' };
/** Long enough to be found only where it was written. */
export const ADA = 'ada-8c1f3e77@example.com';

export interface Erasing extends AsyncDisposable {
  readonly url: string | undefined;
  readonly database: Database;
  readonly store: Store;
  readonly policies: PolicyStore;
  readonly gate: Gate;
  readonly erasures: Erasures;
  readonly faults: readonly unknown[];
  readonly logged: readonly string[];
  readonly put: (budget: Budget) => Promise<void>;
  readonly commit: (calls: readonly PricedCall[], spans?: readonly SpanSkeleton[], tenant?: string) => Promise<void>;
  readonly erase: (user?: string) => Promise<ErasureAnswer>;
  readonly differences: () => Promise<readonly unknown[]>;
}

export interface ErasingOptions {
  /** Of the file: every tenant's. */
  readonly budgets?: readonly Budget[];
  readonly waitMs?: number;
  readonly resumeMs?: number;
  readonly nowMs?: () => number;
  /** What erasures see of the database. */
  readonly seen?: (database: Database) => Database;
}

/** A store that counts in budgets, a gate, and erasures, as one process has them. */
export async function openErasing(kind: StoreKind, options: ErasingOptions = {}): Promise<Erasing> {
  const place = await openTestDatabase(kind);
  const { database } = place;
  const process = await openProcess(database, options);
  return {
    ...process,
    url: place.url,
    [Symbol.asyncDispose]: async () => {
      await process[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    },
  };
}

export async function openProcess(
  database: Database,
  { budgets = [], waitMs = 60_000, resumeMs = 3_600_000, nowMs = Date.now, seen = (same) => same }: ErasingOptions = {},
): Promise<Omit<Erasing, 'url'>> {
  const windows = new Windows();
  const policies = createPolicyStore(database, windows);
  await policies.syncFile(budgets);
  await countSamples(database);
  const counting = { policies, windows, alerts: new Alerts([]) };
  const store = createStore(database, { settleDelayMs: 0, budgets: counting, nowMs });
  const gate = makeGate(database, counting);
  const faults: unknown[] = [];
  const logged: string[] = [];
  const erasures = createErasures({
    database: seen(database),
    budgets: counting,
    nowMs,
    telemetry: { usersErased: { inc: () => undefined }, erasedRows: { inc: () => undefined } } as never,
    log: { info: (...parts: unknown[]) => void logged.push(JSON.stringify(parts)) } as never,
    onFault: (fault) => void faults.push(fault),
    waitMs,
    resumeMs,
  });
  return {
    database,
    store,
    policies,
    gate,
    erasures,
    faults,
    logged,
    put: async (budget) => void (await policies.put(TENANT, budget, ops)),
    commit: async (calls, spans = [], tenant = TENANT) => void (await store.commit(batch(calls, spans, tenant))),
    erase: (user = ADA) => erasures.erase(TENANT, user, ops),
    differences: async () => (await audit(database)).differences,
    [Symbol.asyncDispose]: async () => {
      await erasures.stop();
      await gate.close();
      await store.close();
    },
  };
}

function makeGate(database: Database, counting: { policies: PolicyStore; windows: Windows; alerts: Alerts }): Gate {
  const meters = {
    decided: () => undefined,
    settled: () => undefined,
    expired: () => undefined,
    batched: () => undefined,
  };
  return createGate({
    ...counting,
    database,
    prices: fixedPrices(),
    rules: [],
    meters,
    nowMs: Date.now,
  });
}
