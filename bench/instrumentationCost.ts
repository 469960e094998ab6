/**
 * What one instrumentation adds to a call and to a stream chunk of `openai`, in microseconds of CPU and bytes allocated: a client without it and one with it
 * take turns in one process. Requests are answered by a `fetch` of this file; spans end nowhere. A chunk's cost is the slope between a short and a long
 * stream. Prints its figures as one JSON line; `instrumentation.ts` starts one process for each instrumentation.
 *
 * Run: node --expose-gc --max-semi-space-size=64 dist/bench/instrumentationCost.js KIND [--short], KIND being `calls` (our SDK patches; with a gate where
 * TOLLGATE_POLICY_URL is set), `fetch` (our fetch layer under an SDK it does not know), or one that `instrumentations/setup.cjs` knows.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OpenAI } from 'openai';
import { LONG_CHUNKS, SHORT_CHUNKS, answerModel } from './instrumentationAnswers.ts';
import { median } from './table.ts';

export interface InstrumentationCost {
  /** Medians of each round. */
  readonly call: readonly number[];
  readonly addedCall: readonly number[];
  readonly chunk: readonly number[];
  readonly addedChunk: readonly number[];
  /** Bytes. */
  readonly callBytes: number;
  readonly addedCallBytes: number;
  readonly addedChunkBytes: number;
}

const [kind = 'calls'] = process.argv.slice(2);
const isShort = process.argv.includes('--short');
const ROUNDS = isShort ? 1 : 9;
const PAIRS_PER_ROUND = isShort ? 6 : 16;
/** A block takes some 20 ms, so that the clock's microsecond and a garbage collection weigh little. */
const CALLS_PER_BLOCK = 150;
const STREAMS_PER_BLOCK = 10;
const HEAP_PAIRS = isShort ? 5 : 15;

const load = createRequire(import.meta.url);
const answer = (_url: unknown, init?: { readonly body?: unknown }): Promise<Response> => {
  const { model } = JSON.parse(String(init?.body)) as { model: string };
  return Promise.resolve(answerModel(model));
};
globalThis.fetch = answer as typeof fetch;

const plainClass = loadOpenai();
const plain = makeClient(plainClass);
await install();
// Our fetch layer is measured under a copy that was loaded too early to be patched.
const instrumented = makeClient(kind === 'fetch' ? plainClass : loadOpenai());

/** A copy of the package of its own: whatever of it is cached is forgotten first. */
function loadOpenai(): typeof OpenAI {
  for (const file of Object.keys(load.cache)) if (file.includes('/node_modules/openai/')) delete load.cache[file];
  return (load('openai') as { OpenAI: typeof OpenAI }).OpenAI;
}

function makeClient(Client: typeof OpenAI): OpenAI {
  return new Client({ apiKey: 'none', baseURL: 'http://127.0.0.1/v1', maxRetries: 0, fetch: globalThis.fetch });
}

/** As much of `@opentelemetry/sdk-trace-node` as is used here; the root package does not depend on it. */
interface NullableSdk {
  readonly BatchSpanProcessor: new (exporter: object) => object;
  readonly NodeTracerProvider: new (options: { spanProcessors: object[] }) => { register(): void };
}

/** Ours with the SDK it brings set up as the application's own, so that spans go through a batch to nowhere, as the others' do. */
async function install(): Promise<void> {
  if (kind !== 'calls' && kind !== 'fetch') {
    Object.assign(process.env, { INSTRUMENTATION: kind, INSTRUMENTATION_SPANS: 'dropped' });
    load(join(import.meta.dirname, '../../bench/instrumentations/setup.cjs'));
    return;
  }
  await import('@tollgate/node/register');
  const own = createRequire(fileURLToPath(import.meta.resolve('@tollgate/node')));
  const sdk = own('@opentelemetry/sdk-trace-node') as NullableSdk;
  const nowhere = {
    export: (_spans: unknown, done: (result: { code: number }) => void) => done({ code: 0 }),
    shutdown: () => Promise.resolve(),
  };
  new sdk.NodeTracerProvider({ spanProcessors: [new sdk.BatchSpanProcessor(nowhere)] }).register();
}

