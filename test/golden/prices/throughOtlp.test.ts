import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LlmCall } from '../../../src/call.ts';
import { defaultPriceSettings } from '../../../src/pricing/priceSettings.ts';
import { tokenTotals } from '../../../src/usage.ts';
import { unixNano } from '../../pricing/llmCall.ts';
import { makeTestPlace, type TestPlace } from '../../support/database.ts';
import { SERVICE_TEST_TIMEOUT_MS, startService, type RunningService } from '../../support/service.ts';
import { anthropic } from './anthropic.ts';
import { azure } from './azure.ts';
import { bedrock } from './bedrock.ts';
import { type Bill, readBill, readBills, type ReadBill } from './bill.ts';
import { deepseek } from './deepseek.ts';
import { google } from './google.ts';
import { openai } from './openai.ts';
import { others } from './others.ts';

const CALLS = 50;
/** Above it a number is no figure that an emitter writes: Tollgate takes it for a fault. */
const TOKENS_MAX = 10_000_000_000;
/** Bills of later instants tell of price changes to come; a span of the future is refused. */
const LATEST = unixNano('2026-11-01T00:00:00Z');

/** Bills of no special setting, evenly from each provider's: the first, the last and those between. */
function chooseBills(): readonly { readonly bill: Bill; readonly read: ReadBill }[] {
  const files = [openai, azure, anthropic, google, bedrock, deepseek, others].map((text) =>
    readBills(text)
      .filter(({ override }) => override === null)
      .map((bill) => ({ bill, read: readBill(bill) }))
      .filter(({ read }) => JSON.stringify(read.settings) === JSON.stringify(defaultPriceSettings))
      .filter(({ read }) => read.call.startUnixNano <= LATEST)
      .filter(({ read }) => tokenTotals(read.call.usage).inputTokens <= TOKENS_MAX),
  );
  const all = files.flat();
  return Array.from({ length: CALLS }, (_, index) => all[Math.floor((index * all.length) / CALLS)]).filter(
    (chosen) => chosen !== undefined,
  );
}

/** Under the conventions' names, with Tollgate's where they have none (contract, section 4). Tokens include their parts. */
function attributesOf(call: LlmCall): Record<string, string | number> {
  const { usage, priceFacts } = call;
  const { inputTokens, outputTokens } = tokenTotals(usage);
  const { other } = usage;
  const said: Record<string, string | number | null | undefined> = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': call.provider,
    'gen_ai.request.model': call.model,
    'gen_ai.response.model': call.model,
    'gen_ai.usage.input_tokens': inputTokens,
    'gen_ai.usage.output_tokens': outputTokens,
    'gen_ai.usage.cache_read.input_tokens':
      usage.cache_read === null && other.cache_read_audio === undefined
        ? null
        : (usage.cache_read ?? 0) + (other.cache_read_audio ?? 0),
    'gen_ai.usage.cache_write.input_tokens':
      usage.cache_write_5m === null && usage.cache_write_1h === null
        ? null
        : (usage.cache_write_5m ?? 0) + (usage.cache_write_1h ?? 0),
    'tollgate.usage.cache_write_1h.input_tokens': usage.cache_write_1h,
    'gen_ai.usage.reasoning.output_tokens': usage.reasoning,
    'gen_ai.usage.audio.input_tokens':
      other.audio_input === undefined ? null : other.audio_input + (other.cache_read_audio ?? 0),
    'gen_ai.usage.audio.cache_read.input_tokens': other.cache_read_audio,
    'gen_ai.usage.audio.output_tokens': other.audio_output,
    'gen_ai.usage.image.input_tokens': other.image_input,
    'gen_ai.usage.image.output_tokens': other.image_output,
    'tollgate.usage.web_search.requests': other.web_search_requests,
    'tollgate.usage.search_context_size': priceFacts?.searchContextSize,
    'gen_ai.response.service_tier': call.serviceTier,
    'anthropic.response.inference_geo': priceFacts?.inferenceGeo,
    'anthropic.response.speed': priceFacts?.speed,
  };
  return Object.fromEntries(
    Object.entries(said).filter((entry): entry is [string, string | number] => (entry[1] ?? null) !== null),
  );
}

interface ShownCall {
  readonly cost_usd: string | null;
  readonly cost: Readonly<Record<string, string>>;
  readonly cost_status: string;
  readonly price: { readonly source: string; readonly card: string; readonly effective_from: string | null } | null;
}

let place: TestPlace;
let service: RunningService;
beforeAll(async () => {
  place = await makeTestPlace('postgres18');
  const stored = ['--database-url', place.url ?? '', '--data-dir', place.dataDir];
  // The oldest bill is of 2024.
  service = await startService({ args: [...stored, '--retention-days', '3650'] });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

const ANSWERED_IN_MS = 30_000;

describe(`${CALLS} bills through a real export`, { timeout: SERVICE_TEST_TIMEOUT_MS }, () => {
  it('come out of /api/v1/calls to the last digit, with their parts and cards', async () => {
    const chosen = chooseBills();
    expect(chosen.length).toBe(CALLS);
    const exporter = new OTLPTraceExporter({
      url: `${service.http}/v1/traces`,
      timeoutMillis: ANSWERED_IN_MS,
      // The processor sends each span by itself, as it ends.
      concurrencyLimit: CALLS,
    });
    const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
    const sent = chosen.map(({ bill, read }) => {
      const startTime = new Date(Number(read.call.startUnixNano / 1_000_000n));
      const span = provider
        .getTracer('bills')
        .startSpan(`chat ${read.call.model}`, { kind: 2, startTime, attributes: attributesOf(read.call) });
      span.end(startTime);
      return { line: bill.line, read, ...span.spanContext() };
    });
    await provider.forceFlush();
    await provider.shutdown();

    const shown: object[] = [];
    for (const { line, traceId, spanId } of sent) {
      const response = await fetch(`${service.api}/api/v1/calls/${traceId}/${spanId}`);
      const { cost_usd: usd, cost, cost_status: status, price } = (await response.json()) as ShownCall;
      const { source, card, effective_from: effectiveFrom } = price ?? {};
      shown.push({ line, usd, cost, status, source, card, effectiveFrom });
    }

    expect(shown).toEqual(
      sent.map(({ line, read: { usd, parts, price } }) => {
        const costing = Object.entries(parts).filter(([, part]) => part !== '0');
        return { line, usd, cost: Object.fromEntries(costing), ...price };
      }),
    );
  });
});
