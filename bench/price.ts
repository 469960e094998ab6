/**
 * Pricing calls: ours against the library's own `calcPrice` in the same run, on the same calls, and what names that nobody
 * knows cost in time and memory. Usage: `node --expose-gc dist/bench/price.js [runs]`.
 */
import { calcPrice } from '@pydantic/genai-prices';
import type { LlmCall, Subject } from '../src/call.ts';
import { createPricing } from '../src/pricing/pricing.ts';
import { emptyUsage } from '../src/usage.ts';

const RUNS = Number(process.argv[2] ?? 5);
const OURS_PER_RUN = 400_000;
const LIBRARY_PER_RUN = 4_000;
const HOSTILE_NAMES = 100_000;

const nobody: Subject = { agent: null, agentId: null, user: null, session: null, run: null, endpoint: null, tags: {} };

function call(provider: string, model: string, cacheRead: number): LlmCall {
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
    provider,
    model,
    requestModel: model,
    responseModel: model,
    responseId: null,
    errorType: null,
    usage: { ...emptyUsage, input_uncached: 1_200, cache_read: cacheRead, output: 350 },
    cacheSemantics: 'inclusive:convention',
    usageSource: 'provider',
    lossy: false,
    usageFault: null,
    serviceTier: null,
    reportedCostFemtoUsd: null,
    resourceSubject: nobody,
  };
}

const calls = [
  call('openai', 'gpt-4o-2024-08-06', 0),
  call('openai', 'gpt-5-mini', 8_000),
  call('anthropic', 'claude-sonnet-4-5-20250929', 8_000),
  call('gcp.vertex_ai', 'gemini-2.5-pro', 4_000),
  call('aws.bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', 0),
  call('groq', 'llama-3.3-70b-versatile', 0),
  call('deepseek', 'deepseek-chat', 2_000),
  call('openai', 'text-embedding-3-small', 0),
];
const libraryIds = ['openai', 'openai', 'anthropic', 'google', 'aws', 'groq', 'deepseek', 'openai'];

function perSecond(count: number, work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return (count * 1e9) / Number(process.hrtime.bigint() - start);
}

function row(title: string, figures: readonly number[]): void {
  const sorted = figures.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const spread = `${Math.round(sorted[0] ?? 0).toLocaleString('en')} – ${Math.round(sorted.at(-1) ?? 0).toLocaleString('en')}`;
  console.log(
    `| ${title} | ${Math.round(median).toLocaleString('en')} | ${(1e6 / median).toFixed(3)} | ${spread} | ${figures.length} |`,
  );
}

function main(): void {
  const pricing = createPricing();
  const ours: number[] = [];
  const library: number[] = [];
  let checksum = 0n;
  for (let run = 0; run <= RUNS; run += 1) {
    const ourRate = perSecond(OURS_PER_RUN, () => {
      for (let i = 0; i < OURS_PER_RUN; i += 1) {
        const { price } = pricing.price(calls[i % calls.length] as LlmCall);
        if (price.status !== 'unpriced') checksum += price.costFemtoUsd;
      }
    });
    const libraryRate = perSecond(LIBRARY_PER_RUN, () => {
      for (let i = 0; i < LIBRARY_PER_RUN; i += 1) {
        const { model, usage } = calls[i % calls.length] as LlmCall;
        const cacheRead = usage.cache_read ?? 0;
        const tokens = { input_tokens: 1_200 + cacheRead, cache_read_tokens: cacheRead, output_tokens: 350 };
        calcPrice(tokens, model ?? '', { providerId: libraryIds[i % calls.length] ?? '' });
      }
    });
    // The first run warms up.
    if (run > 0) ours.push(ourRate);
    if (run > 0) library.push(libraryRate);
  }
  console.log('| pricing | calls/s, median | µs a call | spread of calls/s | runs |\n|---|---|---|---|---|');
  row('Tollgate, known name', ours);
  row('genai-prices calcPrice', library);
  const hostile = perSecond(HOSTILE_NAMES, () => hostileNames(pricing));
  row(`Tollgate, ${HOSTILE_NAMES.toLocaleString('en')} distinct unknown names`, [hostile]);
  console.log(`\nchecksum ${checksum} fUSD`);
}

function hostileNames(pricing: ReturnType<typeof createPricing>): void {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < HOSTILE_NAMES; i += 1) pricing.price(call('openai', `model-${i}-${'x'.repeat(200)}`, 0));
  globalThis.gc?.();
  const grown = (process.memoryUsage().heapUsed - before) / 1024 / 1024;
  console.log(
    `| heap grown by unknown names | ${grown.toFixed(1)} MB${globalThis.gc === undefined ? ' (no --expose-gc)' : ''} | | | 1 |`,
  );
}

main();
