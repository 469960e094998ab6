import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { protobufToJson } from './otlpProto.ts';
import type { Signal } from './otlpProto.ts';

/** Longer than any recording: a client that reuses a connection while it is being closed sees a failure. */
export const KEEP_ALIVE_MS = 600_000;

export interface RecordedExport {
  readonly signal: Signal;
  /** The export request as OTLP/JSON. */
  readonly request: unknown;
}

export interface OtlpReceiver {
  readonly url: string;
  /** In order of arrival. */
  readonly exports: RecordedExport[];
  close(): Promise<void>;
}

/**
 * Takes OTLP over HTTP at every path that ends in `/v1/traces` or `/v1/logs`, as protobuf or JSON, gzip or not.
 * Metrics and whatever else a library calls home with get an empty answer and are not kept.
 */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const exports: RecordedExport[] = [];
  const server = createServer((incoming, response) => {
    const take = (body: Buffer): void => {
      const signal = /\/v1\/(traces|logs)$/.exec((incoming.url ?? '').split('?')[0] ?? '')?.[1];
      const isJson = (incoming.headers['content-type'] ?? '').includes('json');
      if (signal === 'traces' || signal === 'logs') {
        const request: unknown = isJson ? JSON.parse(body.toString('utf8')) : protobufToJson(signal, body);
        exports.push({ signal, request });
      }
      response.setHeader('content-type', isJson ? 'application/json' : 'application/x-protobuf');
      response.end(isJson ? '{}' : '');
    };
    readBody(incoming)
      .then(take)
      .catch((error: unknown) => {
        response.statusCode = 400;
        response.end(String(error));
      });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    exports,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  return incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}
