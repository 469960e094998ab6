/**
 * How long the erasure of one user's id takes, and what it holds up: days of calls of the user, as many of others beside them, a
 * budget for each user, and exports that come in meanwhile. The last day is committed by the store; the others are copies of it. An
 * audit at the end holds all of it against each other.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Alerts } from '../processor/alerts/alerts.ts';
import { createErasures } from '../processor/erasure/erasures.ts';
import { readBudget } from '../processor/gate/budgetSchema.ts';
import { createPolicyStore } from '../processor/gate/policyStore.ts';
import { Windows } from '../processor/gate/windows.ts';
import { audit } from '../processor/store/audit.ts';
import { createStore, type Store } from '../processor/store/createStore.ts';
import type { Database } from '../processor/store/database.ts';
import { migrate } from '../processor/store/migrate.ts';
import { openDatabase } from '../processor/store/openDatabase.ts';
import { createTelemetry } from '../processor/telemetry.ts';
import { noSubject } from '../src/attribution/subject.ts';
import type { PricedCall } from '../src/call.ts';
import { startBenchPostgres } from './ingestServers.ts';
import { storedCall } from './storedCall.ts';
import { copyDays } from './copyDays.ts';
import { printTable, quantile } from './table.ts';

const isShort = process.argv.includes('--short');
const DAY_MS = 86_400_000;
const TENANT = 'acme';
const USER = 'ada@example.com';
const OTHERS = 50;
const CALLS_A_COMMIT = 500;
const nobody = { keyId: null, keyName: null };

interface Scene {
  readonly name: string;
  readonly days: number;
  readonly callsADay: number;
}

const scenes: readonly Scene[] = isShort
  ? [{ name: '10 days', days: 10, callsADay: 50 }]
  : [
      { name: '400 days', days: 400, callsADay: 500 },
      { name: 'one day', days: 1, callsADay: 50_000 },
    ];

const USER_NAMED = (): string => USER;

/** Calls of yesterday, each in a trace of its own, ten to a session. */
function callsOf({ callsADay }: Pick<Scene, 'callsADay'>, user: (index: number) => string): PricedCall[] {
  const startMs = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS;
  return Array.from({ length: callsADay }, (_, index) => {
    const session = `${index % 7}/${Math.floor(index / 10)}`;
    const own = { ...noSubject, agent: `agent-${index % 5}`, user: user(index), session };
    return storedCall({ startMs: startMs + (index * DAY_MS) / callsADay, own });
  });
}

async function commitAll(store: Store, calls: readonly PricedCall[]): Promise<void> {
  const batches: Promise<unknown>[] = [];
  for (let from = 0; from < calls.length; from += CALLS_A_COMMIT) {
    const part = calls.slice(from, from + CALLS_A_COMMIT);
    batches.push(store.commit({ tenant: TENANT, keyAgent: null, spans: [], calls: part }));
    if (batches.length >= 4) await Promise.all(batches.splice(0));
  }
  await Promise.all(batches);
}

/** Transactions and questions of the erasure, with how long each took. */
function timed(database: Database, times: number[]): Database {
  return {
    ...database,
    async transaction(work) {
      const startMs = performance.now();
      try {
        return await database.transaction(work);
      } finally {
        times.push(performance.now() - startMs);
      }
    },
  };
}

/** One export of ten calls of others after another, until stopped; the times of their commits. */
function exportOn(store: Store): { stop(): Promise<readonly number[]> } {
  let isStopped = false;
  const times: number[] = [];
  const ended = (async () => {
    while (!isStopped) {
      const calls = callsOf({ callsADay: 10 }, (index) => `late-${index}`);
      const startMs = performance.now();
      await store.commit({ tenant: TENANT, keyAgent: null, spans: [], calls });
      times.push(performance.now() - startMs);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  return {
    async stop() {
      isStopped = true;
      await ended;
      return times;
    },
  };
}

async function measure(database: Database, scene: Scene): Promise<(string | number)[]> {
  await migrate(database);
  const filling = createStore(database, { settleDelayMs: 60_000 });
  await commitAll(filling, callsOf(scene, USER_NAMED));
  await commitAll(
    filling,
    callsOf(scene, (index) => `user-${index % OTHERS}`),
  );
  await filling.close();
  await copyDays(database, scene.days - 1);
  const windows = new Windows();
  const policies = createPolicyStore(database, windows);
  const read = readBudget({ per: ['user'], window: 'month', limit: { usd: '1000000' } }, 'by-user', 'file');
  if (!read.ok) throw new Error(`the budget: ${JSON.stringify(read.problems)}`);
  await policies.syncFile([read.budget]);
  const budgets = { policies, windows, alerts: new Alerts([]) };
  const store = createStore(database, { settleDelayMs: 60_000, budgets });
  const alone = exportOn(store);
  await new Promise((resolve) => setTimeout(resolve, isShort ? 500 : 5000));
  const aloneMs = await alone.stop();
  const times: number[] = [];
  const telemetry = createTelemetry('bench');
  const log = { info: () => undefined };
  const onFault = (fault: unknown): void => void process.stderr.write(`${String(fault)}\n`);
  const erasures = createErasures({
    database: timed(database, times),
    budgets,
    nowMs: Date.now,
    telemetry,
    log,
    onFault,
    waitMs: 3_600_000,
  });
  const beside = exportOn(store);
  const startMs = performance.now();
  const { rows } = await erasures.erase(TENANT, USER, nobody);
  const seconds = (performance.now() - startMs) / 1000;
  const besideMs = await beside.stop();
  await erasures.stop();
  await store.close();
  const { differences } = await audit(database);
  const calls = rows?.['calls'] ?? 0;
  const expected = scene.days * scene.callsADay;
  if (calls !== expected) throw new Error(`expected ${expected} calls to be erased, found ${calls}`);
  return [
    `${database.kind}, ${scene.name}`,
    calls,
    seconds,
    times.length,
    Math.max(...times),
    quantile(aloneMs, 0.5),
    quantile(aloneMs, 0.99),
    quantile(besideMs, 0.5),
    quantile(besideMs, 0.99),
    differences.length,
  ];
}

const rows: (string | number)[][] = [];
const postgres = await startBenchPostgres();
try {
  for (const [index, scene] of scenes.entries()) {
    const database = await openDatabase({ databaseUrl: await postgres.makeDatabase(`erasure_${index}`), dataDir: '' });
    rows.push(await measure(database, scene));
    await database.close();
  }
} finally {
  await postgres.stop();
}
for (const scene of scenes) {
  const dataDir = mkdtempSync(join(tmpdir(), 'tollgate-bench-erasure-'));
  const database = await openDatabase({ dataDir });
  try {
    rows.push(await measure(database, { ...scene, callsADay: Math.ceil(scene.callsADay / 10) }));
  } finally {
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
printTable(
  'Erasing one user, with exports of ten calls that come in beside it',
  [
    'store',
    'calls erased',
    'seconds',
    'transactions',
    'longest, ms',
    'commits alone p50, ms',
    'p99',
    'commits beside p50, ms',
    'p99 beside',
    'audit differences',
  ],
  rows,
);
