import { credentials, makeGenericClientConstructor, Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Caller } from '../../processor/access/caller.ts';
import { createOtlpGrpcServer } from '../../processor/receive/grpc.ts';
import { createOtlpHttpServer } from '../../processor/receive/http.ts';
import type { Receiver, ReceiverOptions } from '../../processor/receive/receiver.ts';
import { TollgateError } from '../../src/errors.ts';

const caller: Caller = { tenant: 'shop', keyId: null, keyName: null, scopes: [], agent: null };
let consumed = 0;
let asked: string[] = [];

const options: ReceiverOptions = {
  access: { authenticate: () => Promise.resolve(caller) },
  consume: {
    traces: () => Promise.resolve({ rejected: (consumed += 1), errorMessage: '' }),
    logs: () => Promise.resolve({ rejected: (consumed += 1), errorMessage: '' }),
  },
  admit: ({ tenant }) => {
    asked.push(tenant);
    throw new TollgateError('overloaded', 'Too much waits.', { retryAfterSeconds: 7 });
  },
  onUnused: () => undefined,
  onFault: (fault) => {
    throw fault;
  },
};

describe('a receiver of a service that would store nothing more', () => {
  let receiver: Receiver;

  beforeEach(() => {
    consumed = 0;
    asked = [];
  });
  afterEach(() => receiver.close());

  it('refuses traces and logs over HTTP before it looks at the body, and takes metrics, which are not stored', async () => {
    receiver = createOtlpHttpServer(options);
    const port = await receiver.listen('127.0.0.1', 0);
    const post = (signal: string) =>
      fetch(`http://127.0.0.1:${port}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: 'this is no JSON',
      });
    for (const signal of ['traces', 'logs']) {
      const response = await post(signal);
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
    }
    expect((await post('metrics')).status).toBe(200);
    expect([consumed, asked]).toEqual([0, ['shop', 'shop']]);
  });

  it('refuses them over gRPC with UNAVAILABLE and a RetryInfo', async () => {
    receiver = createOtlpGrpcServer(options);
    const port = await receiver.listen('127.0.0.1', 0);
    const outcomes: [number, boolean][] = [];
    for (const [signal, name] of [
      ['trace', 'Trace'],
      ['metrics', 'Metrics'],
    ]) {
      const { failure } = await exportOver(port, `/opentelemetry.proto.collector.${signal}.v1.${name}Service/Export`);
      outcomes.push([failure?.code ?? 0, (failure?.metadata.get('grpc-status-details-bin').length ?? 0) > 0]);
    }
    expect(outcomes).toEqual([
      [14, true],
      [0, false],
    ]);
    expect([consumed, asked]).toEqual([0, ['shop']]);
  });
});

async function exportOver(port: number, path: string): Promise<{ failure: ServiceError | null }> {
  const Client = makeGenericClientConstructor({}, 'any');
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const same = (bytes: Buffer): Buffer => bytes;
  const failure = await new Promise<ServiceError | null>((resolve) => {
    client.makeUnaryRequest(path, same, same, Buffer.from('not a message'), new Metadata(), (error) => resolve(error));
  });
  client.close();
  return { failure };
}
