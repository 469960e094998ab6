import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { encodeExportResponse } from '../../processor/receive/answer.ts';
import { emptied, openForwarding, until } from './forwarding.ts';
import { OK, type Reply, startHttpDownstream } from './httpDownstream.ts';
import { namesIn, spanNames } from './traceBodies.ts';

const status = (code: number, headers: Record<string, string> = {}): Reply => ({ status: code, headers });

/** Answers with the replies one after the other, then with success. */
const inTurn =
  (...replies: readonly Reply[]) =>
  (_received: unknown, before: number): Reply =>
    replies[before] ?? OK;

describe('what may succeed later', () => {
  it.each<[string, Reply]>([
    ['408', status(408)],
    ['429', status(429)],
    ['502', status(502)],
    ['503', status(503)],
    ['504', status(504)],
    ['a cut connection', 'reset'],
    ['no answer', 'hang'],
    ['500', status(500)],
  ])('is sent again until it does: %s', async (_name, reply) => {
    await using downstream = await startHttpDownstream(inTurn(reply, reply, reply, reply, reply));
    const timeoutMs = reply === 'hang' ? 100 : 10_000;
    await using forwarding = await openForwarding({ config: { endpoint: downstream.url, timeoutMs } });
    const names = await forwarding.take(3);
    expect(await emptied(forwarding)).toMatchObject({ queued: 3, forwarded: 3, dropped: {} });
    expect(new Set(downstream.acknowledged)).toEqual(new Set(names));
    const { ok, retry = 0, failed = 0 } = await forwarding.requests();
    expect(ok).toBe(1);
    // On a busy machine an answer in 100 ms may come too late as well.
    if (reply === 'hang') expect(retry).toBeGreaterThanOrEqual(5);
    else expect(retry + failed).toBe(5);
  });

  it('is not sent before Retry-After is over, nor is anything else', async () => {
    let refusedAtMs = 0;
    let nextAtMs = 0;
    await using downstream = await startHttpDownstream((_received, before) => {
      if (before === 1) nextAtMs = performance.now();
      if (before > 0) return OK;
      refusedAtMs = performance.now();
      return status(503, { 'retry-after': '1' });
    });
    await using forwarding = await openForwarding({ config: { endpoint: downstream.url } });
    await forwarding.take(1, 0);
    // What is taken before the refusal has arrived may go.
    await until(async () => expect((await forwarding.requests())['retry']).toBe(1));
    await forwarding.take(1, 1);
    expect(await emptied(forwarding)).toMatchObject({ forwarded: 2 });
    // Timers may be a few milliseconds early against this clock.
    expect(nextAtMs - refusedAtMs).toBeGreaterThan(980);
  });

  it('is sent in its time also where the machine’s clock is set back meanwhile', async () => {
    const { now } = Date;
    let setBackMs = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => now() - setBackMs);
    onTestFinished(() => void vi.restoreAllMocks());
    await using downstream = await startHttpDownstream(inTurn(status(503, { 'retry-after': '1' })));
    await using forwarding = await openForwarding({ config: { endpoint: downstream.url } });
    await forwarding.take(1);
    await until(async () => expect((await forwarding.requests())['retry']).toBe(1));
    setBackMs = 3_600_000;
    expect(await emptied(forwarding)).toMatchObject({ forwarded: 1 });
  });

  it('is probed one request at a time while downstream as a whole is down', async () => {
    let isDown = true;
    let probesMax = 0;
    let underWay = 0;
    await using downstream = await startHttpDownstream(async (_received, before) => {
      if (!isDown) return OK;
      underWay += 1;
      // Four went together, and one more in the place of each of the first two that failed.
      if (before >= 6) probesMax = Math.max(probesMax, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return status(503);
    });
    await using forwarding = await openForwarding({ config: { endpoint: downstream.url } });
    await Promise.all(Array.from({ length: 50 }, (_, index) => forwarding.take(1, index)));
    await until(() => expect(downstream.received.length).toBeGreaterThan(12));
    expect((await forwarding.counts()).queueSpans).toBe(50);
    isDown = false;
    expect(await emptied(forwarding)).toMatchObject({ queued: 50, forwarded: 50 });
    expect(probesMax).toBe(1);
    expect(downstream.acknowledged).toEqual(spanNames(50));
    const said = forwarding.lines.map(({ line }) => line);
    expect(said).toEqual([
      'warn downstream takes no spans; they wait in the queue',
      'info downstream takes spans again',
    ]);
  });

  it('waits alone where other payloads are taken', async () => {
    await using downstream = await startHttpDownstream(({ names }) => (names[0] === 'span-000000' ? 'reset' : OK));
    await using forwarding = await openForwarding({ config: { endpoint: downstream.url, connections: 1 } });
    for (let index = 0; index < 20; index += 1) await forwarding.take(1, index);
    await until(async () => expect((await forwarding.counts()).forwarded).toBe(19));
    expect((await forwarding.counts()).queueSpans).toBe(1);
  });
});

