/**
 * What the preload adds to a call and to a stream chunk, in microseconds: two copies of the `openai` package in one process,
 * one loaded before the preload and so plain, one after and so patched, take turns call by call. Requests are answered by a
 * `fetch` of this file; spans end in an exporter that throws them away. A chunk's cost is the slope between a short and a
 * long stream. Run: node dist/bench/instrumentation.js [--short]
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { OpenAI } from 'openai';
import { median, printMachine, printTable, spread } from './table.ts';

const isShort = process.argv.includes('--short');
const ROUNDS = isShort ? 3 : 15;
const CALLS_PER_ROUND = isShort ? 300 : 1_500;
const STREAMS_PER_ROUND = isShort ? 30 : 150;
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
  const sdk = createRequire(fileURLToPath(import.meta.resolve('@tollgate/node')))('@opentelemetry/sdk-trace-node') as NullableSdk;
  const exporter = { export: (_spans: unknown, done: (result: { code: number }) => void) => done({ code: 0 }), shutdown: () => Promise.resolve() };
  new sdk.NodeTracerProvider({ spanProcessors: [new sdk.BatchSpanProcessor({ exporter })] }).register();
}

/** As much of `@opentelemetry/sdk-trace-node` as is used here; the root package does not depend on it. */
interface NullableSdk {
  readonly BatchSpanProcessor: new (options: { exporter: object }) => object;
  readonly NodeTracerProvider: new (options: { spanProcessors: object[] }) => { register(): void };
}

const usage = { prompt_tokens: 12, completion_tokens: 200, total_tokens: 212, prompt_tokens_details: { cached_tokens: 4 } };
const identity = { id: 'chatcmpl-1', created: 1_760_000_000, model: 'gpt-4o-2024-08-06', service_tier: 'default' };
const completion = JSON.stringify({
  ...identity,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'An answer of some length. '.repeat(8), refusal: null }, finish_reason: 'stop' }],
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
  for await (const _chunk of await client.chat.completions.create({ model: String(chunks), messages, stream: true })) seen += 1;
  // The plain copy sees the chunk of usage that it did not ask for; the patched one has asked, and hides it.
  const expected = client === plain ? chunks + 1 : chunks;
  if (seen !== expected) throw new Error(`expected ${expected} chunks, found ${seen}`);
}

interface Difference {
  readonly plainUs: number;
  readonly addedUs: number;
}

/** Medians of one round, plain and patched in turn; which goes first changes from pair to pair. */
async function compare(run: (client: OpenAI) => Promise<void>, pairs: number): Promise<Difference> {
  const times: { readonly plain: number[]; readonly patched: number[] } = { plain: [], patched: [] };
  const time = async (name: 'plain' | 'patched'): Promise<void> => {
    const started = performance.now();
    await run(name === 'plain' ? plain : patched);
    times[name].push((performance.now() - started) * 1_000);
  };
  for (let pair = 0; pair < pairs; pair += 1) {
    const [first, second] = pair % 2 === 0 ? (['plain', 'patched'] as const) : (['patched', 'plain'] as const);
    await time(first);
    await time(second);
  }
  const plainUs = median(times.plain);
  return { plainUs, addedUs: median(times.patched) - plainUs };
}

const figures = { call: [] as number[], added: [] as number[], chunk: [] as number[], addedChunk: [] as number[] };
await compare(call, CALLS_PER_ROUND);
await compare((client) => readStream(client, LONG_CHUNKS), STREAMS_PER_ROUND);
for (let round = 0; round < ROUNDS; round += 1) {
  const whole = await compare(call, CALLS_PER_ROUND);
  const short = await compare((client) => readStream(client, SHORT_CHUNKS), STREAMS_PER_ROUND);
  const long = await compare((client) => readStream(client, LONG_CHUNKS), STREAMS_PER_ROUND);
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
  'The preload on an openai client, µs',
  ['', 'plain', 'added', 'added, least–greatest', 'rounds'],
  [row('a call', figures.call, figures.added), row('a stream chunk', figures.chunk, figures.addedChunk)],
);
