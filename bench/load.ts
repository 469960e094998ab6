/**
 * What a service does at, below and above its capacity: OTLP/HTTP exports at a fixed rate, whatever the answers take, on the
 * real service with both stores, and beside it a service without early refusal, on PostgreSQL. First the capacity (as many
 * exports in flight as it takes to fill it), then p50 and p99 of acknowledged exports at half of it, at all of it, and at
 * twice as much: what is refused, the memory, and how /healthz, a decision and a dashboard question fare meanwhile.
 * Then how long one question holds up an export of the embedded store.
 * Run: node dist/bench/load.js [--seconds N] [--short]
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { LoadFindings, LoadTask } from './ingestLoad.ts';
import { startBenchPostgres, startTollgate } from './ingestServers.ts';
import type { Receiver } from './ingestServers.ts';
import type { RateFindings, RateTask } from './loadRate.ts';
import { peakResidentMb } from './processUse.ts';
import { formatFigure, printMachine, printTable } from './table.ts';

const { values: flags } = parseArgs({
  options: { seconds: { type: 'string' }, short: { type: 'boolean', default: false } },
});
const seconds = Number(flags.seconds ?? (flags.short ? '3' : '20'));
if (!Number.isInteger(seconds) || seconds < 1) throw new Error(`--seconds: expected a whole number, found "${flags.seconds}"`);
const SPANS_AN_EXPORT = 128;
const GEN_AI_SHARE = 0.5;
/** Enough to keep two lanes full, few enough not to be refused. */
const CAPACITY_CONNECTIONS = 48;
const WARM_UP_SECONDS = flags.short ? 2 : 5;
const SHARES = [0.5, 1, 2];
/** An environment variable that no user is told of would be a switch: the arm without refusal is a script that starts the service with larger limits. */
let seed = 1;

async function runScript<Findings>(name: string, task: object): Promise<Findings> {
  const script = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(task)]);
  return JSON.parse(stdout) as Findings;
}

/** Spans a second when there is always more to store. */
async function measureCapacity({ name, otlpUrl }: Receiver, forSeconds: number): Promise<number> {
  const task: LoadTask = {
    url: otlpUrl,
    connections: CAPACITY_CONNECTIONS,
    seconds: forSeconds,
    spansARequest: SPANS_AN_EXPORT,
    genAiShare: GEN_AI_SHARE,
    rootsLater: false,
    seed: seed++,
  };
  const findings = await runScript<LoadFindings>('ingestLoad', task);
  if (findings.fault !== null) throw new Error(`${name} answered ${findings.fault}`);
  return findings.spans / findings.elapsedSeconds;
}

async function measureAt(receiver: Receiver, spansPerSecond: number): Promise<RateFindings> {
  const task: RateTask = {
    otlpUrl: receiver.otlpUrl,
    apiUrl: receiver.apiUrl,
    spansARequest: SPANS_AN_EXPORT,
    genAiShare: GEN_AI_SHARE,
    exportsPerSecond: spansPerSecond / SPANS_AN_EXPORT,
    seconds,
    seed: seed++,
  };
  return runScript<RateFindings>('loadRate', task);
}
