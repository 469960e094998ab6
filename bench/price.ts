/**
 * Pricing calls: Tollgate's, with the call record it returns, against the library's own `calcPrice` in the same run on
 * the same calls; what names that nobody knows cost in time and memory; and what importing the library costs.
 * Run: node dist/bench/price.js [--short]
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { LlmCall, Subject } from '../src/call.ts';
import type { Pricing } from '../src/pricing/pricing.ts';
import { emptyUsage } from '../src/usage.ts';
import { formatFigure, median, printMachine, printTable, spread } from './table.ts';

const isShort = process.argv.includes('--short');
const ROUNDS = isShort ? 2 : 7;
const CALLS_A_ROUND = isShort ? 100_000 : 1_000_000;
const LIBRARY_CALLS_A_ROUND = isShort ? 2_000 : 10_000;
const HOSTILE_NAMES_A_ROUND = isShort ? 2_000 : 20_000;
const BYTES_PER_MB = 2 ** 20;

/** Provider and model as spans name them, the library's provider id, and how many cached tokens the call has. */
const names = [
  ['openai', 'gpt-4o-2024-08-06', 'openai', 0],
  ['openai', 'gpt-5-mini', 'openai', 8_000],
  ['anthropic', 'claude-sonnet-4-5-20250929', 'anthropic', 8_000],
  ['gcp.vertex_ai', 'gemini-2.5-pro', 'google', 4_000],
  ['aws.bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws', 0],
  ['groq', 'llama-3.3-70b-versatile', 'groq', 0],
  ['deepseek', 'deepseek-chat', 'deepseek', 2_000],
  ['mistral_ai', 'mistral-small-latest', 'mistral', 0],
] as const;
const UNCACHED = 1_200;
const OUTPUT = 350;

const nobody: Subject = { agent: null, agentId: null, user: null, session: null, run: null, endpoint: null, tags: {} };

function llmCall(provider: string, model: string, cacheRead: number): LlmCall {
  return {
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    parentSpanId: null,
    name: `chat ${model}`,
    kind: 3,
    startUnixNano: 1_793_500_000_000_000_000n,
    durationNano: 1_234_500_000n,
    status: 'ok',
    service: 'api',
    environment: null,
    operation: 'chat',
    own: nobody,
    role: 'call',
    containerRule: null,
    dialect: 'genai',
    scope: null,
    isEmitterKnown: false,
    provider,
    model,
    requestModel: model,
    responseModel: model,
    responseId: null,
    requestId: null,
    reservationId: null,
    errorType: null,
    httpStatus: null,
    usage: { ...emptyUsage, input_uncached: UNCACHED, cache_read: cacheRead, output: OUTPUT },
    cacheSemantics: 'inclusive:convention',
    usageSource: 'provider',
    lossy: false,
    usageFault: null,
    serviceTier: null,
    priceFacts: null,
    reportedCostFemtoUsd: null,
    resourceSubject: nobody,
  };
}

/** Of processor time, which other work on the machine leaves alone. */
function microsecondsACall(count: number, work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / count;
}

function heapMb(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed / BYTES_PER_MB;
}

function priceKnownNames(pricing: Pricing, calls: readonly LlmCall[], count: number): void {
  let unpriced = 0;
  for (let done = 0; done < count; done += calls.length) {
    for (const call of calls) if (pricing.price(call).price.status === 'unpriced') unpriced += 1;
  }
  if (unpriced > 0) throw new Error(`${unpriced} of ${count} calls were not priced: the figures would not compare`);
}

function priceUnknownNames(pricing: Pricing, from: number): void {
  for (let i = from; i < from + HOSTILE_NAMES_A_ROUND; i += 1) {
    pricing.price(llmCall('openai', `${i}-${'x'.repeat(200)}`, 0));
  }
}

async function main(): Promise<void> {
  const rssBefore = process.memoryUsage.rss();
  const importStart = process.hrtime.bigint();
  const { calcPrice } = await import('@pydantic/genai-prices');
  const importMs = Number(process.hrtime.bigint() - importStart) / 1e6;
  const importMb = (process.memoryUsage.rss() - rssBefore) / BYTES_PER_MB;
  const { createPricing } = await import('../src/pricing/pricing.ts');

  const pricing = createPricing();
  const calls = names.map(([provider, model, , cacheRead]) => llmCall(provider, model, cacheRead));
  const priceByLibrary = (): void => {
    for (let done = 0; done < LIBRARY_CALLS_A_ROUND; done += names.length) {
      for (const [, model, providerId, cacheRead] of names) {
        const usage = { input_tokens: UNCACHED + cacheRead, cache_read_tokens: cacheRead, output_tokens: OUTPUT };
        calcPrice(usage, model, { providerId });
      }
    }
  };

  const ours: number[] = [];
  const library: number[] = [];
  const unknown: number[] = [];
  priceKnownNames(pricing, calls, CALLS_A_ROUND);
  priceByLibrary();
  const heapBefore = heapMb();
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(microsecondsACall(CALLS_A_ROUND, () => priceKnownNames(pricing, calls, CALLS_A_ROUND)));
    library.push(microsecondsACall(LIBRARY_CALLS_A_ROUND, priceByLibrary));
    const from = round * HOSTILE_NAMES_A_ROUND;
    unknown.push(microsecondsACall(HOSTILE_NAMES_A_ROUND, () => priceUnknownNames(pricing, from)));
  }
  const grownMb = heapMb() - heapBefore;

  const row = (title: string, figures: readonly number[]): (string | number)[] => {
    return [title, median(figures), 1e6 / median(figures), spread(figures), figures.length];
  };
  printMachine();
  printTable(
    'Pricing a call',
    ['', 'µs CPU a call', 'calls/s of a core', 'spread, µs', 'rounds'],
    [
      row('Tollgate, known name', ours),
      row('genai-prices `calcPrice`', library),
      row('Tollgate, a name never seen that nobody knows', unknown),
    ],
  );
  const hostile = ROUNDS * HOSTILE_NAMES_A_ROUND;
  process.stdout.write(`
- ${formatFigure(median(library) / median(ours))} times the calls of the library in the same processor time
- heap after ${formatFigure(hostile)} unknown names of 200 characters: ${formatFigure(grownMb)} MB more
- importing genai-prices: ${formatFigure(importMs)} ms, ${formatFigure(importMb)} MB resident
`);
}

await main();
