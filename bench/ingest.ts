/**
 * Durable, exactly-once ingest end to end over OTLP/HTTP: the real service on both stores, and a naive receiver on the
 * same PostgreSQL, each under a load generator of its own on the same machine. Counted are the spans of exports that were
 * answered 200, which is after the commit. Receivers take turns within a round, so that a neighbour's load falls on all.
 * After every round the receiver must know exactly the calls that were acknowledged, and at the end the audit must close.
 * Run: node dist/bench/ingest.js [--seconds N] [--rounds N] [--connections N] [--spans N] [--short]
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { LoadFindings, LoadTask } from './ingestLoad.ts';
import { startBenchPostgres, startNaive, startTollgate } from './ingestServers.ts';
import type { BenchPostgres, Receiver } from './ingestServers.ts';
import { cpuUs, familyCpuUs, residentMb } from './processUse.ts';
import { formatFigure, median, printMachine, printTable, spread } from './table.ts';

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    connections: { type: 'string', default: '24' },
    spans: { type: 'string', default: '512' },
    short: { type: 'boolean', default: false },
  },
});
const seconds = wholeFlag('seconds', flags.seconds ?? (flags.short ? '2' : '10'));
const rounds = wholeFlag('rounds', flags.rounds ?? (flags.short ? '1' : '5'));
const connections = wholeFlag('connections', flags.connections);
const spansARequest = wholeFlag('spans', flags.spans);
const WARM_UP_SECONDS = flags.short ? 1 : 4;
const everyPayload = [
  { name: 'mixed, 25 % LLM', genAiShare: 0.25, rootsLater: false },
  { name: 'the same, roots an export later', genAiShare: 0.25, rootsLater: true },
  { name: 'all LLM', genAiShare: 1, rootsLater: false },
] as const;
const payloads = flags.short ? everyPayload.slice(0, 1) : everyPayload;

function wholeFlag(name: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new Error(`--${name}: expected a whole number from 1 to 999999, found "${text}"`);
  return Number(text);
}

interface Run extends LoadFindings {
  readonly serviceUs: number | null;
  readonly postgresUs: number | null;
  readonly residentMb: number | null;
}

interface Arm {
  readonly receiver: Receiver;
  readonly payload: (typeof payloads)[number];
  readonly runs: Run[];
}

/** Calls each receiver has acknowledged since it was started, warm-up included. */
const acknowledged = new Map<Receiver, number>();
let seed = 1;

