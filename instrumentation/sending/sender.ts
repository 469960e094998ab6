import type { Agent } from 'node:http';
import type http2 from 'node:http2';
import { http2Module, transportOf, zlibModule } from '../lateModules.ts';
import type { Destination } from '../destination.ts';
import { reasonOfFault } from '../fault.ts';
import { SCOPE, VERSION } from '../scope.ts';

/** `refused`: sending it again cannot help. `unreachable`: later it may. */
export type SendOutcome =
  | { readonly status: 'accepted'; readonly answer: Uint8Array }
  | { readonly status: 'refused'; readonly reason: string }
  | { readonly status: 'unreachable'; readonly reason: string; readonly isLost?: boolean };

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
export async function send(destination: Destination, bytes: Uint8Array): Promise<SendOutcome> {
  const body = destination.gzip ? zlibModule().gzipSync(bytes) : bytes;
  const outcome = await attempt(destination, body);
  // While the process was frozen, or just now, the other side closed the connection that was kept.
  return outcome.status === 'unreachable' && outcome.isLost === true ? attempt(destination, body) : outcome;
}

function attempt(destination: Destination, body: Uint8Array): Promise<SendOutcome> {
  return new Promise((resolve) => {
    const fail = (error: unknown): void => resolve({ status: 'unreachable', reason: reasonOfFault(error) });
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
      request.on('close', () => {
        clearTimeout(timer);
        fail('the connection was closed without an answer');
      });
    } catch (error) {
      fail(error);
    }
  });
}

interface Request {
  destroy(error: Error): unknown;
  on(event: 'close', listener: () => void): unknown;
}

const agents = new Map<string, Agent>();

function sendHttp(
  destination: Destination,
  body: Uint8Array,
  resolve: (outcome: SendOutcome) => void,
  fail: (error: unknown) => void,
): Request {
  const url = new URL(destination.url);
  const transport = transportOf(url);
  const agent = agents.get(url.protocol) ?? new transport.Agent({ keepAlive: true });
  agents.set(url.protocol, agent);
  const request = transport.request(url, {
    method: 'POST',
    agent,
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
  request.on('error', (fault: NodeJS.ErrnoException) => {
    const isLost = request.reusedSocket && (fault.code === 'ECONNRESET' || fault.code === 'EPIPE');
    resolve({ status: 'unreachable', reason: reasonOfFault(fault), isLost });
  });
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
