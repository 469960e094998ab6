import { credentials, Client, type ServiceError } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import { type ErrorCode, errorTable, TollgateError } from '../../src/errors.ts';
import { startGrpc, startHttp, type RunningReceiver } from './harness.ts';
import { jsonHeaders, send } from './rawHttp.ts';

const open: RunningReceiver[] = [];
afterEach(() => Promise.all(open.splice(0).map((receiver) => receiver.close())));

const refuseAs = (code: ErrorCode) => ({ consume: () => Promise.reject(new TollgateError(code, 'found otherwise')) });

function exportTo(port: number): Promise<ServiceError | null> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const identity = (bytes: Buffer): Buffer => bytes;
  const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, identity, identity, Buffer.alloc(0), (error) => {
      client.close();
      resolve(error);
    });
  });
}

describe('a refused request', () => {
  it('is told to whoever counts, by its code, before the body is read and after', async () => {
    const receiver = await startHttp(refuseAs('malformed_payload'));
    open.push(receiver);
    const { port } = receiver;
    await send({ port, headers: jsonHeaders, body: '{}' });
    await send({ port, path: '/v2/traces' });
    await send({ port, method: 'GET' });
    await send({ port, headers: { 'content-type': 'text/plain' } });
    await send({ port, headers: { ...jsonHeaders, 'content-encoding': 'gzip' }, body: 'no gzip' });
    expect(receiver.refused).toEqual([
      'malformed_payload',
      'not_found',
      'method_not_allowed',
      'unsupported_media_type',
      'malformed_payload',
    ]);
  });

  it('is told over gRPC alike, and nobody is told of one that succeeds', async () => {
    const refusing = await startGrpc(refuseAs('rate_limited'));
    const taking = await startGrpc();
    open.push(refusing, taking);
    expect((await exportTo(refusing.port))?.code).toBe(errorTable.rate_limited.grpc);
    expect(await exportTo(taking.port)).toBeNull();
    expect([refusing.refused, taking.refused]).toEqual([['rate_limited'], []]);
  });

  it('of a fault of ours is told as internal', async () => {
    const receiver = await startHttp({ consume: () => Promise.reject(new Error('a bug')) });
    open.push(receiver);
    expect((await send({ port: receiver.port, headers: jsonHeaders, body: '{}' })).status).toBe(503);
    expect(receiver.refused).toEqual(['internal']);
    expect(receiver.faults).toHaveLength(1);
  });
});
