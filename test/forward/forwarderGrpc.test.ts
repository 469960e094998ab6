import { describe, expect, it } from 'vitest';
import { encodeExportResponse } from '../../processor/receive/answer.ts';
import { emptied, openForwarding, until } from './forwarding.ts';
import { GRPC_OK, type GrpcReply, startGrpcDownstream } from './grpcDownstream.ts';
import { spanNames, tracesBody } from './traceBodies.ts';

const inTurn =
  (...replies: readonly GrpcReply[]) =>
  (_received: unknown, before: number): GrpcReply =>
    replies[before] ?? GRPC_OK;

const open = (url: string, config: Parameters<typeof openForwarding>[0] = {}) =>
  openForwarding({ ...config, config: { endpoint: url, protocol: 'grpc', ...config.config } });

describe('the forwarder over gRPC', () => {
  it.each(['gzip', 'none'] as const)(
    'sends each payload once, byte for byte, with its metadata: %s',
    async (compression) => {
      await using downstream = await startGrpcDownstream(() => GRPC_OK);
      await using forwarding = await open(downstream.url, { config: { compression, headers: { 'X-Key': 'k-123' } } });
      const names = await forwarding.take(40);
      expect(await emptied(forwarding)).toMatchObject({ queued: 40, forwarded: 40, dropped: {} });
      expect(downstream.received.map(({ body }) => body.equals(tracesBody(names)))).toEqual([true]);
      expect(downstream.received[0]?.metadata.get('x-key')).toEqual(['k-123']);
    },
  );

  it.each<[string, GrpcReply]>([
    ['UNAVAILABLE', { code: 14 }],
    ['ABORTED', { code: 10 }],
    ['RESOURCE_EXHAUSTED with RetryInfo', { code: 8, retryAfterSeconds: 0 }],
    ['UNAUTHENTICATED', { code: 16 }],
    ['no answer before the deadline', 'hang'],
    ['INTERNAL', { code: 13 }],
  ])('sends again what may succeed later: %s', async (_name, reply) => {
    await using downstream = await startGrpcDownstream(inTurn(reply, reply, reply, reply));
    await using forwarding = await open(downstream.url, { config: { timeoutMs: reply === 'hang' ? 200 : 10_000 } });
    const names = await forwarding.take(3);
    expect(await emptied(forwarding)).toMatchObject({ forwarded: 3, dropped: {} });
    expect(new Set(downstream.acknowledged)).toEqual(new Set(names));
    // On a busy machine an answer in 200 ms may come too late as well.
    if (reply === 'hang') expect(downstream.received.length).toBeGreaterThanOrEqual(5);
    else expect(downstream.received).toHaveLength(5);
  });

  it('drops what cannot succeed, halves what is too large, and counts what is rejected', async () => {
    await using downstream = await startGrpcDownstream(({ names }) => {
      if (names.includes('span-000100')) return { code: 3, details: 'no' };
      if (names.length > 3) return { code: 8, details: 'larger than max' };
      return names.includes('span-000200')
        ? encodeExportResponse('protobuf', 'traces', { rejected: 1, errorMessage: 'old' })
        : Buffer.alloc(0);
    });
    await using forwarding = await open(downstream.url);
    await forwarding.take(5, 0);
    await forwarding.take(2, 100);
    await forwarding.take(3, 200);
    expect(await emptied(forwarding)).toMatchObject({
      queued: 10,
      forwarded: 5 + 2,
      dropped: { refused: 2, rejected: 1 },
    });
    expect(downstream.acknowledged).toEqual([...spanNames(5, 0), ...spanNames(3, 200)]);
  });

  it('goes on when a downstream that died is there again', async () => {
    const first = await startGrpcDownstream(() => GRPC_OK);
    await using forwarding = await open(first.url);
    await forwarding.take(2, 0);
    await emptied(forwarding);
    await first[Symbol.asyncDispose]();
    await forwarding.take(3, 2);
    await until(async () => expect((await forwarding.requests())['retry']).toBeGreaterThan(3));
    await using second = await startGrpcDownstream(() => GRPC_OK, { port: first.port });
    expect(await emptied(forwarding)).toMatchObject({ queued: 5, forwarded: 5, dropped: {} });
    expect(second.acknowledged).toEqual(spanNames(3, 2));
  });
});
