import { once } from 'node:events';
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { connect, constants, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { ProtobufLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import protobuf from 'protobufjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type ErrorCode, errorTable, TollgateError } from '../../src/errors.ts';
import { startGrpc, type ReceiverBehaviour, type RunningReceiver } from './harness.ts';

const open: RunningReceiver[] = [];
const sessions: ClientHttp2Session[] = [];
async function started(behaviour: ReceiverBehaviour = {}): Promise<RunningReceiver> {
  const receiver = await startGrpc(behaviour);
  open.push(receiver);
  return receiver;
}
afterEach(async () => {
  for (const session of sessions.splice(0)) session.destroy();
  await Promise.all(open.splice(0).map((receiver) => receiver.close()));
});

interface GrpcAnswer {
  readonly code: number;
  readonly message: string;
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface GrpcRequest {
  readonly port: number;
  readonly signal?: string;
  readonly body?: Buffer;
  readonly gzip?: boolean;
  readonly headers?: Record<string, string>;
  /** Sends half of the message and then waits. */
  readonly isHalf?: boolean;
}

const names: Record<string, string> = { trace: 'Trace', logs: 'Logs', metrics: 'Metrics' };

/** A gRPC call as bytes on HTTP/2, so that nothing of a client library stands between. */
function call({
  port,
  signal = 'trace',
  body = Buffer.alloc(0),
  gzip = false,
  headers = {},
  isHalf = false,
}: GrpcRequest): Promise<GrpcAnswer> {
  const session = connect(`http://127.0.0.1:${port}`);
  sessions.push(session);
  const sent = gzip ? gzipSync(body) : body;
  const frame = Buffer.alloc(5 + sent.length);
  frame.writeUInt8(gzip ? 1 : 0, 0);
  frame.writeUInt32BE(sent.length, 1);
  sent.copy(frame, 5);
  return new Promise((resolve, reject) => {
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: `/opentelemetry.proto.collector.${signal}.v1.${names[signal]}Service/Export`,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...(gzip ? { 'grpc-encoding': 'gzip' } : {}),
      ...headers,
    });
    const chunks: Buffer[] = [];
    let trailers: IncomingHttpHeaders = {};
    stream.on('response', (first) => (trailers = first));
    stream.on('trailers', (last) => (trailers = last));
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const message = decodeURIComponent(String(trailers['grpc-message'] ?? ''));
      resolve({ code: Number(trailers['grpc-status']), message, trailers, body: Buffer.concat(chunks).subarray(5) });
    });
    stream.on('error', reject);
    session.on('error', reject);
    if (isHalf) stream.write(frame.subarray(0, Math.ceil(frame.length / 2)));
    else stream.end(frame);
  });
}

const statusType = protobuf
  .parse(
    `syntax = "proto3"; package rpc;
     message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
     message Any { string type_url = 1; bytes value = 2; }
     message RetryInfo { Duration retry_delay = 1; }
     message Duration { int64 seconds = 1; int32 nanos = 2; }`,
  )
  .root.lookup('rpc') as protobuf.Namespace;

function retrySecondsOf(trailers: IncomingHttpHeaders): number | null {
  const encoded = trailers['grpc-status-details-bin'];
  if (encoded === undefined) return null;
  const status = statusType
    .lookupType('Status')
    .toObject(statusType.lookupType('Status').decode(Buffer.from(String(encoded), 'base64')));
  const [detail] = status['details'];
  expect(detail['typeUrl']).toBe('type.googleapis.com/google.rpc.RetryInfo');
  const retry = statusType.lookupType('RetryInfo');
  return Number(retry.toObject(retry.decode(detail['value']), { longs: Number })['retryDelay'].seconds);
}

