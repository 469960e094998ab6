/**
 * Whether the limit holds: a thousand callers on one budget that has money for some of them, random usage within what they
 * declared, callers that crash before or after the call, repeat questions and settlements, settle after their reservation expired;
 * replicas that are killed (SIGKILL) and started again. Four replicas on one PostgreSQL, one service on the embedded store, and
 * check-then-add on PostgreSQL for comparison, under the same load. The bill is what the provider would send.
 * Run: node dist/bench/gateLimit.js [--callers N] [--calls N] [--seed N] [--short]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { formatUsd } from '../src/money.ts';
import { BOUND_FEMTO_USD } from './gateCalls.ts';
import { decisionBody, keepAliveAgent, post } from './gateCalls.ts';
import { femto, runStorm, type StormFindings } from './gateStorm.ts';
import { distFolder, endProcess, serviceMain, startBenchPostgres, startProcess } from './ingestServers.ts';
import { createRandom } from './random.ts';
import { printMachine, printTable } from './table.ts';

const { values: flags } = parseArgs({
  options: {
    callers: { type: 'string', default: '1000' },
    calls: { type: 'string' },
    seed: { type: 'string', default: '1' },
    short: { type: 'boolean', default: false },
  },
});
const callers = Number(flags.callers);
const callsEach = Number(flags.calls ?? (flags.short ? '2' : '6'));
const LIMIT_USD = '1.75';
const LIMIT_FEMTO_USD = femto(LIMIT_USD);
const TTL_SECONDS = 4;
const KILL_EVERY_MS = 1500;
const READ_EVERY_MS = 50;

type Started = Awaited<ReturnType<typeof startProcess>>;

interface Side {
  readonly name: string;
  readonly replicas: number;
  readonly kills: boolean;
  start(number: number): Promise<Started>;
  /** The budget as any replica tells it now. */
  read(url: string): Promise<Budget>;
  readonly isOurs: boolean;
}

interface Budget {
  readonly spent: bigint;
  readonly reserved: bigint;
}

interface Row {
  readonly side: Side;
  readonly storm: StormFindings;
  readonly kills: number;
  readonly mostFemtoUsd: bigint;
  readonly end: Budget;
  readonly spentToTheLast: boolean | null;
}

async function runSide(side: Side): Promise<Row> {
  const running = await Promise.all(Array.from({ length: side.replicas }, (_, number) => side.start(number)));
  const urlOf = ({ ready }: Started): string => `http://${ready.get('api')}`;
  const seed = Number(flags.seed);
  const draw = createRandom(seed);
  const random = (): number => draw() / 2 ** 32;
  let isOver = false;
  let kills = 0;
  let mostFemtoUsd = 0n;
  const watch = async (): Promise<void> => {
    while (!isOver) {
      const budget = await side.read(urlOf(pick(running, random))).catch(() => null);
      if (budget !== null && budget.spent + budget.reserved > mostFemtoUsd)
        mostFemtoUsd = budget.spent + budget.reserved;
      await delay(READ_EVERY_MS);
    }
  };
  const kill = async (): Promise<void> => {
    while (side.kills && !isOver) {
      await delay(KILL_EVERY_MS);
      if (isOver) return;
      const number = Math.floor(random() * running.length);
      running[number]?.child.kill('SIGKILL');
      kills += 1;
      running[number] = await side.start(number);
    }
  };
  const around = Promise.allSettled([watch(), kill()]);
  try {
    // The port of one that was killed may be somebody else's by now.
    const urls = (): readonly string[] => running.filter(({ child }) => !child.killed).map(urlOf);
    const storm = await runStorm({ urls, callers, callsEach, ttlSeconds: TTL_SECONDS, random }).finally(() => {
      isOver = true;
    });
    for (const { status, reason } of (await around) as PromiseRejectedResult[]) if (status === 'rejected') throw reason;
    const url = urlOf(pick(running, random));
    // Until all that nobody settled has expired.
    await delay((TTL_SECONDS + 3) * 1000);
    const end = await side.read(url);
    const spentToTheLast = side.isOurs ? await spendTheRest(side, url) : null;
    return { side, storm, kills, mostFemtoUsd, end, spentToTheLast };
  } finally {
    isOver = true;
    // A replica that is being started again belongs to those that are ended.
    await around;
    await Promise.allSettled(running.map(({ child }) => endProcess(child)));
  }
}

function pick<T>(items: readonly T[], random: () => number): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('expected something to pick from');
  return item;
}

/** What is left is admitted call by call to the last that fits. */
async function spendTheRest(side: Side, url: string): Promise<boolean> {
  const agent = keepAliveAgent(1);
  for (let number = 0; ; number += 1) {
    const body = decisionBody({ agent: 'agent-0', idempotencyKey: `rest-${number}` });
    const answer = await post(agent, `${url}/policy/v1/decisions`, body);
    if ((JSON.parse(answer.body) as { effect: string }).effect === 'allow') continue;
    agent.destroy();
    const { spent, reserved } = await side.read(url);
    const left = LIMIT_FEMTO_USD - spent - reserved;
    return left >= 0n && left < BOUND_FEMTO_USD;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'tollgate-bench-limit-'));
