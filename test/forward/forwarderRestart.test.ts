import { describe, expect, it } from 'vitest';
import { nodeQueueDirectory, type QueueDirectory, type QueueFile } from '../../processor/forward/queueDirectory.ts';
import { emptied, openForwarding, until } from './forwarding.ts';
import { startGrpcDownstream } from './grpcDownstream.ts';
import { OK, startHttpDownstream } from './httpDownstream.ts';
import { faultyDirectory, type FaultyDirectory } from './queues.ts';
import { spanNames } from './traceBodies.ts';

describe('spans in the queue', () => {
  it('wait for a downstream that is not there, and go when it comes back', async () => {
    const first = await startHttpDownstream(() => OK);
    await using forwarding = await openForwarding({ config: { endpoint: first.url } });
    await forwarding.take(2, 0);
    await emptied(forwarding);
    await first[Symbol.asyncDispose]();
    for (let index = 2; index < 30; index += 1) await forwarding.take(1, index);
    await until(async () => expect((await forwarding.requests())['retry']).toBeGreaterThan(5));
    expect(await forwarding.counts()).toMatchObject({ queued: 30, forwarded: 2, queueSpans: 28, dropped: {} });
    await using second = await startHttpDownstream(() => OK, { port: first.port });
    expect(await emptied(forwarding)).toMatchObject({ queued: 30, forwarded: 30 });
    expect(second.acknowledged).toEqual(spanNames(28, 2));
  });

  it('are sent after a restart, and not those that were acknowledged', async () => {
    await using downstream = await startHttpDownstream(({ names }) => (names[0] === 'span-000000' ? 'hang' : OK));
    await using before = await openForwarding({ config: { endpoint: downstream.url } });
    await before.take(3, 0);
    await before.take(4, 3);
    await until(async () => expect((await before.counts()).forwarded).toBe(4));
    // Nothing is waited for beyond the grace: the request that hangs is cut off, and its spans stay.
    await before.close(0);
    expect(await before.counts()).toMatchObject({ queued: 7, forwarded: 4, queueSpans: 3, dropped: {} });
    await using next = await startHttpDownstream(() => OK);
    await using after = await openForwarding({ config: { endpoint: next.url }, dataDir: before.dataDir });
    expect(await emptied(after)).toMatchObject({ recovered: 3, queued: 0, forwarded: 3 });
    expect(next.acknowledged).toEqual(spanNames(3));
  });

  it('that are under way at the end are waited for', async () => {
    let answer = (): void => undefined;
    const answering = new Promise<void>((resolve) => (answer = resolve));
    await using downstream = await startHttpDownstream(async () => {
      await answering;
      return OK;
    });
    await using forwarding = await openForwarding({ config: { endpoint: downstream.url, connections: 1 } });
    await forwarding.take(1, 0);
    await forwarding.take(1, 1);
    await until(() => expect(downstream.received).toHaveLength(1));
    const closing = forwarding.close(30_000);
    answer();
    await closing;
    // The second was not begun.
    expect(await forwarding.counts()).toMatchObject({ forwarded: 1, queueSpans: 1 });
    expect(downstream.received).toHaveLength(1);
  });

  it('that are still being read when the time is over are not sent any more', async () => {
    await using downstream = await startGrpcDownstream(() => 'hang');
    let read = (): void => undefined;
    const reading = new Promise<void>((resolve) => (read = resolve));
    const openDirectory = (place: string): QueueDirectory => {
      const real = nodeQueueDirectory(place);
      const slow = (file: QueueFile): QueueFile => ({
        ...file,
        read: (into, position) => reading.then(() => file.read(into, position)),
      });
      return { ...real, open: async (name) => slow(await real.open(name)) };
    };
    const config = { endpoint: downstream.url, protocol: 'grpc' } as const;
    await using forwarding = await openForwarding({ config, parts: { openDirectory } });
    await forwarding.take(1);
    const closed = forwarding.close(0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    read();
    await closed;
    expect(downstream.received).toHaveLength(0);
    expect(await forwarding.counts()).toMatchObject({ queued: 1, queueSpans: 1 });
  });

  it('may be sent by a version with other compression', async () => {
    await using before = await openForwarding({ config: { compression: 'gzip' } });
    await before.take(50);
    await before.close();
    await using downstream = await startHttpDownstream(() => OK);
    const config = { endpoint: downstream.url, compression: 'none' } as const;
    await using after = await openForwarding({ config, dataDir: before.dataDir });
    expect(await emptied(after)).toMatchObject({ recovered: 50, forwarded: 50 });
    expect(downstream.received[0]?.headers['content-encoding']).toBeUndefined();
    expect(downstream.acknowledged).toEqual(spanNames(50));
  });
});

describe('the queue directory', () => {
  it('takes one process at a time', async () => {
    await using first = await openForwarding();
    await expect(openForwarding({ dataDir: first.dataDir })).rejects.toThrow(
      `The queue directory ${first.dataDir}/forward is in use by process ${process.pid}. The queue of forwarding takes one process at a time`,
    );
    await first.close();
    await using second = await openForwarding({ dataDir: first.dataDir });
    expect(await second.counts()).toMatchObject({ recovered: 0, queueSpans: 0 });
  });
});

describe('a queue that takes nothing', () => {
  it('refuses what has no room with forward_queue_full, and takes it when there is room', async () => {
    let isDown = true;
    await using downstream = await startHttpDownstream(() => (isDown ? { status: 503 } : OK));
    await using forwarding = await openForwarding({ config: { endpoint: downstream.url, compression: 'none' } });
    // A padding of 100 KiB each: 10 fit into 1 MiB.
    const { tracesBody } = await import('./traceBodies.ts');
    const take = (index: number): Promise<void> =>
      forwarding.forwarder.take({ body: tracesBody(spanNames(1, index), Buffer.alloc(102_400)), spans: 1 });
    for (let index = 0; index < 10; index += 1) await take(index);
    await expect(take(10)).rejects.toMatchObject({ code: 'forward_queue_full', retryAfterSeconds: 5 });
    expect(await forwarding.counts()).toMatchObject({ queued: 10, queueSpans: 10 });
    isDown = false;
    await emptied(forwarding);
    await until(() => take(10));
    expect(await emptied(forwarding)).toMatchObject({ queued: 11, forwarded: 11 });
    expect(downstream.acknowledged).toEqual(spanNames(11));
  });

  it('answers forward_unavailable while the disk is full, says so once, and goes on when it is not', async () => {
    let faulty: FaultyDirectory | null = null;
    await using downstream = await startHttpDownstream(() => OK);
    await using forwarding = await openForwarding({
      config: { endpoint: downstream.url },
      parts: { openDirectory: (place) => (faulty = faultyDirectory(place)) },
    });
    const set = (fault: 'write' | null): void => {
      if (faulty !== null) faulty.fault = fault;
    };
    set('write');
    for (let index = 0; index < 5; index += 1) {
      await expect(forwarding.take(1, index)).rejects.toMatchObject({ code: 'forward_unavailable' });
    }
    expect(forwarding.faults).toHaveLength(1);
    set(null);
    await forwarding.take(3);
    expect(await emptied(forwarding)).toMatchObject({ queued: 3, forwarded: 3, dropped: {} });
    await forwarding.close();
    await expect(forwarding.take(1)).rejects.toMatchObject({ code: 'forward_unavailable' });
  });

  it('tells how long the oldest payload waits', async () => {
    let nowMs = 1_795_300_000_000;
    await using downstream = await startHttpDownstream(() => 'hang');
    await using forwarding = await openForwarding({
      config: { endpoint: downstream.url },
      parts: { nowMs: () => nowMs },
    });
    const oldest = async (): Promise<number | undefined> =>
      (await forwarding.registry.getSingleMetric('tollgate_forward_oldest_seconds')?.get())?.values[0]?.value;
    expect(await oldest()).toBe(0);
    await forwarding.take(1);
    await until(() => expect(downstream.received).toHaveLength(1));
    nowMs += 90_000;
    expect(await oldest()).toBe(90);
  });
});
