import { trace, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BasicTracerProvider, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getAllCalls, getCosts } from '../support/asking.ts';
import { makeTestPlace, type TestPlace } from '../support/database.ts';
import { SERVICE_TEST_TIMEOUT_MS, startService, type RunningService } from '../support/service.ts';

let place: TestPlace;
let service: RunningService;
beforeAll(async () => {
  place = await makeTestPlace('embedded');
  service = await startService({ args: ['--data-dir', place.dataDir] });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

function startCall(tracer: Tracer, agent: string): string {
  const span = tracer.startSpan('chat gpt-4o', {
    kind: 2,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.response.model': 'gpt-4o',
      'gen_ai.agent.name': agent,
      'gen_ai.usage.input_tokens': 1_000,
      'gen_ai.usage.output_tokens': 100,
    },
  });
  span.end();
  return span.spanContext().spanId;
}

describe('the official exporters', { timeout: SERVICE_TEST_TIMEOUT_MS }, () => {
  it.each([
    ['exporter-trace-otlp-http', (): SpanExporter => new JsonExporter({ url: `${service.http}/v1/traces` })],
    ['exporter-trace-otlp-proto', (): SpanExporter => new ProtoExporter({ url: `${service.http}/v1/traces` })],
    ['exporter-trace-otlp-grpc', (): SpanExporter => new GrpcExporter({ url: service.grpc })],
  ])('%s: every span is counted once', async (agent, makeExporter) => {
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(makeExporter())] });
    const spanIds = Array.from({ length: 25 }, () => startCall(provider.getTracer('test'), agent));
    await provider.forceFlush();
    await provider.shutdown();
    trace.disable();
    const calls = (await getAllCalls(service.api)).filter((call) => call.agent === agent);
    expect(calls.map((call) => call.span_id).sort()).toEqual([...spanIds].sort());
    // 1000 × 2.50/1e6 + 100 × 10/1e6 = 0.0025 + 0.001 = 0.0035 USD a call, 25 of them
    const { totals } = await getCosts(service.api, `period=24h&agent=${agent}`);
    expect(totals).toMatchObject({
      calls: 25,
      cost_usd: '0.0875',
      unpriced_calls: 0,
      input_tokens: 25_000,
      output_tokens: 2_500,
    });
  });
});