const configPath = join(folder, 'tollgate.yaml');
writeFileSync(
  configPath,
  JSON.stringify({ budgets: [{ name: 'nearly-spent', window: 'month', limit: { usd: LIMIT_USD } }] }),
);

function ours(name: string, replicas: number, databaseUrl: string | null): Side {
  return {
    name,
    replicas,
    kills: true,
    isOurs: true,
    start(number) {
      const dataDir = join(folder, databaseUrl === null ? 'embedded' : `replica-${number}`);
      const place = ['--data-dir', dataDir, ...(databaseUrl === null ? [] : ['--database-url', databaseUrl])];
      const ports = ['--grpc-port', '0', '--http-port', '0', '--api-port', '0'];
      return startProcess([serviceMain, 'serve', ...place, ...ports, '--config', configPath], {});
    },
    async read(url) {
      const response = await fetch(`${url}/api/v1/budgets/nearly-spent/status`);
      if (!response.ok) throw new Error(`the status answered ${response.status}`);
      const { items } = (await response.json()) as { items: { spent_usd: string; reserved_usd: string }[] };
      return { spent: femto(items[0]?.spent_usd ?? '0'), reserved: femto(items[0]?.reserved_usd ?? '0') };
    },
  };
}

function naive(name: string, databaseUrl: string, adds: 'ask' | 'settlement'): Side {
  return {
    name,
    replicas: 4,
    kills: false,
    isOurs: false,
    async start() {
      const started = await startProcess([join(distFolder, 'bench/gateNaive.js')], {
        DATABASE_URL: databaseUrl,
        ADDS: adds,
      });
      const body = JSON.stringify({ name: 'nearly-spent', limit: Number(LIMIT_USD) });
      await fetch(`http://${started.ready.get('api')}/budget`, { method: 'POST', body });
      return started;
    },
    async read(url) {
      const { spent } = (await (await fetch(`${url}/spent`)).json()) as { spent: number };
      return { spent: BigInt(Math.round(spent * 1e15)), reserved: 0n };
    },
  };
}

function print(rows: readonly Row[]): void {
  const most = (...amounts: bigint[]): bigint => amounts.reduce((one, two) => (one > two ? one : two), 0n);
  const cells = rows.map(({ side, storm, kills, mostFemtoUsd, end, spentToTheLast }) => [
    side.name,
    storm.asked,
    storm.allowed,
    storm.denied,
    side.isOurs ? storm.deniedWrongly : null,
    storm.crashed,
    kills,
    formatUsd(storm.billFemtoUsd),
    formatUsd(end.spent),
    LIMIT_USD,
    formatUsd(most(0n, storm.billFemtoUsd - LIMIT_FEMTO_USD, mostFemtoUsd - LIMIT_FEMTO_USD)),
    side.isOurs ? formatUsd(end.reserved) : null,
    spentToTheLast === null ? null : spentToTheLast ? 'yes' : 'NO',
  ]);
  const columns =
    'gate;calls;allowed;denied;denied though it fitted;callers crashed;replicas killed;bill USD;spent USD;limit USD;overshoot USD;reserved after expiry USD;spendable to the last call'.split(
      ';',
    );
  printTable(`${callers} callers on one nearly spent budget`, columns, cells);
}

function check({ side, storm, mostFemtoUsd, end, spentToTheLast }: Row): string[] {
  if (!side.isOurs) return [];
  const faults: string[] = [];
  if (storm.billFemtoUsd > LIMIT_FEMTO_USD) faults.push(`${side.name}: the bill is above the limit`);
  if (mostFemtoUsd > LIMIT_FEMTO_USD) faults.push(`${side.name}: spent + reserved was read above the limit`);
  if (end.spent < storm.billFemtoUsd) faults.push(`${side.name}: the budget knows less than the bill`);
  if (end.reserved !== 0n) faults.push(`${side.name}: reservations are left after their expiry`);
  if (storm.deniedWrongly > 0)
    faults.push(`${side.name}: ${storm.deniedWrongly} calls were refused though they fitted`);
  if (spentToTheLast === false) faults.push(`${side.name}: money was left that no call could have`);
  return faults;
}

printMachine();
process.stdout.write(
  `- seed ${flags.seed}, reservations live ${TTL_SECONDS} s, a replica is killed every ${KILL_EVERY_MS} ms\n`,
);
const postgres = await startBenchPostgres();
try {
  const rows: Row[] = [];
  const sides = [
    ours('Tollgate, 4 replicas, PostgreSQL', 4, await postgres.makeDatabase('tollgate')),
    ours('Tollgate, embedded store', 1, null),
    naive('check-then-add, added when asked, 4 processes', await postgres.makeDatabase('asked'), 'ask'),
    naive('check-then-add, added after the call, 4 processes', await postgres.makeDatabase('settled'), 'settlement'),
  ];
  for (const side of sides) rows.push(await runSide(side));
  print(rows);
  const faults = rows.flatMap(check);
  for (const fault of faults) process.stdout.write(`\nWRONG: ${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
