/**
 * What a service does below, at and above its capacity: OTLP/HTTP exports at a fixed rate, whatever the answers take, to the
 * real service on both stores, and to a naive receiver on PostgreSQL that refuses nothing. First the capacity (always more
 * to store), then at half of it, at all of it and at twice as much: p50 and p99 of acknowledged exports, what is told to
 * wait or given up after 10 s as exporters do, the greatest memory, and how /healthz, a decision of the gate and a dashboard
 * question fare beside it. At half load once more with questions one after the other: how much they hold up exports.
 * Run: node dist/bench/load.js [--seconds N] [--short]
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { LoadFindings, LoadTask } from './ingestLoad.ts';
import { type Receiver, startBenchPostgres, startNaive, startTollgate } from './ingestServers.ts';
import type { RateFindings, RateTask } from './loadRate.ts';
import { residentMb } from './processUse.ts';
import { formatFigure, printMachine, printTable, type TableCell } from './table.ts';

const { values: flags } = parseArgs({
  options: { seconds: { type: 'string' }, short: { type: 'boolean', default: false } },
});
const seconds = Number(flags.seconds ?? (flags.short ? '3' : '20'));
if (!Number.isInteger(seconds) || seconds < 1) {
  throw new Error(`--seconds: expected a whole number, found "${flags.seconds}"`);
}
const CAPACITY_SECONDS = flags.short ? 4 : 15;
const SPANS_AN_EXPORT = 128;
const GEN_AI_SHARE = 0.5;
/** 48 × 128 spans are always there to be stored, and few enough that none is refused. */
const CAPACITY_CONNECTIONS = 48;
/** Between two looks at the memory of the service. */
const LOOK_MS = 200;
/** What a queue may hold is stored before the next load begins. */
const SETTLE_SECONDS = 6;

interface Load {
  readonly name: string;
  readonly share: number;
  readonly questionPauseMs: number;
}

const everyLoad: readonly Load[] = [
  { name: '50 %', share: 0.5, questionPauseMs: 1_000 },
  { name: '50 %, questions one after the other', share: 0.5, questionPauseMs: 0 },
  { name: '100 %', share: 1, questionPauseMs: 1_000 },
  { name: '200 %', share: 2, questionPauseMs: 1_000 },
];
const loads = flags.short ? everyLoad.slice(-1) : everyLoad;

let seed = 1;

async function runScript<Findings>(name: string, task: object): Promise<Findings> {
  const script = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(task)]);
  return JSON.parse(stdout) as Findings;
}

/** Exports a second. */
async function measureCapacity({ name, otlpUrl }: Receiver): Promise<number> {
  const task = (forSeconds: number): LoadTask => ({
    url: otlpUrl,
    connections: CAPACITY_CONNECTIONS,
    seconds: forSeconds,
    spansARequest: SPANS_AN_EXPORT,
    genAiShare: GEN_AI_SHARE,
    rootsLater: false,
    seed: seed++,
  });
  await runScript<LoadFindings>('ingestLoad', task(3));
  const findings = await runScript<LoadFindings>('ingestLoad', task(CAPACITY_SECONDS));
  if (findings.fault !== null) throw new Error(`${name} answered ${findings.fault}`);
  return findings.ackedRequests / findings.elapsedSeconds;
}

interface Measured extends RateFindings {
  readonly peakMb: number;
}

async function measureAt(receiver: Receiver, exportsPerSecond: number, load: Load): Promise<Measured> {
  const task: RateTask = {
    otlpUrl: receiver.otlpUrl,
    apiUrl: receiver.audit === null ? null : receiver.apiUrl,
    spansARequest: SPANS_AN_EXPORT,
    genAiShare: GEN_AI_SHARE,
    exportsPerSecond,
    seconds,
    questionPauseMs: load.questionPauseMs,
    seed: seed++,
  };
  let peakMb = 0;
  const looking = setInterval(() => (peakMb = Math.max(peakMb, residentMb(receiver.pid) ?? 0)), LOOK_MS);
  try {
    const findings = await runScript<RateFindings>('loadRate', task);
    if (findings.fault !== null) throw new Error(`${receiver.name} answered ${findings.fault}`);
    return { ...findings, peakMb };
  } finally {
    clearInterval(looking);
  }
}

const COLUMNS = (
  'receiver;load;spans/s sent;spans/s acknowledged;told to wait %;Retry-After s;given up %;ack p50 ms;ack p99 ms;' +
  '/healthz p99 ms;decision p99 ms;question p50 ms;question p99 ms;probes refused;RSS MB at most'
).split(';');

function row({ name }: Receiver, load: Load, sentPerSecond: number, found: Measured): TableCell[] {
  const share = (count: number): string => formatFigure((100 * count) / Math.max(found.sent, 1));
  const [retryLeast, retryMost] = found.retryAfterSeconds;
  return [
    name,
    load.name,
    Math.round(sentPerSecond * SPANS_AN_EXPORT),
    Math.round((found.acked * SPANS_AN_EXPORT) / seconds),
    share(found.refused),
    found.refused === 0 ? null : `${retryLeast}–${retryMost}`,
    share(found.givenUp),
    found.ackMs.p50,
    found.ackMs.p99,
    found.healthMs?.p99 ?? null,
    found.decisionMs?.p99 ?? null,
    found.questionMs?.p50 ?? null,
    found.questionMs?.p99 ?? null,
    found.healthMs === null ? null : probesRefused(found),
    found.peakMb,
  ];
}

/** Of all that was asked beside the exports; on the embedded store a question of too many rows is. */
function probesRefused({ healthMs, decisionMs, questionMs }: Measured): number {
  return [healthMs, decisionMs, questionMs].reduce((sum, probe) => sum + (probe?.refused ?? 0), 0);
}

async function runBench(receivers: readonly Receiver[]): Promise<void> {
  const rows: TableCell[][] = [];
  const capacities: string[] = [];
  for (const receiver of receivers) {
    const capacity = await measureCapacity(receiver);
    capacities.push(`${receiver.name}: ${formatFigure(Math.round(capacity * SPANS_AN_EXPORT))} spans/s`);
    for (const load of loads) {
      if (receiver.audit === null && load.questionPauseMs === 0) continue;
      const exportsPerSecond = capacity * load.share;
      rows.push(row(receiver, load, exportsPerSecond, await measureAt(receiver, exportsPerSecond, load)));
      await new Promise((resolve) => setTimeout(resolve, SETTLE_SECONDS * 1000));
    }
  }
  process.stdout.write(`\nCapacity: ${capacities.join('; ')}.\n`);
  printTable('Exports at a fixed rate', COLUMNS, rows);
  for (const { audit, name } of receivers) {
    if (audit !== null) process.stdout.write(`\nAudit of ${name}: ${await audit()}\n`);
  }
}

printMachine();
const postgres = await startBenchPostgres();
process.stdout.write(
  `- ${seconds} s a load, ${SPANS_AN_EXPORT} spans an export, half of them LLM calls; the load generator shares the machine\n` +
    `- PostgreSQL 18 on the same machine: ${postgres.settings.join(', ')}\n`,
);
const receivers: Receiver[] = [];
try {
  receivers.push(await startTollgate('Tollgate, PostgreSQL', await postgres.makeDatabase('tollgate')));
  receivers.push(await startTollgate('Tollgate, embedded store', null));
  receivers.push(await startNaive('naive, refuses nothing, PostgreSQL', await postgres.makeDatabase('naive')));
  await runBench(receivers);
} finally {
  await Promise.allSettled(receivers.map((receiver) => receiver.stop()));
  await postgres.stop();
}
