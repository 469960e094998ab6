/**
 * What `@tollgate/node` adds to a call, to a stream chunk and to the start of a process, beside the other instrumentations of `openai` that are installed in
 * `bench/instrumentations` (`npm ci` there; without it, ours alone). One process each, one after the other: `instrumentationCost.ts` says how it measures.
 * Start: medians of the CPU that a whole process takes which loads `openai` and ends, with and without a preload in turn.
 * Run: node dist/bench/instrumentation.js [--short]
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { InstrumentationCost } from './instrumentationCost.ts';
import { median, printMachine, printTable, spread } from './table.ts';
import type { TableCell } from './table.ts';

const isShort = process.argv.includes('--short');
const STARTS = isShort ? 3 : 21;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

const root = join(import.meta.dirname, '../..');
const others = join(root, 'bench/instrumentations');
const otherNames: readonly (readonly [name: string, title: string])[] = [
  ['contrib', 'OpenTelemetry contrib'],
  ['traceloop', 'OpenLLMetry (Traceloop)'],
  ['openinference', 'OpenInference (Arize)'],
  ['openlit', 'OpenLIT'],
  ['langfuse', 'Langfuse'],
];

const run = promisify(execFile);

async function node(nodeArguments: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, OTEL_LOG_LEVEL: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', ...environment };
  const { stdout } = await run(process.execPath, nodeArguments, { cwd: root, env, maxBuffer: OUTPUT_BYTES_MAX });
  return stdout;
}

/** Null where it does not run on this Node; it says why on stderr. */
async function costOf(kind: string, environment: NodeJS.ProcessEnv = {}): Promise<InstrumentationCost | null> {
  const script = join(import.meta.dirname, 'instrumentationCost.js');
  const flags = ['--expose-gc', '--max-semi-space-size=64', script, kind, ...(isShort ? ['--short'] : [])];
  try {
    const lines = (await node(flags, environment)).trimEnd().split('\n');
    return JSON.parse(lines.at(-1) ?? '') as InstrumentationCost;
  } catch (error) {
    process.stderr.write(`${kind}: ${String(error).slice(0, 500)}\n`);
    return null;
  }
}

/** A policy API that allows and reserves at once, so that what is left is the client's part. */
async function withPolicy<Result>(use: (url: string) => Promise<Result>): Promise<Result> {
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const decision = {
        decision_id: `00000000-0000-4000-8000-${String((asked += 1)).padStart(12, '0')}`,
        effect: 'allow',
        reserved_usd: '0.01',
        reserved_tokens: 100,
        expires_at: '2030-01-01T00:00:00.000Z',
        modify: null,
        stop_streams: false,
        reasons: [],
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(decision));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function costRow(title: string, cost: InstrumentationCost | null): TableCell[] {
  if (cost === null) return [title, null, null, null, null, null, null];
  return [
    title,
    median(cost.addedCall),
    spread(cost.addedCall),
    median(cost.addedChunk),
    spread(cost.addedChunk),
    cost.addedCallBytes / 1024,
    cost.addedChunkBytes,
  ];
}

/** Ours first, in its three parts; what all of them are added to is in the table's title. */
async function printCosts(): Promise<void> {
  const calls = await costOf('calls');
  const rows = [
    costRow('`@tollgate/node`', calls),
    costRow('… its fetch layer, under an SDK that is not patched', await costOf('fetch')),
    costRow('… with a gate on loopback', await withPolicy((url) => costOf('calls', { TOLLGATE_POLICY_URL: url }))),
  ];
  const isInstalled = !isShort && existsSync(join(others, 'node_modules'));
  for (const [name, title] of isInstalled ? otherNames : []) rows.push(costRow(title, await costOf(name)));
  const base =
    calls === null
      ? ''
      : `: a call has ${Math.round(median(calls.call))} µs and ${Math.round(calls.callBytes / 1024)} KB, a chunk ${median(calls.chunk).toPrecision(2)} µs`;
  printTable(
    `Added to an \`openai\` client, µs of CPU and bytes allocated${base}`,
    ['', 'a call, µs', 'least–greatest', 'a chunk, µs', 'least–greatest', 'a call, KB', 'a chunk, bytes'],
    rows,
  );
  if (!isInstalled)
    process.stdout.write('\nThe other instrumentations are not installed: npm ci in bench/instrumentations.\n');
}

const report =
  'process.on("exit",()=>{const{user,system}=process.cpuUsage();process.stdout.write(String(user+system))})';
const apps: readonly (readonly [title: string, nodeArguments: readonly string[]])[] = [
  ['an empty process', ['--eval', report]],
  ['`require("openai")`', ['--eval', `${report};require("openai")`]],
  ['`import "openai"`', ['--input-type=module', '--eval', `${report};await import("openai")`]],
];

/** Milliseconds of CPU from start to end. */
const startMs = async (nodeArguments: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> =>
  Number(await node(nodeArguments, environment)) / 1000;

async function printStarts(): Promise<void> {
  const setup = ['--require', join(others, 'setup.cjs')];
  const isInstalled = !isShort && existsSync(join(others, 'node_modules'));
  const preloads: readonly (readonly [string, readonly string[], NodeJS.ProcessEnv])[] = [
    ['', [], {}],
    ['`@tollgate/node`', ['--require', '@tollgate/node/register'], {}],
    ...(isInstalled ? otherNames : []).map(
      ([name, title]) => [title, setup, { INSTRUMENTATION: name, INSTRUMENTATION_SPANS: 'dropped' }] as const,
    ),
  ];
  const rows: TableCell[][] = [];
  for (const [app, appArguments] of apps) {
    const found = preloads.map(() => [] as number[]);
    for (let start = 0; start < STARTS; start += 1)
      for (const [index, [, preload, environment]] of preloads.entries())
        found[index]?.push(await startMs([...preload, ...appArguments], environment).catch(() => Number.NaN));
    const alone = median(found[0] ?? []);
    rows.push([app, alone, ...found.slice(1).map((times) => median(times) - alone)]);
  }
  printTable(
    `Start: ms of CPU of a whole process, and what a preload adds, medians of ${STARTS}`,
    ['', 'alone', ...preloads.slice(1).map(([title]) => title)],
    rows,
  );
}

printMachine();
await printCosts();
await printStarts();
