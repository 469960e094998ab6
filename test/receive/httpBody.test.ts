import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { startHttp, type ReceiverBehaviour, type RunningReceiver } from './harness.ts';
import { jsonHeaders, send } from './rawHttp.ts';

const open: RunningReceiver[] = [];
async function started(behaviour: ReceiverBehaviour = {}): Promise<RunningReceiver> {
  const receiver = await startHttp(behaviour);
  open.push(receiver);
  return receiver;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((receiver) => receiver.close()));
});

const head = (length: number): string =>
  `POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

/** Everything the receiver says until it ends the connection, or until `enough` of it has come. */
function listenTo(socket: Socket, enough: (text: string) => boolean = () => false): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('error', () => resolve(text));
    socket.on('close', () => resolve(text));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (enough(text)) resolve(text);
    });
  });
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('the body limit', () => {
  const limits = { bodyBytes: 1000 };

  it('takes a body of just the limit and refuses one byte more', async () => {
    const { port } = await started({ limits });
    expect((await send({ port, headers: jsonHeaders, body: 'x'.repeat(1000) })).status).toBe(200);
    expect((await send({ port, headers: jsonHeaders, body: 'x'.repeat(1001) })).status).toBe(413);
  });

  it('holds for a body that does not say its length', async () => {
    const { port } = await started({ limits });
    const headers = { ...jsonHeaders, 'transfer-encoding': 'chunked' };
    expect((await send({ port, headers, body: 'x'.repeat(1000) })).status).toBe(200);
    expect((await send({ port, headers, body: 'x'.repeat(1001) })).status).toBe(413);
  });

  it('counts after decompression', async () => {
    const { port } = await started({ limits });
    const headers = { ...jsonHeaders, 'content-encoding': 'gzip' };
    expect((await send({ port, headers, body: gzipSync('x'.repeat(1000)) })).status).toBe(200);
    expect((await send({ port, headers, body: gzipSync('x'.repeat(1001)) })).status).toBe(413);
  });

  it('stops a gzip bomb: 512 MiB in 0.5 MiB takes less memory than the bomb holds', async () => {
    const receiver = await started();
    const bomb = Buffer.concat(
      Array.from({ length: 16 }, () => gzipSync(Buffer.alloc(32 * 1024 * 1024), { level: 9 })),
    );
    const before = process.memoryUsage().rss;
    const answer = await send({
      port: receiver.port,
      headers: { ...jsonHeaders, 'content-encoding': 'gzip' },
      body: bomb,
    });
    expect([answer.status, receiver.exports]).toEqual([413, []]);
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1024 * 1024);
  });

  it('is answered to a sender that has more to send than fits any buffer', async () => {
    const { port } = await started({ limits: { bodyBytes: 8 * 1024 * 1024 } });
    const headers = { ...jsonHeaders, 'transfer-encoding': 'chunked' };
    expect((await send({ port, headers, body: Buffer.alloc(15 * 1024 * 1024) })).status).toBe(413);
  });

  it('cuts a sender off that goes on for more than the limit again', async () => {
    const { port } = await started({ limits });
    const socket = connect(port, '127.0.0.1');
    socket.write(head(1_000_000_000));
    const said = listenTo(socket);
    while (!socket.destroyed && !socket.closed) {
      socket.write(Buffer.alloc(10_000, 'x'));
      await sleep(1);
    }
    expect(await said).toContain('413 Payload Too Large');
  });

  it('holds for all bodies together', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const receiver = await started({
      limits: { bodyBytesInFlight: 1500 },
      consume: async () => {
        await held;
        return { rejected: 0, errorMessage: '' };
      },
    });
    const { port } = receiver;
    const first = send({ port, headers: jsonHeaders, body: 'x'.repeat(1000) });
    while (receiver.exports.length === 0) await sleep(5);
    const second = await send({ port, headers: jsonHeaders, body: 'x'.repeat(501) });
    expect([second.status, second.headers['retry-after']]).toEqual([503, '2']);
    release();
    expect((await first).status).toBe(200);
    expect((await send({ port, headers: jsonHeaders, body: 'x'.repeat(1500) })).status).toBe(200);
  });
});

describe('a body that comes too slowly', () => {
  it('is refused at the deadline, to be sent again, and the connection ends', async () => {
    const receiver = await started({ limits: { requestDeadlineMs: 200 } });
    const socket = connect(receiver.port, '127.0.0.1');
    socket.write(`${head(10)}{"a"`);
    const said = await listenTo(socket);
    expect(said).toContain('503 Service Unavailable');
    expect(said.toLowerCase()).toContain('retry-after: 2');
    expect(said).toContain('4 bytes had come');
    expect([receiver.exports, receiver.faults]).toEqual([[], []]);
  });

  it('is taken when it is whole before the deadline', async () => {
    const receiver = await started({ limits: { requestDeadlineMs: 5000 } });
    const socket = connect(receiver.port, '127.0.0.1');
    socket.write(`${head(2)}{`);
    await sleep(100);
    socket.write('}');
    expect(await listenTo(socket, (text) => text.includes('{}'))).toContain('200 OK');
    socket.destroy();
  });

  it('of a sender that goes away is no fault', async () => {
    const receiver = await started();
    const socket = connect(receiver.port, '127.0.0.1');
    socket.write(`${head(10)}{`);
    while (receiver.asked.length === 0) await sleep(5);
    socket.destroy();
    await sleep(50);
    expect([receiver.exports, receiver.faults]).toEqual([[], []]);
  });
});

describe('closing', () => {
  it('finishes what was taken, refuses what has not arrived, and lets idle connections go', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const receiver = await startHttp({
      consume: async () => {
        await held;
        return { rejected: 0, errorMessage: '' };
      },
    });
    const { port } = receiver;
    const taken = send({ port, headers: jsonHeaders, body: '{}' });
    const halfSent = connect(port, '127.0.0.1');
    halfSent.write(`${head(2)}{`);
    while (receiver.asked.length < 2 || receiver.exports.length === 0) await sleep(5);
    const closed = receiver.close();
    expect(await listenTo(halfSent, (text) => text.includes('come again'))).toContain('503 Service Unavailable');
    release();
    expect((await taken).status).toBe(200);
    await closed;
    await expect(send({ port, headers: jsonHeaders, body: '{}' })).rejects.toThrow('ECONNREFUSED');
  });

  it('does not wait longer than its grace', async () => {
    const receiver = await startHttp({ limits: { closeGraceMs: 200 }, consume: () => new Promise(() => {}) });
    const stuck = send({ port: receiver.port, headers: jsonHeaders, body: '{}' });
    const outcome = expect(stuck).rejects.toThrow(/socket hang up|ECONNRESET/);
    while (receiver.exports.length === 0) await sleep(5);
    await receiver.close();
    await outcome;
  });
});
