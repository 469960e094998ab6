import http from 'node:http';
import type http2 from 'node:http2';
import https from 'node:https';
import { gzipSync } from 'node:zlib';
import { http2Module } from '../lateModules.ts';
import type { Destination } from '../destination.ts';
import { SCOPE, VERSION } from '../scope.ts';

/** `refused`: sending it again cannot help. `unreachable`: later it may. */
export type SendOutcome =
  | { readonly status: 'accepted'; readonly answer: Uint8Array }
  | { readonly status: 'refused' | 'unreachable'; readonly reason: string };

/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes and #failures */
const retryableHttp: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const retryableGrpc: ReadonlySet<number> = new Set([1, 4, 8, 10, 11, 14, 15]);
/** An OTLP answer is a few bytes; one that is larger is none. */
const ANSWER_BYTES_MAX = 65_536;
const grpcPaths: Readonly<Record<Destination['signal'], string>> = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
};
const GRPC_PREFIX_BYTES = 5;
const userAgent = `${SCOPE}/${VERSION}`;

/**
 * Sends one serialized export request; never rejects. Sockets and timers do not keep the process alive:
 * whoever needs the answer before the end holds it open. That, and that it sends bytes read back from disk, is why it is
 * not the SDK's exporter, whose retries hold a finished process for up to 10 s.
 */
export function send(destination: Destination, bytes: Uint8Array): Promise<SendOutcome> {
  const body = destination.gzip ? gzipSync(bytes) : bytes;
  return new Promise((resolve) => {
    const fail = (error: unknown): void =>
      resolve({ status: 'unreachable', reason: error instanceof Error ? error.message : String(error) });
    try {
      const request =
        destination.protocol === 'grpc'
          ? sendGrpc(destination, body, resolve, fail)
          : sendHttp(destination, body, resolve, fail);
      const timer = setTimeout(
        () => request.destroy(new Error(`no answer in ${destination.timeoutMs} ms`)),
        destination.timeoutMs,
      );
      timer.unref();
      request.on('close', () => clearTimeout(timer));
    } catch (error) {
      fail(error);
    }
  });
}

interface Request {
  destroy(error: Error): unknown;
  on(event: 'close', listener: () => void): unknown;
}

const agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) };

function sendHttp(
  destination: Destination,
  body: Uint8Array,
  resolve: (outcome: SendOutcome) => void,
  fail: (error: unknown) => void,
): Request {
  const url = new URL(destination.url);
  const isTls = url.protocol === 'https:';
  const request = (isTls ? https : http).request(url, {
    method: 'POST',
    agent: isTls ? agents['https:'] : agents['http:'],
    ...tlsOptions(destination),
    headers: {
      'user-agent': userAgent,
      ...destination.headers,
      'content-type': destination.protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
      'content-length': body.byteLength,
      ...(destination.gzip ? { 'content-encoding': 'gzip' } : {}),
    },
  });
  request.on('socket', (socket) => socket.unref());
  request.on('error', fail);
  request.on('response', (response) => {
    const status = response.statusCode ?? 0;
    readAnswer(response, fail, (answer) => {
      if (status >= 200 && status < 300) resolve({ status: 'accepted', answer });
      else resolve({ status: retryableHttp.has(status) ? 'unreachable' : 'refused', reason: `HTTP status ${status}` });
    });
  });
  request.end(body);
  return request;
}

/** One unary gRPC call: a message with its 5-byte prefix, the status in the trailers, or in the headers when there is no message. */
function sendGrpc(
  destination: Destination,
  body: Uint8Array,
  resolve: (outcome: SendOutcome) => void,
  fail: (error: unknown) => void,
): Request {
  const session = http2Module().connect(destination.url, tlsOptions(destination));
  session.on('error', fail);
  session.unref();
  const request = session.request({
    ':method': 'POST',
    ':path': grpcPaths[destination.signal],
    'user-agent': userAgent,
    ...destination.headers,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...(destination.gzip ? { 'grpc-encoding': 'gzip' } : {}),
  });
  let status: number | null = null;
  const readStatus = (headers: http2.IncomingHttpHeaders): void => {
    const value = headers['grpc-status'];
    if (typeof value === 'string') status = Number(value);
  };
  request.on('error', fail);
  request.on('response', readStatus);
  request.on('trailers', readStatus);
  readAnswer(request, fail, (answer) => {
    if (status === 0) resolve({ status: 'accepted', answer: answer.subarray(GRPC_PREFIX_BYTES) });
    else if (status === null) fail('no gRPC status in the answer');
    else resolve({ status: retryableGrpc.has(status) ? 'unreachable' : 'refused', reason: `gRPC status ${status}` });
  });
  request.on('close', () => session.close());
  const prefix = Buffer.alloc(GRPC_PREFIX_BYTES);
  prefix[0] = destination.gzip ? 1 : 0;
  prefix.writeUInt32BE(body.byteLength, 1);
  request.end(Buffer.concat([prefix, body]));
  return request;
}

function readAnswer(
  stream: NodeJS.ReadableStream,
  fail: (error: unknown) => void,
  done: (answer: Uint8Array) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size <= ANSWER_BYTES_MAX) chunks.push(chunk);
  });
  stream.on('error', fail);
  stream.on('end', () => done(Buffer.concat(chunks)));
}

function tlsOptions({ tls }: Destination): { ca?: string; cert?: string; key?: string } {
  return {
    ...(tls.ca === null ? {} : { ca: tls.ca }),
    ...(tls.cert === null ? {} : { cert: tls.cert }),
    ...(tls.key === null ? {} : { key: tls.key }),
  };
}