const messages = [{ role: 'user' as const, content: 'A question of some length, as people ask them.' }];

async function call(client: OpenAI): Promise<void> {
  await client.chat.completions.create({ model: 'gpt-4o', messages });
}

const readStream =
  (chunks: number) =>
  async (client: OpenAI): Promise<void> => {
    let seen = 0;
    for await (const _chunk of await client.chat.completions.create({ model: String(chunks), messages, stream: true }))
      seen += 1;
    // The last one is usage: a client that asks for it on the application's behalf hides it.
    if (seen !== chunks && seen !== chunks + 1) throw new Error(`expected ${chunks} chunks, found ${seen}`);
  };

type Run = (client: OpenAI) => Promise<void>;
type Measure = (run: () => Promise<void>, times: number) => Promise<number>;

/** CPU microseconds a run; the CPU's clock is not moved by what else runs on the machine, as the wall's is. */
async function cpuUsOf(run: () => Promise<void>, times: number): Promise<number> {
  const before = process.cpuUsage();
  for (let time = 0; time < times; time += 1) await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

/** Bytes a run: the young generation holds a whole block, so that nothing is collected while it grows. */
async function bytesOf(run: () => Promise<void>, times: number): Promise<number> {
  (globalThis as { gc?: () => void }).gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let time = 0; time < times; time += 1) await run();
  return (process.memoryUsage().heapUsed - before) / times;
}

/** Medians over blocks, one client and the other in turn; which goes first changes from pair to pair. */
async function compare(
  measure: Measure,
  run: Run,
  times: number,
  pairs: number,
): Promise<{ base: number; added: number }> {
  const blocks: { readonly plain: number[]; readonly instrumented: number[] } = { plain: [], instrumented: [] };
  const turns = [
    async (): Promise<number> => blocks.plain.push(await measure(() => run(plain), times)),
    async (): Promise<number> => blocks.instrumented.push(await measure(() => run(instrumented), times)),
  ];
  for (let pair = 0; pair < pairs; pair += 1)
    for (const turn of pair % 2 === 0 ? turns : turns.toReversed()) await turn();
  const base = median(blocks.plain);
  return { base, added: median(blocks.instrumented) - base };
}

const [short, long] = [readStream(SHORT_CHUNKS), readStream(LONG_CHUNKS)];
const perChunk = (few: number, many: number): number => (many - few) / (LONG_CHUNKS - SHORT_CHUNKS);
const cost = { call: [] as number[], addedCall: [] as number[], chunk: [] as number[], addedChunk: [] as number[] };
// The compiler's turn.
await compare(cpuUsOf, call, CALLS_PER_BLOCK, PAIRS_PER_ROUND);
await compare(cpuUsOf, long, STREAMS_PER_BLOCK, PAIRS_PER_ROUND);
for (let round = 0; round < ROUNDS; round += 1) {
  const whole = await compare(cpuUsOf, call, CALLS_PER_BLOCK, PAIRS_PER_ROUND);
  const few = await compare(cpuUsOf, short, STREAMS_PER_BLOCK, PAIRS_PER_ROUND);
  const many = await compare(cpuUsOf, long, STREAMS_PER_BLOCK, PAIRS_PER_ROUND);
  cost.call.push(whole.base);
  cost.addedCall.push(whole.added);
  cost.chunk.push(perChunk(few.base, many.base));
  cost.addedChunk.push(perChunk(few.added, many.added));
}
const callHeap = await compare(bytesOf, call, CALLS_PER_BLOCK, HEAP_PAIRS);
const fewHeap = await compare(bytesOf, short, STREAMS_PER_BLOCK, HEAP_PAIRS);
const manyHeap = await compare(bytesOf, long, STREAMS_PER_BLOCK, HEAP_PAIRS);
const bytes = {
  callBytes: callHeap.base,
  addedCallBytes: callHeap.added,
  addedChunkBytes: perChunk(fewHeap.added, manyHeap.added),
};
process.stdout.write(`\n${JSON.stringify({ ...cost, ...bytes } satisfies InstrumentationCost)}\n`, () =>
  process.exit(),
);
