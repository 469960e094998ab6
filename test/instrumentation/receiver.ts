import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import type { AttributeValue, ReceivedSpan } from '../../src/span.ts';

export interface RecordedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly traceState: string;
  readonly kind: number;
  readonly status: ReceivedSpan['status'];
  readonly statusMessage: string;
  readonly scope: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly resource: Readonly<Record<string, AttributeValue>>;
}

export interface Receiver {
  readonly url: string;
  readonly spans: RecordedSpan[];
  readonly exports: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly bytes: Buffer }[];
  /** What every export is answered with from now on, the first being 0; `hang` answers nothing. */
  answerWith(status: number | 'hang' | ((count: number) => number)): void;
  /** As a receiver does with a client that has been silent for a while. */
  dropConnections(): void;
  close(): Promise<void>;
}

/** An OTLP/HTTP receiver that keeps every attribute of every span, read with the processor's own decoder. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const spans: RecordedSpan[] = [];
  const exports: Receiver['exports'] = [];
  let answer: number | 'hang' | ((count: number) => number) = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (answer === 'hang') return;
      const body = Buffer.concat(chunks);
      const status = typeof answer === 'number' ? answer : answer(exports.length);
      exports.push({ path: request.url ?? '', headers: request.headers, bytes: body });
      if (status === 200 && request.url !== '/v1/metrics') {
        const isJson = request.headers['content-type'] === 'application/json';
        spans.push(
          ...readSpans(
            isJson ? 'json' : 'protobuf',
            request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body,
          ),
        );
      }
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    exports,
    answerWith: (status) => {
      answer = status;
    },
    dropConnections: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Every key, by its first letter. */
const everything = { exact: new Set<string>(), prefixes: 'abcdefghijklmnopqrstuvwxyz'.split('') };

export function readSpans(encoding: 'protobuf' | 'json', body: Uint8Array): RecordedSpan[] {
  return decodeTraces(encoding, body, everything).spans.map((span) => ({
    name: span.name,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    traceState: span.traceState,
    kind: span.kind,
    status: span.status,
    statusMessage: span.statusMessage,
    scope: `${span.scope.name} ${span.scope.version}`,
    attributes: Object.fromEntries(span.attributes),
    resource: Object.fromEntries(span.resource.attributes),
  }));
}
