/**
 * Decisions of the gate over HTTP, each a reservation committed before it is answered: on both stores, with one budget
 * that every call meets and with a thousand, and a check-then-add gate on the same PostgreSQL. Arms take turns within a
 * round, so that a neighbour's load falls on all. After each arm the budget's status must show exactly what was admitted.
 * Run: node dist/bench/gate.js [--seconds N] [--rounds N] [--short]
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { GateLoadFindings, GateLoadTask } from './gateLoad.ts';
import { distFolder, endProcess, startBenchPostgres, startProcess, startTollgate } from './ingestServers.ts';
import { formatFigure, median, printMachine, printTable, spread } from './table.ts';

const { values: flags } = parseArgs({
  options: { seconds: { type: 'string' }, rounds: { type: 'string' }, short: { type: 'boolean', default: false } },
});
const seconds = Number(flags.seconds ?? (flags.short ? '1' : '5'));
const rounds = Number(flags.rounds ?? (flags.short ? '1' : '3'));
const BUDGETS = 998;
const callerCounts = flags.short ? [100] : [1, 100, 1000];
const EVEN_RATES = [1000, 2000];

interface Gate {
  readonly name: string;
  readonly apiUrl: string;
  readonly isOurs: boolean;
}

interface Arm {
  readonly gate: Gate;
  readonly what: string;
  readonly task: GateLoadTask;
  readonly runs: GateLoadFindings[];
}

function armsOf(gate: Gate): Arm[] {
  const arm = (what: string, part: Partial<GateLoadTask>): Arm => ({
    gate,
    what,
    task: { apiUrl: gate.apiUrl, callers: 1, seconds, agents: 1, ratePerSecond: null, settles: false, ...part },
    runs: [],
  });
  const oneBudget = callerCounts.map((callers) => arm(`${callers} callers, one budget`, { callers }));
  if (!gate.isOurs) return oneBudget;
  return [
    ...oneBudget,
    ...callerCounts.map((callers) => arm(`${callers} callers, ${BUDGETS} budgets`, { callers, agents: BUDGETS })),
    arm('100 callers, one budget, each settled', { callers: 100, settles: true }),
    ...EVEN_RATES.map((ratePerSecond) => arm(`${ratePerSecond}/s evenly, one budget`, { ratePerSecond })),
  ];
}

async function run({ task, runs, gate }: Arm): Promise<void> {
  const script = fileURLToPath(new URL('./gateLoad.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(task)]);
  const findings = JSON.parse(stdout) as GateLoadFindings;
  if (findings.fault !== null) throw new Error(`${gate.name} answered ${findings.fault}`);
  if (findings.refused > 0)
    throw new Error(`${gate.name} refused ${findings.refused} calls though the money was there`);
  runs.push(findings);
}

function print(arms: readonly Arm[]): void {
  const rows = arms.map(({ gate, what, runs }) => {
    const rates = runs.map((one) => one.decisions / one.elapsedSeconds);
    return [
      gate.name,
      what,
      formatFigure(Math.round(median(rates))),
      spread(rates.map(Math.round)),
      formatFigure(median(runs.map(({ msP50 }) => msP50))),
      formatFigure(median(runs.map(({ msP99 }) => msP99))),
    ];
  });
  const columns = ['gate', 'load', 'decisions/s', 'least–most', 'p50 ms', 'p99 ms'];
  printTable('Decisions over HTTP, medians of the rounds', columns, rows);
}

/** All decisions an arm's gate has admitted, against what its budgets say. */
async function verify(gate: Gate, arms: readonly Arm[]): Promise<void> {
  const expected = arms.flatMap(({ runs }) => runs).reduce((sum, { decisions }) => sum + decisions, 0);
  let found = 0;
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const response = await fetch(`${gate.apiUrl}/api/v1/budgets/calls-per-agent/status?limit=1000${query}`);
    if (!response.ok) throw new Error(`the status answered ${response.status}: ${await response.text()}`);
    const page = (await response.json()) as {
      items: { reserved_calls: number | string; spent_calls: number | string }[];
      next_cursor: string | null;
    };
    for (const item of page.items) found += Number(item.reserved_calls) + Number(item.spent_calls);
    cursor = page.next_cursor;
  }
  if (found !== expected) throw new Error(`${gate.name}: ${expected} calls were admitted, its counters have ${found}`);
}

const folder = mkdtempSync(join(tmpdir(), 'tollgate-bench-gate-'));
const configPath = join(folder, 'tollgate.yaml');
const budgets = Array.from({ length: BUDGETS }, (_, at) => ({
  name: `agent-${at}`,
  match: { agent: `agent-${at}` },
  window: 'month',
  limit: { usd: '1000000000' },
}));
// Every call meets three counters: its agent's money, its user's money, and its agent's calls.
const shared = [
  { name: 'user-money', per: ['user'], window: 'day', limit: { usd: '1000000000' } },
  { name: 'calls-per-agent', per: ['agent'], window: 'month', limit: { calls: 1_000_000_000 } },
];
writeFileSync(configPath, JSON.stringify({ budgets: [...budgets, ...shared] }));

printMachine();
const postgres = await startBenchPostgres();
process.stdout.write(
  `- ${rounds} interleaved rounds of ${seconds} s; three counters a call; the load generator shares the machine\n` +
    `- PostgreSQL 18 on the same machine: ${postgres.settings.join(', ')}\n`,
);
const config = ['--config', configPath];
const stops: (() => Promise<void>)[] = [];
try {
  const gates: Gate[] = [];
  for (const [name, url] of [
    ['Tollgate, PostgreSQL', await postgres.makeDatabase('tollgate')],
    ['Tollgate, embedded store', null],
  ] as const) {
    const service = await startTollgate(name, url, config);
    stops.push(() => service.stop());
    gates.push({ name, apiUrl: service.apiUrl, isOurs: true });
  }
  const naive = await startProcess([join(distFolder, 'bench/gateNaive.js')], {
    DATABASE_URL: await postgres.makeDatabase('naive'),
    ADDS: 'ask',
  });
  stops.push(() => endProcess(naive.child));
  const naiveUrl = `http://${naive.ready.get('api')}`;
  await fetch(`${naiveUrl}/budget`, { method: 'POST', body: JSON.stringify({ name: 'hot', limit: 1e9 }) });
  gates.push({ name: 'check-then-add, PostgreSQL', apiUrl: naiveUrl, isOurs: false });
  const arms = gates.flatMap(armsOf);
  for (let round = 0; round < rounds; round += 1) for (const arm of arms) await run(arm);
  print(arms);
  for (const gate of gates) {
    if (!gate.isOurs) continue;
    await verify(
      gate,
      arms.filter((arm) => arm.gate === gate),
    );
    process.stdout.write(`\n${gate.name}: its counters have exactly the calls that it admitted.\n`);
  }
  process.stdout.write('\nAt the end:\n\n');
  printMachine();
} finally {
  await Promise.allSettled(stops.map((stop) => stop()));
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