async function runLoad(
  receiver: Receiver,
  { genAiShare, rootsLater }: Pick<Arm['payload'], 'rootsLater'> & { readonly genAiShare: number },
  forSeconds: number,
): Promise<LoadFindings> {
  const url = receiver.otlpUrl;
  const task: LoadTask = { url, connections, seconds: forSeconds, spansARequest, genAiShare, rootsLater, seed };
  seed += 1;
  const script = fileURLToPath(new URL('./ingestLoad.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(task)]);
  const findings = JSON.parse(stdout) as LoadFindings;
  if (findings.fault !== null) throw new Error(`${receiver.name} answered ${findings.fault}`);
  acknowledged.set(receiver, (acknowledged.get(receiver) ?? 0) + findings.llmSpans);
  return findings;
}

async function measure({ receiver, payload, runs }: Arm, postgres: BenchPostgres): Promise<void> {
  const serviceBefore = cpuUs(receiver.pid);
  const postgresBefore = familyCpuUs(postgres.pid);
  const findings = await runLoad(receiver, payload, seconds);
  const since = (before: number | null, now: number | null): number | null =>
    before === null || now === null ? null : now - before;
  runs.push({
    ...findings,
    serviceUs: since(serviceBefore, cpuUs(receiver.pid)),
    postgresUs: since(postgresBefore, familyCpuUs(postgres.pid)),
    residentMb: residentMb(receiver.pid),
  });
  await verifyCount(receiver);
}

async function verifyCount(receiver: Receiver): Promise<void> {
  const expected = acknowledged.get(receiver) ?? 0;
  const found = await receiver.countCalls();
  if (found !== expected) throw new Error(`${receiver.name}: ${expected} calls were acknowledged, it knows ${found}`);
}

const figure = (values: readonly (number | null)[]): string => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? '–' : formatFigure(median(known));
};

const rate = (run: Run): number => run.llmSpans / run.elapsedSeconds;

function printArms(arms: readonly Arm[]): void {
  const rows = arms.map(({ receiver, payload, runs }) => [
    receiver.name,
    payload.name,
    formatFigure(Math.round(median(runs.map(rate)))),
    spread(runs.map((run) => Math.round(rate(run)))),
    figure(runs.map((run) => Math.round(run.spans / run.elapsedSeconds))),
    figure(runs.map((run) => run.ackMsP50)),
    figure(runs.map((run) => run.ackMsP99)),
    figure(runs.map((run) => (run.serviceUs === null ? null : run.serviceUs / run.spans))),
    receiver.store === 'postgres'
      ? figure(runs.map((run) => (run.postgresUs === null ? null : run.postgresUs / run.spans)))
      : '–',
    figure(runs.map((run) => run.residentMb)),
    formatFigure(runs.reduce((sum, run) => sum + run.refusedRequests, 0)),
  ]);
  printTable('Durable ingest over OTLP/HTTP, medians of the rounds', COLUMNS, rows);
}

const COLUMNS = (
  'receiver;payload;LLM spans/s;least–most;spans/s;ack p50 ms;ack p99 ms;' +
  'service CPU µs/span;PostgreSQL CPU µs/span;service RSS MB;told to wait'
).split(';');

/** Rounds are compared one by one: both receivers then met about the same neighbours. */
function printRatios(arms: readonly Arm[], ours: Receiver, other: Receiver): void {
  for (const payload of payloads) {
    const of = (receiver: Receiver): number[] =>
      arms.filter((arm) => arm.receiver === receiver && arm.payload === payload).flatMap(({ runs }) => runs.map(rate));
    const others = of(other);
    const ratios = of(ours).map((own, round) => own / (others[round] ?? Number.NaN));
    const figures = `${formatFigure(median(ratios))} (rounds: ${spread(ratios)})`;
    process.stdout.write(`\n${payload.name}: LLM spans/s of "${ours.name}" over "${other.name}": ${figures}\n`);
  }
}

async function runBench(postgres: BenchPostgres, receivers: readonly Receiver[]): Promise<void> {
  const arms = receivers.flatMap((receiver) => payloads.map((payload): Arm => ({ receiver, payload, runs: [] })));
  for (const receiver of receivers) await runLoad(receiver, { genAiShare: 0.5, rootsLater: false }, WARM_UP_SECONDS);
  for (let round = 0; round < rounds; round += 1) {
    for (const arm of arms) await measure(arm, postgres);
  }
  printArms(arms);
  const [, onPostgres, naive] = receivers;
  if (onPostgres !== undefined && naive !== undefined) printRatios(arms, onPostgres, naive);
  process.stdout.write('\nAfter every round each receiver knew exactly the calls that it had acknowledged.\n');
  for (const receiver of receivers) {
    if (receiver.audit === null) continue;
    process.stdout.write(
      `\nAudit of ${receiver.name} over ${formatFigure(acknowledged.get(receiver) ?? 0)} calls:\n\n`,
    );
    process.stdout.write(`${(await receiver.audit()).replace(/^/gm, '    ')}\n`);
  }
}

printMachine();
const postgres = await startBenchPostgres();
process.stdout.write(
  `- ${rounds} interleaved rounds of ${seconds} s, ${connections} connections, ${spansARequest} spans an export; the load generator shares the machine\n` +
    `- PostgreSQL 18 on the same machine: ${postgres.settings.join(', ')}\n`,
);
const receivers: Receiver[] = [];
try {
  receivers.push(await startTollgate('Tollgate, embedded store', null));
  receivers.push(await startTollgate('Tollgate, PostgreSQL', await postgres.makeDatabase('tollgate')));
  receivers.push(
    await startNaive('naive: protobufjs, an INSERT a span, PostgreSQL', await postgres.makeDatabase('naive')),
  );
  await runBench(postgres, receivers);
  process.stdout.write('\nAt the end:\n\n');
  printMachine();
} finally {
  await Promise.allSettled(receivers.map((receiver) => receiver.stop()));
  await postgres.stop();
}
