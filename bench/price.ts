/**
 * Pricing calls: Tollgate's, with the call record it returns, against the library's own `calcPrice` in the same run on
 * the same calls; the same under service tiers and under overrides; what names that nobody knows cost in time and memory;
 * and what importing the library costs.
 * Run: node dist/bench/price.js [--short]
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { LlmCall, Subject } from '../src/call.ts';
import type { Overrides } from '../src/pricing/overrides.ts';
import type { Pricing } from '../src/pricing/pricing.ts';
import type { WrittenPrice } from '../src/pricing/writtenPrice.ts';
import { emptyUsage } from '../src/usage.ts';
import { formatFigure, median, printMachine, printTable, spread } from './table.ts';

const isShort = process.argv.includes('--short');
const ROUNDS = isShort ? 2 : 7;
const CALLS_A_ROUND = isShort ? 100_000 : 1_000_000;
const LIBRARY_CALLS_A_ROUND = isShort ? 2_000 : 10_000;
const HOSTILE_NAMES_A_ROUND = isShort ? 2_000 : 20_000;
/** For the memory they leave behind. */
const HOSTILE_NAMES = isShort ? 20_000 : 1_000_000;
/** Of a tenant with many: exact names of its own and patterns. */
const OVERRIDES = 100;
const OVERRIDE_PATTERNS = 20;
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

function writtenPrice(model: string): WrittenPrice {
  const rates = { input_usd_per_mtok: '0.9', output_usd_per_mtok: '3.6' };
  return { provider: '*', model, from: '2026-01-01T00:00:00Z', to: null, rates, longContext: [], mapsTo: null };
}

/** The models of the calls are among them, so that an override prices each. */
function manyPrices(): WrittenPrice[] {
  const others = Array.from({ length: OVERRIDES - names.length }, (_, i) =>
    writtenPrice(i < OVERRIDE_PATTERNS ? `our-*-model-${i}` : `our-model-${i}`),
  );
  return [...names.map(([, model]) => writtenPrice(model)), ...others];
}

function priceKnownNames(pricing: Pricing, calls: readonly LlmCall[], count: number, overrides?: Overrides): void {
  let unpriced = 0;
  for (let done = 0; done < count; done += calls.length) {
    for (const call of calls) if (pricing.price(call, overrides).price.status === 'unpriced') unpriced += 1;
  }
  if (unpriced > 0) throw new Error(`${unpriced} of ${count} calls were not priced: the figures would not compare`);
}

function priceUnknownNames(pricing: Pricing, from: number, count: number, overrides?: Overrides): void {
  for (let i = from; i < from + count; i += 1) {
    pricing.price(llmCall('openai', `${i}-${'x'.repeat(200)}`, 0), overrides);
  }
}

async function main(): Promise<void> {
  const rssBefore = process.memoryUsage.rss();
  const importStart = process.hrtime.bigint();
  const { calcPrice } = await import('@pydantic/genai-prices');
  const importMs = Number(process.hrtime.bigint() - importStart) / 1e6;
  const importMb = (process.memoryUsage.rss() - rssBefore) / BYTES_PER_MB;
  const { createPricing } = await import('../src/pricing/pricing.ts');
  const { compileOverrides } = await import('../src/pricing/overrides.ts');

  const pricing = createPricing();
  const overrides = compileOverrides([manyPrices(), [writtenPrice('house-*')]]);
  const calls = names.map(([provider, model, , cacheRead]) => llmCall(provider, model, cacheRead));
  const priceFacts = { inferenceGeo: 'us', speed: null, searchContextSize: null };
  const tierCalls = calls.map((call): LlmCall => ({ ...call, serviceTier: 'batch', priceFacts }));
  const priceByLibrary = (): void => {
    for (let done = 0; done < LIBRARY_CALLS_A_ROUND; done += names.length) {
      for (const [, model, providerId, cacheRead] of names) {
        const usage = { input_tokens: UNCACHED + cacheRead, cache_read_tokens: cacheRead, output_tokens: OUTPUT };
        calcPrice(usage, model, { providerId });
      }
    }
  };

  const figures: {
    ours: number[];
    tier: number[];
    override: number[];
    library: number[];
    unknown: number[];
    beside: number[];
  } = { ours: [], tier: [], override: [], library: [], unknown: [], beside: [] };
  const aRound = (count: number, work: () => void): number => microsecondsACall(count, work);
  for (const warm of [calls, tierCalls]) priceKnownNames(pricing, warm, CALLS_A_ROUND);
  priceKnownNames(pricing, calls, CALLS_A_ROUND, overrides);
  priceByLibrary();
  const heapBefore = heapMb();
  for (let round = 0; round < ROUNDS; round += 1) {
    const from = round * HOSTILE_NAMES_A_ROUND;
    const count = HOSTILE_NAMES_A_ROUND;
    figures.ours.push(aRound(CALLS_A_ROUND, () => priceKnownNames(pricing, calls, CALLS_A_ROUND)));
    figures.tier.push(aRound(CALLS_A_ROUND, () => priceKnownNames(pricing, tierCalls, CALLS_A_ROUND)));
    figures.override.push(aRound(CALLS_A_ROUND, () => priceKnownNames(pricing, calls, CALLS_A_ROUND, overrides)));
    figures.library.push(aRound(LIBRARY_CALLS_A_ROUND, priceByLibrary));
    figures.unknown.push(aRound(count, () => priceUnknownNames(pricing, from, count)));
    figures.beside.push(aRound(count, () => priceUnknownNames(pricing, from, count, overrides)));
  }
  priceUnknownNames(pricing, ROUNDS * HOSTILE_NAMES_A_ROUND, HOSTILE_NAMES, overrides);
  const grownMb = heapMb() - heapBefore;

  const row = (title: string, rounds: readonly number[]): (string | number)[] => {
    return [title, median(rounds), 1e6 / median(rounds), spread(rounds), rounds.length];
  };
  printMachine();
  printTable(
    'Pricing a call',
    ['', 'µs CPU a call', 'calls/s of a core', 'spread, µs', 'rounds'],
    [
      row('Tollgate, known name', figures.ours),
      row('Tollgate, known name under batch and a geography', figures.tier),
      row(`Tollgate, by one of ${OVERRIDES} overrides`, figures.override),
      row('genai-prices `calcPrice`', figures.library),
      row('Tollgate, a name never seen that nobody knows', figures.unknown),
      row(`Tollgate, such a name beside ${OVERRIDES} overrides`, figures.beside),
    ],
  );
  process.stdout.write(`
- ${formatFigure(median(figures.library) / median(figures.ours))} times the calls of the library in the same processor time
- heap after ${formatFigure(HOSTILE_NAMES)} unknown names of 200 characters: ${formatFigure(grownMb)} MB more
- importing genai-prices: ${formatFigure(importMs)} ms, ${formatFigure(importMb)} MB resident
`);
}

await main();
