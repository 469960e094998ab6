import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A way in which a script leaves after its one call. */
export interface Way {
  readonly name: string;
  /** Runs where `call()` makes the one call. */
  readonly script: string;
  /** Sent as soon as the script has written that it is ready. */
  readonly signal?: NodeJS.Signals;
  readonly environment?: Readonly<Record<string, string>>;
}

const READY = "process.stdout.write('ready'); setInterval(() => undefined, 1000);";
/** The call is made in a worker thread; `then` runs there when it has its answer. */
const inWorker = (then: string, main = ''): string => `
const { Worker } = require('node:worker_threads');
const worker = new Worker(CALL + ${JSON.stringify(`call().then(() => { ${then} });`)}, { eval: true });
${main}`;

export const ways: readonly Way[] = [
  { name: 'natural end', script: 'call().then(() => undefined);' },
  { name: 'process.exit()', script: 'call().then(() => process.exit(0));' },
  { name: 'uncaught error', script: "call().then(() => setImmediate(() => { throw new Error('mine'); }));" },
  { name: 'unhandled rejection', script: "call().then(() => { throw new Error('mine'); });" },
  { name: 'SIGTERM', script: `call().then(() => { ${READY} });`, signal: 'SIGTERM' },
  { name: 'SIGINT', script: `call().then(() => { ${READY} });`, signal: 'SIGINT' },
  { name: 'worker, natural end', script: inWorker('') },
  { name: 'worker, process.exit() in it', script: inWorker('process.exit(0);') },
  {
    name: 'worker, process.exit() in the main thread',
    script: inWorker(
      "require('node:worker_threads').parentPort.postMessage('done');",
      "worker.on('message', () => process.exit(0));",
    ),
  },
  {
    name: 'worker.terminate()',
    script: inWorker(
      "require('node:worker_threads').parentPort.postMessage('done');",
      "worker.on('message', () => void worker.terminate());",
    ),
  },
  { name: 'SIGKILL 2 s later', script: `call().then(() => setTimeout(() => { ${READY} }, 2000));`, signal: 'SIGKILL' },
  {
    name: 'SIGKILL at once, TOLLGATE_SPOOL=always',
    script: `call().then(() => { ${READY} });`,
    signal: 'SIGKILL',
    environment: { TOLLGATE_SPOOL: 'always' },
  },
  { name: 'SIGKILL at once', script: `call().then(() => { ${READY} });`, signal: 'SIGKILL' },
];

/** A model that has a price; each call has one token of input and 16 of output at the stand-in. */
const CALL = `
const OpenAI = require('openai');
const call = () => new OpenAI({ maxRetries: 0 }).chat.completions.create({
  model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hello' }],
});
`;

export interface Script {
  readonly providerUrl: string;
  readonly otlpUrl: string;
  /** Home and temporary directory: what cannot be sent waits there. */
  readonly home: string;
  /** Where `openai` and `@tollgate/node` are found. */
  readonly workingDirectory: string;
}

/** Runs one script under the preload, as the service named as its way. Resolves when it has ended. */
export function runWay({ name, script, signal, environment }: Way, options: Script): Promise<void> {
  const code = `const CALL = ${JSON.stringify(CALL)};${CALL}${script}`;
  return run(code, { ...environment, OTEL_SERVICE_NAME: name }, options, (kill) => {
    if (signal !== undefined) kill(signal);
  });
}

/** An export is given up after 10 s; what then still waits is lost, as far as this process is concerned. */
const NEXT_MS = 20_000;

/** The next process: it lives until nothing waits any more, and makes no call. */
export function runNext(options: Script): Promise<void> {
  return run(READY, {}, options, (kill) => {
    const endsMs = performance.now() + NEXT_MS;
    const timer = setInterval(() => {
      if (waiting(options.home) > 0 && performance.now() < endsMs) return;
      clearInterval(timer);
      kill('SIGKILL');
    }, 20);
  });
}

function run(
  code: string,
  environment: Readonly<Record<string, string>>,
  { providerUrl, otlpUrl, home, workingDirectory }: Script,
  onReady: (kill: (signal: NodeJS.Signals) => void) => void,
): Promise<void> {
  const child = spawn(process.execPath, ['--require', '@tollgate/node/register', '-e', code], {
    cwd: workingDirectory,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      TMPDIR: home,
      OPENAI_BASE_URL: `${providerUrl}/v1`,
      OPENAI_API_KEY: 'test',
      OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.stdout.on('data', () => onReady((signal) => child.kill(signal)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve());
  });
}

/** Exports that wait on disk for the next process. */
export const waiting = (home: string): number =>
  readdirSync(home, { recursive: true, withFileTypes: true }).filter(({ name }) => name.endsWith('.otlp')).length;

/** Calls and their cost by way, as the service has charged them. */
export async function chargedByWay(apiUrl: string): Promise<ReadonlyMap<string, { calls: number; costUsd: string }>> {
  const answer = await fetch(`${apiUrl}/api/v1/costs?period=24h&group_by=service`);
  if (!answer.ok) throw new Error(`the API answered ${answer.status}: ${await answer.text()}`);
  const { groups } = (await answer.json()) as { groups: Group[] };
  return new Map(groups.map((group) => [group.service, { calls: group.calls, costUsd: group.cost_usd }]));
}

interface Group {
  readonly service: string;
  readonly calls: number;
  readonly cost_usd: string;
}

/** Where a folder of scripts' homes may lie. */
export const homeOf = (folder: string, way: Way): string => join(folder, way.name.replaceAll(/\W+/g, '-'));