describe('what an operator has to mend', () => {
  it.each([401, 403, 404, 302])('waits, said once, and goes on when it is: %i', async (code) => {
    const denied = status(code, { location: '/elsewhere', 'content-type': 'text/plain' });
    await using downstream = await startHttpDownstream((_received, before) =>
      before < 6 && typeof denied === 'object' ? { ...denied, body: 'no such token secret-token' } : OK,
    );
    const headers = { authorization: 'Bearer secret-token' };
    await using forwarding = await openForwarding({ config: { endpoint: downstream.url, headers } });
    await forwarding.take(2);
    expect(await emptied(forwarding)).toMatchObject({ forwarded: 2, dropped: {} });
    expect(downstream.received.every(({ path }) => path === '/v1/traces')).toBe(true);
    const errors = forwarding.lines.filter(({ line }) => line.startsWith('error'));
    expect(errors).toHaveLength(1);
    expect(errors[0]?.fields).toEqual({ part: 'forward', says: `HTTP ${code}: no such token [hidden]` });
  });
});

describe('what cannot succeed', () => {
  it.each([400, 415, 422])('is dropped, counted and said: %i', async (code) => {
    await using downstream = await startHttpDownstream(({ names }) => (names.length === 3 ? status(code) : OK));
    await using forwarding = await openForwarding({ config: { endpoint: downstream.url } });
    await forwarding.take(3, 0);
    await forwarding.take(2, 3);
    expect(await emptied(forwarding)).toMatchObject({ queued: 5, forwarded: 2, dropped: { refused: 3 } });
    expect(forwarding.lines).toEqual([
      {
        line: 'error spans were dropped and are not forwarded',
        fields: { part: 'forward', reason: 'refused', spans: 3, says: `HTTP ${code}`, unsaid: 0 },
      },
    ]);
  });

  it('is dropped after 8 answers of a fault, and not after 7', async () => {
    const failing = new Map([
      ['span-000000', 8],
      ['span-000001', 7],
    ]);
    const seen = new Map<string, number>();
    await using downstream = await startHttpDownstream(({ names: [name = ''] }) => {
      const before = seen.get(name) ?? 0;
      seen.set(name, before + 1);
      return before < (failing.get(name) ?? 0) ? status(500) : OK;
    });
    await using forwarding = await openForwarding({ config: { endpoint: downstream.url } });
    await forwarding.take(1, 0);
    await forwarding.take(1, 1);
    expect(await emptied(forwarding)).toMatchObject({ forwarded: 1, dropped: { failed: 1 } });
    expect(Object.fromEntries(seen)).toEqual({ 'span-000000': 8, 'span-000001': 8 });
    expect(downstream.acknowledged).toEqual(['span-000001']);
  });

  it('is halved where it is too large, down to the single span that is', async () => {
    // Takes at most two spans, and never the one called 000005.
    await using downstream = await startHttpDownstream(({ names }) =>
      names.length > 2 || names.includes('span-000005') ? status(413) : OK,
    );
    await using forwarding = await openForwarding({ config: { endpoint: downstream.url } });
    await forwarding.take(9);
    expect(await emptied(forwarding)).toMatchObject({ queued: 9, forwarded: 8, dropped: { too_large: 1 } });
    expect(downstream.acknowledged).toEqual(spanNames(9).filter((name) => name !== 'span-000005'));
  });

  it('is counted apart where downstream rejects some spans of a payload', async () => {
    await using downstream = await startHttpDownstream(() => ({
      status: 200,
      headers: { 'content-type': 'application/x-protobuf' },
      body: encodeExportResponse('protobuf', 'traces', { rejected: 4, errorMessage: 'too old' }),
    }));
    await using forwarding = await openForwarding({ config: { endpoint: downstream.url } });
    await forwarding.take(10, 0);
    // More than there were cannot be rejected.
    await forwarding.take(3, 10);
    expect(await emptied(forwarding)).toMatchObject({ queued: 13, forwarded: 6, dropped: { rejected: 4 + 3 } });
  });

  it('is no longer what was written, and is not sent', async () => {
    const { default: fs } = await import('node:fs');
    await using first = await openForwarding();
    await first.take(2, 0);
    await first.take(3, 2);
    await first.close();
    const directory = `${first.dataDir}/forward`;
    const log = fs.readdirSync(directory).find((name) => name.endsWith('.log')) ?? '';
    const bytes = fs.readFileSync(`${directory}/${log}`);
    const at = bytes.indexOf('span-000001');
    bytes.write('X', at);
    fs.writeFileSync(`${directory}/${log}`, bytes);
    await using downstream = await startHttpDownstream(() => OK);
    await using after = await openForwarding({ config: { endpoint: downstream.url }, dataDir: first.dataDir });
    expect(await emptied(after)).toMatchObject({ recovered: 5, forwarded: 3, dropped: { corrupt: 2 } });
    expect(downstream.received.flatMap(({ body }) => namesIn(body))).toEqual(spanNames(3, 2));
  });
});
