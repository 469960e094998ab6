/**
 * What the preload adds to a call and to a stream chunk, in microseconds of CPU: two copies of the `openai` package in one process,
 * one loaded before the preload and so plain, one after and so patched, take turns. Requests are answered by a
 * `fetch` of this file; spans end in an exporter that throws them away. A chunk's cost is the slope between a short and a
 * long stream. Run: node dist/bench/instrumentation.js [--short]
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { OpenAI } from 'openai';
import { median, printMachine, printTable, spread } from './table.ts';

const isShort = process.argv.includes('--short');
const ROUNDS = isShort ? 3 : 11;
const PAIRS_PER_ROUND = isShort ? 8 : 16;
/** A block takes some 20 ms, so that the clock's microsecond and a garbage collection weigh little. */
const CALLS_PER_BLOCK = 150;
const STREAMS_PER_BLOCK = 10;
const SHORT_CHUNKS = 10;
const LONG_CHUNKS = 210;

const load = createRequire(import.meta.url);
const plain = makeClient();
await patchFurtherCopies();
const patched = makeClient();

/** A client of a copy of the package of its own: whatever of it is cached is forgotten first. */
function makeClient(): OpenAI {
  for (const file of Object.keys(load.cache)) if (file.includes('/node_modules/openai/')) delete load.cache[file];
  const { OpenAI: Client } = load('openai') as typeof import('openai');
  return new Client({ apiKey: 'none', baseURL: 'http://127.0.0.1/v1', maxRetries: 0, fetch: answer });
}

/** The preload, with the SDK it brings set up as the application's own, so that spans go through a batch to nowhere. */
async function patchFurtherCopies(): Promise<void> {
  await import('@tollgate/node/register');
  const sdk = createRequire(fileURLToPath(import.meta.resolve('@tollgate/node')))(
    '@opentelemetry/sdk-trace-node',
  ) as NullableSdk;
  const exporter = {
    export: (_spans: unknown, done: (result: { code: number }) => void) => done({ code: 0 }),
    shutdown: () => Promise.resolve(),
  };
  new sdk.NodeTracerProvider({ spanProcessors: [new sdk.BatchSpanProcessor({ exporter })] }).register();
}

/** As much of `@opentelemetry/sdk-trace-node` as is used here; the root package does not depend on it. */
interface NullableSdk {
  readonly BatchSpanProcessor: new (options: { exporter: object }) => object;
  readonly NodeTracerProvider: new (options: { spanProcessors: object[] }) => { register(): void };
}

const usage = {
  prompt_tokens: 12,
  completion_tokens: 200,
  total_tokens: 212,
  prompt_tokens_details: { cached_tokens: 4 },
};
const identity = { id: 'chatcmpl-1', created: 1_760_000_000, model: 'gpt-4o-2024-08-06', service_tier: 'default' };
const completion = JSON.stringify({
  ...identity,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'An answer of some length. '.repeat(8), refusal: null },
      finish_reason: 'stop',
    },
  ],
  usage,
});
const streams = new Map([SHORT_CHUNKS, LONG_CHUNKS].map((chunks) => [String(chunks), eventStream(chunks)]));

function eventStream(chunks: number): string {
  const chunk = (choices: object[], more: object): string =>
    `data: ${JSON.stringify({ ...identity, object: 'chat.completion.chunk', choices, ...more })}\n\n`;
  const word = chunk([{ index: 0, delta: { content: ' word' }, logprobs: null, finish_reason: null }], { usage: null });
  const last = chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }], { usage: null });
  return `${word.repeat(chunks - 1)}${last}${chunk([], { usage })}data: [DONE]\n\n`;
}

/** The model's name is the number of chunks; without one the answer is whole. */
function answer(_url: unknown, init?: { readonly body?: unknown }): Promise<Response> {
  const { model } = JSON.parse(String(init?.body)) as { model: string };
  const stream = streams.get(model);
  return Promise.resolve(
    stream === undefined
      ? new Response(completion, { headers: { 'content-type': 'application/json' } })
      : new Response(stream, { headers: { 'content-type': 'text/event-stream' } }),
  );
}

const messages = [{ role: 'user' as const, content: 'A question of some length, as people ask them.' }];

async function call(client: OpenAI): Promise<void> {
  await client.chat.completions.create({ model: 'gpt-4o', messages });
}

async function readStream(client: OpenAI, chunks: number): Promise<void> {
  let seen = 0;
  for await (const _chunk of await client.chat.completions.create({ model: String(chunks), messages, stream: true }))
    seen += 1;
  // The plain copy sees the chunk of usage that it did not ask for; the patched one has asked, and hides it.
  const expected = client === plain ? chunks + 1 : chunks;
  if (seen !== expected) throw new Error(`expected ${expected} chunks, found ${seen}`);
}

interface Difference {
  readonly plainUs: number;
  readonly addedUs: number;
}

/** CPU microseconds a run; the CPU's clock is not moved by what else runs on the machine, as the wall's is. */
async function cpuUsOf(run: () => Promise<void>, times: number): Promise<number> {
  const before = process.cpuUsage();
  for (let time = 0; time < times; time += 1) await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

/** Medians over the blocks of one round, plain and patched in turn; which goes first changes from pair to pair. */
async function compare(run: (client: OpenAI) => Promise<void>, times: number): Promise<Difference> {
  const blocks: { readonly plain: number[]; readonly patched: number[] } = { plain: [], patched: [] };
  const measurePlain = async (): Promise<number> => blocks.plain.push(await cpuUsOf(() => run(plain), times));
  const measurePatched = async (): Promise<number> => blocks.patched.push(await cpuUsOf(() => run(patched), times));
  for (let pair = 0; pair < PAIRS_PER_ROUND; pair += 1) {
    for (const measure of pair % 2 === 0 ? [measurePlain, measurePatched] : [measurePatched, measurePlain])
      await measure();
  }
  const plainUs = median(blocks.plain);
  return { plainUs, addedUs: median(blocks.patched) - plainUs };
}

const figures = { call: [] as number[], added: [] as number[], chunk: [] as number[], addedChunk: [] as number[] };
// The compiler's turn.
await compare(call, CALLS_PER_BLOCK);
await compare((client) => readStream(client, LONG_CHUNKS), STREAMS_PER_BLOCK);
for (let round = 0; round < ROUNDS; round += 1) {
  const whole = await compare(call, CALLS_PER_BLOCK);
  const short = await compare((client) => readStream(client, SHORT_CHUNKS), STREAMS_PER_BLOCK);
  const long = await compare((client) => readStream(client, LONG_CHUNKS), STREAMS_PER_BLOCK);
  figures.call.push(whole.plainUs);
  figures.added.push(whole.addedUs);
  figures.chunk.push((long.plainUs - short.plainUs) / (LONG_CHUNKS - SHORT_CHUNKS));
  figures.addedChunk.push((long.addedUs - short.addedUs) / (LONG_CHUNKS - SHORT_CHUNKS));
}

printMachine();
const row = (name: string, base: readonly number[], added: readonly number[]): (string | number)[] => [
  name,
  median(base),
  median(added),
  spread(added),
  added.length,
];
printTable(
  'The preload on an openai client, µs of CPU',
  ['', 'plain', 'added', 'added, least–greatest', 'rounds'],
  [row('a call', figures.call, figures.added), row('a stream chunk', figures.chunk, figures.addedChunk)],
);
