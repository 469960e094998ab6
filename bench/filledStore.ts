import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Database } from '../processor/store/database.ts';
import { openDatabase } from '../processor/store/openDatabase.ts';
import { baseCalls, type CopiedDay, dropBase, fillDay, keepBase } from './filledCopies.ts';
import { askDecisions, putBudgets } from './filledPolicy.ts';
import { AGENTS, dayExports, type DayTraffic } from './filledTraffic.ts';
import { type Receiver, startTollgate } from './ingestServers.ts';
import { createRandom } from './random.ts';

const DAY_MS = 86_400_000;
const BASE_DAYS = 7;
/** The working day that the service takes in itself; the others are copies of its sessions. */
const BASE_CALLS_A_DAY = 43_000;
const SPANS_AN_EXPORT = 500;
const CONNECTIONS = 8;
const REFUSED_PAUSE_MS = 200;
/** How much less there was on the first of the days than there is on the last. */
const GROWTH = 0.3;
const SMALL_TENANT = 'acme';
const SMALL_TENANT_SHARE = 0.1;

export interface Fill {
  readonly databaseUrl: string;
  readonly calls: number;
  readonly days: number;
}

function post(agent: Agent, url: URL, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request(url, { method: 'POST', agent, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Sends a day through the service, over some connections at once; what is told to wait is sent again. */
async function ingest({ otlpUrl }: Receiver, day: DayTraffic): Promise<void> {
  const url = new URL('/v1/traces', otlpUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const bodies = dayExports(day, SPANS_AN_EXPORT);
  const sendOnOneConnection = async (): Promise<void> => {
    for (const body of bodies) {
      let answer = await post(agent, url, body);
      while (answer.status === 429 || answer.status === 503) {
        await sleep(REFUSED_PAUSE_MS);
        answer = await post(agent, url, body);
      }
      if (answer.status !== 200 || answer.text.includes('rejected'))
        throw new Error(`expected every span to be taken, the service answered ${answer.status}: ${answer.text}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sendOnOneConnection));
  agent.destroy();
}

/** How an agent's share of its sessions goes over the days, `ago` from 1 for the first to 0: some grow, some come or go. */
function shareOf(agentIndex: number, ago: number): number {
  const bits = createRandom(agentIndex + 1)();
  if (bits % 9 === 0 && ago > 0.6) return 0;
  if (bits % 11 === 0 && ago < 0.35) return 0;
  const slope = ((bits >>> 8) % 100) / 100 - 0.4;
  return Math.min(1, Math.max(0.1, 0.75 - slope * ago));
}

/** Copies of the days before today, so that with what is there already the store comes to `calls`. */
function planCopies(base: ReadonlyMap<number, number>, today: number, fill: Fill): CopiedDay[][] {
  const days = Array.from({ length: fill.days }, (_, index) => today - fill.days + index).map((day) => {
    const baseDay = today - BASE_DAYS + ((((day - today) % BASE_DAYS) + BASE_DAYS) % BASE_DAYS);
    const ago = (today - 1 - day) / fill.days;
    const shares = AGENTS.map((_, index) => shareOf(index, ago));
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    return { day, baseDay, growth: 1 - GROWTH * ago, shares, expected: mean * (base.get(baseDay) ?? 0) };
  });
  const there = [...base.values()].reduce((sum, calls) => sum + calls, 0);
  const once = days.reduce((sum, { growth, expected }) => sum + growth * expected, 0);
  const small = days.reduce((sum, { expected }) => sum + SMALL_TENANT_SHARE * expected, 0);
  const times = Math.max(0, fill.calls - there - small) / once;
  return days.map(({ day, baseDay, growth, shares }) => {
    const copy = (tenant: string, label: string, share: number): CopiedDay => ({
      day,
      baseDay,
      tenant,
      label: `${label}/${day}`,
      shares: new Map(AGENTS.map((agent, index) => [agent, share * (shares[index] ?? 0)])),
    });
    const wanted = times * growth;
    const copies = Array.from({ length: Math.ceil(wanted) }, (_, at) =>
      copy('default', String(at), Math.min(1, wanted - at)),
    );
    return [...copies, copy(SMALL_TENANT, SMALL_TENANT, SMALL_TENANT_SHARE)];
  });
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/**
 * Fills an empty database: a week and today through a real service, the days before as copies, then budgets and decisions.
 * What is left out: the provider's ids of the copies are not claimed, so a later copy of them in another trace would be charged.
 */
export async function fillStore(fill: Fill): Promise<void> {
  const startedMs = performance.now();
  const seconds = (): string => `${Math.round((performance.now() - startedMs) / 1000)} s`;
  const today = Math.floor(Date.now() / DAY_MS);
  const receiver = await startTollgate('filling', fill.databaseUrl);
  const database = await openDatabase({ databaseUrl: fill.databaseUrl, dataDir: '' });
  try {
    const share = fill.calls / 5_000_000;
    for (let day = today - BASE_DAYS; day < today; day += 1) {
      const calls = Math.max(500, BASE_CALLS_A_DAY * Math.min(1, share));
      await ingest(receiver, { startMs: day * DAY_MS, seed: day, calls, untilMs: Number.POSITIVE_INFINITY });
    }
    say(`${seconds()}: a week is there`);
    await keepBase(database);
    await copyAll(database, planCopies(await baseCalls(database), today, fill), seconds);
    await putBudgets(receiver.apiUrl);
    say(`${seconds()}: budgets are there`);
    const calls = (fill.calls / fill.days) * 1.2;
    await ingest(receiver, { startMs: today * DAY_MS, seed: today, calls, untilMs: Date.now() });
    await askDecisions(receiver.apiUrl);
    say(`${seconds()}: today is there`);
    await vacuum(fill.databaseUrl);
    say(`${seconds()}: the store is filled`);
  } finally {
    await receiver.stop();
    await database.close();
  }
}

/** As autovacuum does in time; by a connection of its own, whose statements take as long as they take. */
async function vacuum(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

async function copyAll(
  database: Database,
  days: readonly (readonly CopiedDay[])[],
  seconds: () => string,
): Promise<void> {
  for (const [index, copies] of days.entries()) {
    await fillDay(database, copies);
    if (index % 10 === 9) say(`${seconds()}: ${index + 1} of ${days.length} days are copied`);
  }
  await dropBase(database);
}
