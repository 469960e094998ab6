import { Alerts } from '../../../processor/alerts/alerts.ts';
import { createGate, type Gate } from '../../../processor/gate/gate.ts';
import { createPolicyStore, type PolicyStore } from '../../../processor/gate/policyStore.ts';
import { Windows } from '../../../processor/gate/windows.ts';
import { createStore, type Store } from '../../../processor/store/createStore.ts';
import type { Database } from '../../../processor/store/database.ts';
import { openDatabase } from '../../../processor/store/openDatabase.ts';
import { createPricing } from '../../../src/pricing/pricing.ts';
import type { TestDatabase } from '../../support/database.ts';
import { fixedPrices } from '../../support/prices.ts';

export interface Replica {
  readonly gate: Gate;
  readonly policies: PolicyStore;
  readonly store: Store;
}

const REPLICAS = 3;
export const pricing = createPricing();
const prices = fixedPrices(pricing);
const silent = {
  decided: () => undefined,
  settled: () => undefined,
  expired: () => undefined,
  batched: () => undefined,
};

/** Gates and stores on one database, each as of a replica: on PostgreSQL with connections of its own, which may be killed. */
export class Replicas {
  readonly #place: TestDatabase;
  readonly #own: { readonly name: string; readonly database: Database; replica: Replica }[] = [];
  readonly #gone: Replica[] = [];
  /** One that nobody kills. */
  readonly safe: Replica;
  kills = 0;

  private constructor(place: TestDatabase) {
    this.#place = place;
    this.safe = start(place.database);
  }

  static async open(place: TestDatabase): Promise<Replicas> {
    const replicas = new Replicas(place);
    const { url } = place;
    for (let number = 0; number < (url === undefined ? 1 : REPLICAS); number += 1) {
      const name = `gate${number}`;
      const database = url === undefined ? place.database : await openNamed(url, name);
      replicas.#own.push({ name, database, replica: start(database) });
    }
    return replicas;
  }

  get mayDie(): boolean {
    return this.#place.url !== undefined;
  }

  get database(): Database {
    return this.#place.database;
  }

  at(number: number): Replica {
    const own = this.#own[number % this.#own.length];
    if (own === undefined) throw new Error('expected a replica, found none');
    return own.replica;
  }

  /** Ends the connections of one in the middle of whatever they do; another takes its place. */
  async kill(number: number): Promise<void> {
    const own = this.#own[number % this.#own.length];
    if (own === undefined || own.database === this.#place.database) return;
    this.kills += 1;
    this.#gone.push(own.replica);
    own.replica = start(own.database);
    await this.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()`,
      [own.name],
    );
  }

  async close(): Promise<void> {
    for (const { gate, store } of [this.safe, ...this.#gone, ...this.#own.map(({ replica }) => replica)]) {
      await Promise.allSettled([gate.close(), store.close()]);
    }
    for (const { database } of this.#own) if (database !== this.#place.database) await database.close();
  }
}

function start(database: Database): Replica {
  const windows = new Windows();
  const policies = createPolicyStore(database, windows);
  const alerts = new Alerts([]);
  const parts = { database, windows, policies, alerts };
  return {
    gate: createGate({ ...parts, prices, rules: [], meters: silent, nowMs: Date.now }),
    policies,
    store: createStore(database, { settleDelayMs: 0, budgets: { policies, windows, alerts } }),
  };
}

function openNamed(url: string, name: string): Promise<Database> {
  const named = new URL(url);
  named.searchParams.set('application_name', name);
  return openDatabase({ databaseUrl: named.href, dataDir: '' });
}