describe('a call', () => {
  it('is consumed as the bytes that were sent, gzipped or not', async () => {
    const receiver = await started();
    const body = Buffer.from('any bytes: the decoder is not asked here');
    expect(await call({ port: receiver.port, body })).toMatchObject({ code: 0, body: Buffer.alloc(0) });
    expect(await call({ port: receiver.port, body, gzip: true })).toMatchObject({ code: 0 });
    expect(receiver.exports.map((request) => [request.encoding, Buffer.from(request.body)])).toEqual([
      ['protobuf', body],
      ['protobuf', body],
    ]);
  });

  it('is answered with partial_success where spans were rejected', async () => {
    const { port } = await started({ consume: async () => ({ rejected: 2, errorMessage: 'span_id: zero' }) });
    const { body } = await call({ port });
    expect(ProtobufTraceSerializer.deserializeResponse(body)).toEqual({
      partialSuccess: { rejectedSpans: 2, errorMessage: 'span_id: zero' },
    });
  });

  it('with metrics is answered with success and said to be unused', async () => {
    const receiver = await started();
    expect(await call({ port: receiver.port, signal: 'metrics' })).toMatchObject({ code: 0, body: Buffer.alloc(0) });
    expect([receiver.unused, receiver.exports]).toEqual([['metrics'], []]);
  });

  it('with logs is consumed as logs, gzipped or not, and answered with the records rejected', async () => {
    const receiver = await started({ consume: async () => ({ rejected: 3, errorMessage: 'too old: 3' }) });
    const sent = Buffer.from('any bytes');
    for (const gzip of [false, true]) {
      const { code, body } = await call({ port: receiver.port, signal: 'logs', body: sent, gzip });
      expect(code).toBe(0);
      expect(ProtobufLogsSerializer.deserializeResponse(body)).toEqual({
        partialSuccess: { rejectedLogRecords: 3, errorMessage: 'too old: 3' },
      });
    }
    expect(receiver.exports.map(({ signal, body }) => [signal, Buffer.from(body)])).toEqual([
      ['logs', sent],
      ['logs', sent],
    ]);
  });

  it('tells who sends it by its metadata', async () => {
    const receiver = await started({ apiKey: 'tg_1' });
    expect((await call({ port: receiver.port })).code).toBe(16);
    expect((await call({ port: receiver.port, headers: { 'x-api-key': 'tg_2' } })).code).toBe(7);
    expect((await call({ port: receiver.port, headers: { authorization: 'Bearer tg_1' } })).code).toBe(0);
    expect((await call({ port: receiver.port, headers: { 'x-api-key': 'tg_1' } })).code).toBe(0);
    expect(receiver.asked[0]?.host).toBe(`127.0.0.1:${receiver.port}`);
    expect(receiver.exports.map((request) => request.caller.tenant)).toEqual(['shop', 'shop']);
  });
});

describe('a refused call', () => {
  it.each(Object.entries(errorTable))(
    'for %s has the code of the table, and a RetryInfo where that may help',
    async (code, entry) => {
      const consume = async () => {
        throw new TollgateError(code as ErrorCode, 'what, where, ü', { retryAfterSeconds: 7 });
      };
      const receiver = await started({ consume });
      const answer = await call({ port: receiver.port });
      const isLater = entry.status === 503 || entry.status === 429 || code === 'request_timeout';
      expect(answer.code).toBe(code === 'internal' ? 14 : entry.grpc);
      expect(retrySecondsOf(answer.trailers)).toBe(code === 'internal' ? 2 : isLater ? 7 : null);
      if (code !== 'internal') expect(answer.message).toBe('what, where, ü');
      expect(receiver.faults).toHaveLength(code === 'internal' ? 1 : 0);
    },
  );

  it('is RESOURCE_EXHAUSTED above the body limit, bombs too', async () => {
    const receiver = await started({ limits: { bodyBytes: 1000 } });
    expect((await call({ port: receiver.port, body: Buffer.alloc(1000) })).code).toBe(0);
    expect((await call({ port: receiver.port, body: Buffer.alloc(1001) })).code).toBe(8);
    expect((await call({ port: receiver.port, body: Buffer.alloc(100_000_000), gzip: true })).code).toBe(8);
    expect(receiver.exports).toHaveLength(1);
  });

  it('does not wait for a message that comes too slowly', async () => {
    const receiver = await started({ limits: { requestDeadlineMs: 200 } });
    const answer = await call({ port: receiver.port, body: Buffer.alloc(10), isHalf: true });
    expect([answer.code, retrySecondsOf(answer.trailers)]).toEqual([4, 2]);
    expect([receiver.exports, receiver.faults]).toEqual([[], []]);
  });
});

describe('closing', () => {
  it('finishes the calls it took', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const receiver = await startGrpc({
      consume: async () => {
        await held;
        return { rejected: 0, errorMessage: '' };
      },
    });
    const taken = call({ port: receiver.port });
    while (receiver.exports.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const closed = receiver.close();
    await expect(call({ port: receiver.port })).rejects.toThrow(/ECONNREFUSED/);
    release();
    expect((await taken).code).toBe(0);
    await closed;
  });

  it('does not wait longer than its grace, for a message that stands still or a connection that says nothing', async () => {
    const receiver = await startGrpc({ limits: { closeGraceMs: 200 } });
    const stuck = call({ port: receiver.port, isHalf: true });
    const outcome = expect(stuck).rejects.toThrow();
    const silent = net.connect(receiver.port, '127.0.0.1');
    const cut = once(
      silent.on('error', () => undefined),
      'close',
    );
    await once(silent.resume(), 'connect');
    while (receiver.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await receiver.close();
    await Promise.all([outcome, cut]);
  });
});
