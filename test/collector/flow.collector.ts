import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatUsd } from '../../src/money.ts';
import { getAllCalls, type Call } from '../support/asking.ts';
import { makeTestPlace, type TestPlace } from '../support/database.ts';
import { startProvider } from '../support/provider/startProvider.ts';
import { createDeployment, type Deployment } from './deployment.ts';
import { runApplication } from './runApplication.ts';
import type { ArrivedSpan } from './traceBackend.ts';

const DRAIN_MS = 60_000;
const SPANS = 200;
const APPLICATION_CALLS = 20;

let place: TestPlace;
let deployment: Deployment;
beforeAll(async () => {
  place = await makeTestPlace('embedded');
  deployment = await createDeployment({ config: 'otel-collector.yaml', stores: [place] });
  const { collector, tollgates, backend } = deployment;
  for (const part of [backend, collector, ...tollgates]) await part.start();
});
afterAll(async () => {
  await deployment[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

/** A chat call as an application writes it by hand, with an input of its own. */
function startCalls(exporter: SpanExporter, agent: string): { provider: BasicTracerProvider; spanIds: string[] } {
  const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  const tracer = provider.getTracer('shop');
  const spanIds = Array.from({ length: SPANS }, (_, index) => {
    const span = tracer.startSpan('chat gpt-4o', {
      kind: 2,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.agent.name': agent,
        'gen_ai.usage.input_tokens': index + 1,
        'gen_ai.usage.output_tokens': 10,
        'shop.article': `article ${index}`,
      },
    });
    span.end();
    return span.spanContext().spanId;
  });
  return { provider, spanIds };
}

/** Rows in an order that does not depend on who came first. */
const sorted = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => row.join(' ')).toSorted();

const apiOf = ({ tollgates }: Deployment): string => tollgates[0]?.api ?? '';

function arrivedFrom(isFrom: (span: ArrivedSpan) => boolean): ArrivedSpan[] {
  return [...deployment.backend.arrived.values()].flat().filter(isFrom);
}

describe('otel-collector.yaml', () => {
  it.each([
    ['JSON', (otlp: Deployment['collector']): SpanExporter => new JsonExporter({ url: `${otlp.http}/v1/traces` })],
    ['protobuf', (otlp: Deployment['collector']): SpanExporter => new ProtoExporter({ url: `${otlp.http}/v1/traces` })],
    ['gRPC', (otlp: Deployment['collector']): SpanExporter => new GrpcExporter({ url: otlp.grpc })],
  ])(
    'brings each span of the official %s exporter to the backend, priced, and charges it once',
    async (agent, make) => {
      const { provider, spanIds } = startCalls(make(deployment.collector), agent);
      await provider.forceFlush();
      await provider.shutdown();
      await deployment.drain(DRAIN_MS);

      const calls = (await getAllCalls(apiOf(deployment))).filter((call) => call.agent === agent);
      // Of N tokens in and 10 out: N × 2.50/1e6 + 10 × 10/1e6 USD, in femto-USD N × 2.5e9 + 10 × 1e10.
      const expected = sorted(
        spanIds.map((spanId, index) => [
          spanId,
          formatUsd(BigInt(index + 1) * 2_500_000_000n + 100_000_000_000n),
          'charged',
        ]),
      );
      expect(sorted(calls.map((call) => [call.span_id, call.cost_usd, call.charge]))).toEqual(expected);
      const arrived = arrivedFrom((span) => span.attributes.get('gen_ai.agent.name') === agent);
      const valuesOf = ({ spanId, attributes }: ArrivedSpan, ...keys: readonly string[]): unknown[] => [
        spanId,
        ...keys.map((key) => attributes.get(key)),
      ];
      expect(sorted(arrived.map((span) => valuesOf(span, 'tollgate.cost.usd', 'tollgate.charge')))).toEqual(expected);
      // What the application wrote is there as it was.
      expect(sorted(arrived.map((span) => valuesOf(span, 'shop.article')))).toEqual(
        sorted(spanIds.map((spanId, index) => [spanId, `article ${index}`])),
      );
      expect(await deployment.collector.failedSpans()).toBe(0);
    },
  );

  it('brings what an instrumented application spends to the backend, as the provider bills it', async () => {
    const provider = await startProvider();
    const { collector, directory, guard } = deployment;
    const application = runApplication({
      providerUrl: provider.url,
      otlp: collector.http,
      directory,
      calls: APPLICATION_CALLS,
      guard,
    });
    expect([await application.finished, application.said]).toEqual([0, []]);
    await provider.close();
    await deployment.drain(DRAIN_MS);

    const expected = sorted(
      provider.billed.map(({ id, tokens }) => [
        id,
        formatUsd(BigInt(tokens.uncached) * 2_500_000_000n + BigInt(tokens.output) * 10_000_000_000n),
      ]),
    );
    expect(expected).toHaveLength(APPLICATION_CALLS);
    const calls = (await getAllCalls(apiOf(deployment))) as (Call & { response_id: string | null; service: string })[];
    const own = calls.filter((call) => call.service === 'boutique' && call.charge === 'charged');
    expect(sorted(own.map((call) => [call.response_id, call.cost_usd]))).toEqual(expected);
    const chats = arrivedFrom((span) => span.service === 'boutique' && span.name.startsWith('chat '));
    expect(
      sorted(
        chats.map(({ attributes }) => [attributes.get('gen_ai.response.id'), attributes.get('tollgate.cost.usd')]),
      ),
    ).toEqual(expected);
    // The spans around the calls went the same way; they cost nothing of their own.
    const agents = arrivedFrom((span) => span.service === 'boutique' && span.name.startsWith('invoke_agent'));
    expect(agents).toHaveLength(APPLICATION_CALLS);
    expect(agents.filter((span) => span.attributes.has('tollgate.cost.usd'))).toEqual([]);
  });
});
