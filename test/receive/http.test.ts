import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { ProtobufLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import protobuf from 'protobufjs';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConsumeExport } from '../../processor/receive/consume.ts';
import { type ErrorCode, errorTable, TollgateError } from '../../src/errors.ts';
import { startHttp, type ReceiverBehaviour, type RunningReceiver } from './harness.ts';
import { jsonHeaders, protobufHeaders, send } from './rawHttp.ts';

const open: RunningReceiver[] = [];
async function started(behaviour: ReceiverBehaviour = {}): Promise<RunningReceiver> {
  const receiver = await startHttp(behaviour);
  open.push(receiver);
  return receiver;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((receiver) => receiver.close()));
});

const statusType = protobuf
  .parse('syntax = "proto3"; package rpc; message Status { int32 code = 1; string message = 2; }')
  .root.lookupType('rpc.Status');
const failing =
  (code: ErrorCode, retryAfterSeconds?: number): ConsumeExport =>
  async () => {
    throw new TollgateError(
      code,
      'what, where, expected, found',
      retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
    );
  };

describe('a success', () => {
  it('is an empty ExportTraceServiceResponse in the encoding of the request', async () => {
    const { port } = await started();
    const inProtobuf = await send({ port, headers: protobufHeaders });
    expect([inProtobuf.status, inProtobuf.headers['content-type'], inProtobuf.body.length]).toEqual([
      200,
      'application/x-protobuf',
      0,
    ]);
    const inJson = await send({ port, headers: jsonHeaders, body: '{}' });
    expect([inJson.status, inJson.headers['content-type'], inJson.body.toString()]).toEqual([
      200,
      'application/json',
      '{}',
    ]);
  });

  it('names rejected spans in partial_success', async () => {
    const { port } = await started({ consume: async () => ({ rejected: 300, errorMessage: 'trace_id: zero ü' }) });
    const inProtobuf = await send({ port, headers: protobufHeaders });
    expect(ProtobufTraceSerializer.deserializeResponse(inProtobuf.body)).toEqual({
      partialSuccess: { rejectedSpans: 300, errorMessage: 'trace_id: zero ü' },
    });
    const inJson = await send({ port, headers: jsonHeaders, body: '{}' });
    expect(JSON.parse(inJson.body.toString())).toEqual({
      partialSuccess: { rejectedSpans: '300', errorMessage: 'trace_id: zero ü' },
    });
  });

  it('warns with 0 rejected spans and a message', async () => {
    const { port } = await started({ consume: async () => ({ rejected: 0, errorMessage: 'tags were not read' }) });
    const { body } = await send({ port, headers: jsonHeaders, body: '{}' });
    expect(JSON.parse(body.toString()).partialSuccess).toEqual({
      rejectedSpans: '0',
      errorMessage: 'tags were not read',
    });
  });

  it.each(['application/json; charset=utf-8', 'Application/JSON', 'application/json;charset="utf-8"'])(
    'takes %s as JSON',
    async (type) => {
      const receiver = await started();
      expect((await send({ port: receiver.port, headers: { 'content-type': type }, body: '{}' })).status).toBe(200);
      expect(receiver.exports.map((request) => request.encoding)).toEqual(['json']);
    },
  );

  const text = Buffer.from('{"resourceSpans":[]}');
  it.each([
    ['identity', text],
    ['gzip', gzipSync(text)],
    ['GZIP', Buffer.concat([gzipSync(text.subarray(0, 7)), gzipSync(text.subarray(7))])],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
  ])('is consumed decompressed from %s', async (encoding, body) => {
    const receiver = await started();
    const { status } = await send({
      port: receiver.port,
      headers: { ...jsonHeaders, 'content-encoding': encoding },
      body,
    });
    expect(status).toBe(200);
    expect(receiver.exports.map((request) => Buffer.from(request.body).toString())).toEqual([text.toString()]);
  });

  it('answers metrics, which are not used, and says so', async () => {
    const receiver = await started();
    const answer = await send({ port: receiver.port, path: '/v1/metrics', headers: jsonHeaders, body: '{}' });
    expect([answer.status, answer.body.toString()]).toEqual([200, '{}']);
    expect([receiver.unused, receiver.exports]).toEqual([['metrics'], []]);
  });

  it('takes logs as logs and traces as traces, compressed or not', async () => {
    const receiver = await started();
    const body = gzipSync('{"resourceLogs":[]}');
    const headers = { ...jsonHeaders, 'content-encoding': 'gzip' };
    const answer = await send({ port: receiver.port, path: '/v1/logs', headers, body });
    expect([answer.status, answer.body.toString()]).toEqual([200, '{}']);
    await send({ port: receiver.port, path: '/v1/traces', headers: protobufHeaders });
    expect(receiver.exports.map(({ signal, encoding, body: taken }) => [signal, encoding, String(taken)])).toEqual([
      ['logs', 'json', '{"resourceLogs":[]}'],
      ['traces', 'protobuf', ''],
    ]);
    expect(receiver.unused).toEqual([]);
  });

  it('names rejected log records in partial_success', async () => {
    const { port } = await started({ consume: async () => ({ rejected: 2, errorMessage: 'too old: 2' }) });
    const path = '/v1/logs';
    const inProtobuf = await send({ port, path, headers: protobufHeaders });
    expect(ProtobufLogsSerializer.deserializeResponse(inProtobuf.body)).toEqual({
      partialSuccess: { rejectedLogRecords: 2, errorMessage: 'too old: 2' },
    });
    const inJson = await send({ port, path, headers: jsonHeaders, body: '{}' });
    expect(JSON.parse(inJson.body.toString())).toEqual({
      partialSuccess: { rejectedLogRecords: '2', errorMessage: 'too old: 2' },
    });
  });
});

