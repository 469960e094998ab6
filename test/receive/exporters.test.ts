import { ROOT_CONTEXT, trace, type Tracer } from '@opentelemetry/api';
import { Metadata } from '@grpc/grpc-js';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import { TollgateError } from '../../src/errors.ts';
import { startGrpc, startHttp, type RunningReceiver } from './harness.ts';

const wanted = { exact: new Set(['gen_ai.request.model']), prefixes: [] };
const open: RunningReceiver[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((receiver) => receiver.close()));
});

function finishedSpans(): ReadableSpan[] {
  const memory = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });
  const tracer: Tracer = provider.getTracer('shop', '1.0.0');
  const parent = tracer.startSpan('POST /chat', { attributes: { 'http.route': '/chat' } });
  const child = tracer.startSpan(
    'chat gpt-4o',
    { attributes: { 'gen_ai.request.model': 'gpt-4o' } },
    trace.setSpan(ROOT_CONTEXT, parent),
  );
  child.end();
  parent.end();
  return memory.getFinishedSpans();
}

function exportOnce(exporter: SpanExporter, spans: ReadableSpan[]): Promise<ExportResult> {
  return new Promise((resolve) => exporter.export(spans, resolve));
}

const url = (receiver: RunningReceiver): string => `http://127.0.0.1:${receiver.port}/v1/traces`;

function grpcMetadata(headers: Record<string, string>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}

const transports = [
  ['HTTP with JSON', startHttp, (at: RunningReceiver, headers = {}) => new JsonExporter({ url: url(at), headers })],
  [
    'HTTP with protobuf',
    startHttp,
    (at: RunningReceiver, headers = {}) => new ProtobufExporter({ url: url(at), headers }),
  ],
  [
    'HTTP with gzipped protobuf',
    startHttp,
    (at: RunningReceiver, headers = {}) =>
      new ProtobufExporter({ url: url(at), headers, compression: CompressionAlgorithm.GZIP }),
  ],
  [
    'gRPC',
    startGrpc,
    (at: RunningReceiver, headers = {}) =>
      new GrpcExporter({ url: `http://127.0.0.1:${at.port}`, metadata: grpcMetadata(headers) }),
  ],
  [
    'gRPC with gzip',
    startGrpc,
    (at: RunningReceiver, headers = {}) =>
      new GrpcExporter({
        url: `http://127.0.0.1:${at.port}`,
        metadata: grpcMetadata(headers),
        compression: CompressionAlgorithm.GZIP,
      }),
  ],
] as const;

describe.each(transports)('the official exporter over %s', (_name, start, createExporter) => {
  it('delivers its spans', async () => {
    const receiver = await start();
    open.push(receiver);
    const exporter = createExporter(receiver);
    const spans = finishedSpans();
    expect(await exportOnce(exporter, spans)).toEqual({ code: ExportResultCode.SUCCESS });
    await exporter.shutdown();
    const [request] = receiver.exports;
    const decoded = decodeTraces(request?.encoding ?? 'json', request?.body ?? new Uint8Array(), wanted).spans;
    expect(decoded.map((span) => [span.traceId, span.spanId, span.name])).toEqual(
      spans.map((span) => [span.spanContext().traceId, span.spanContext().spanId, span.name]),
    );
    expect(decoded[0]?.attributes).toEqual(new Map([['gen_ai.request.model', 'gpt-4o']]));
    expect(decoded[0]?.parentSpanId).toBe(decoded[1]?.spanId);
    expect(request?.caller.tenant).toBe('default');
  });

  it.each([{ authorization: 'Bearer tg_1' }, { 'x-api-key': 'tg_1' }])('is known by its key in %o', async (headers) => {
    const receiver = await start({ apiKey: 'tg_1' });
    open.push(receiver);
    const exporter = createExporter(receiver, headers);
    expect(await exportOnce(exporter, finishedSpans())).toEqual({ code: ExportResultCode.SUCCESS });
    await exporter.shutdown();
    expect(receiver.exports.map((request) => request.caller.tenant)).toEqual(['shop']);
  });

  it('fails at once without a key, and nothing is consumed', async () => {
    const receiver = await start({ apiKey: 'tg_1' });
    open.push(receiver);
    const exporter = createExporter(receiver);
    expect((await exportOnce(exporter, finishedSpans())).code).toBe(ExportResultCode.FAILED);
    await exporter.shutdown();
    expect(receiver.exports).toEqual([]);
    expect(receiver.asked).toHaveLength(1);
  });
});

describe('the official exporter over HTTP', () => {
  it('sends again after a fault of ours, so that no span is lost', async () => {
    let calls = 0;
    const receiver = await startHttp({
      consume: async () => {
        calls += 1;
        if (calls === 1) throw new Error('a bug');
        if (calls === 2) throw new TollgateError('store_unavailable', 'the store is away', { retryAfterSeconds: 1 });
        return { rejected: 0, errorMessage: '' };
      },
    });
    open.push(receiver);
    const exporter = new ProtobufExporter({ url: url(receiver) });
    expect(await exportOnce(exporter, finishedSpans())).toEqual({ code: ExportResultCode.SUCCESS });
    await exporter.shutdown();
    expect(calls).toBe(3);
    expect(receiver.faults).toEqual([new Error('a bug')]);
  });
});