describe('a refusal', () => {
  it.each([
    ['another path', { path: '/v1/spans' }, 404, 5],
    ['another method', { method: 'GET' }, 405, 12],
    ['a preflight', { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } }, 405, 12],
    ['another content type', { headers: { 'content-type': 'text/plain' } }, 415, 3],
    ['no content type', {}, 415, 3],
    ['another compression', { headers: { ...protobufHeaders, 'content-encoding': 'br' } }, 415, 3],
    ['a body that is not gzip', { headers: { ...protobufHeaders, 'content-encoding': 'gzip' }, body: 'plain' }, 400, 3],
    [
      'a truncated gzip',
      { headers: { ...protobufHeaders, 'content-encoding': 'gzip' }, body: gzipSync('abc').subarray(0, 15) },
      400,
      3,
    ],
    ['another site', { headers: { ...protobufHeaders, origin: 'https://example.com' } }, 403, 7],
  ])('of %s has its status and code', async (_what, request, status, code) => {
    const receiver = await started();
    const answer = await send({ port: receiver.port, ...request });
    expect(answer.status).toBe(status);
    const isProtobuf = answer.headers['content-type'] === 'application/x-protobuf';
    const read = isProtobuf ? statusType.toObject(statusType.decode(answer.body)) : JSON.parse(answer.body.toString());
    expect(read).toEqual({ code, message: expect.stringMatching(/./) });
    expect(answer.headers['retry-after']).toBeUndefined();
    expect(receiver.exports).toEqual([]);
  });

  it.each(Object.entries(errorTable))(
    'for %s follows the table, and asks to come again where that may help',
    async (code, entry) => {
      const receiver = await started({ consume: failing(code as ErrorCode, 7) });
      const answer = await send({ port: receiver.port, headers: jsonHeaders, body: '{}' });
      const isAway = entry.status === 503 || code === 'internal' || code === 'request_timeout';
      const isLater = isAway || entry.status === 429;
      expect(answer.status).toBe(isAway ? 503 : entry.status);
      expect(answer.headers['retry-after']).toBe(code === 'internal' ? '2' : isLater ? '7' : undefined);
      expect(receiver.faults).toHaveLength(code === 'internal' ? 1 : 0);
    },
  );

  it('answers a fault without its message, and reports it', async () => {
    const fault = new Error('secret of the inside');
    const receiver = await started({ consume: () => Promise.reject(fault) });
    const answer = await send({ port: receiver.port, headers: jsonHeaders, body: '{}' });
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '2']);
    expect(answer.body.toString()).not.toContain('secret');
    expect(receiver.faults).toEqual([fault]);
  });

  it('of a sender without a key comes before the body is read', async () => {
    const receiver = await started({ apiKey: 'tg_1', limits: { bodyBytes: 10 } });
    const answer = await send({ port: receiver.port, headers: jsonHeaders, body: 'x'.repeat(100) });
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(
      (await send({ port: receiver.port, headers: { ...jsonHeaders, 'x-api-key': 'tg_2' }, body: '{}' })).status,
    ).toBe(403);
    expect(receiver.exports).toEqual([]);
  });

  it('names the methods that are allowed', async () => {
    const { port } = await started();
    expect((await send({ port, method: 'PUT' })).headers['allow']).toBe('POST');
  });
});
