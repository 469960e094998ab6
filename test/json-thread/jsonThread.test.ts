import { afterAll, describe, expect, it } from 'vitest';
import { decodeLogs } from '../../processor/decode/decodeLogs.ts';
import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import { encodeJsonTraces } from '../../processor/forward/encodeJsonTraces.ts';
import { JsonThread } from '../../processor/jsonThread/jsonThread.ts';
import { wantedLogs } from '../../src/dialects/logs/wantedLogs.ts';
import { wantedKeys } from '../../src/dialects/wantedKeys.ts';
import { makeCall, traceExport } from '../support/exports.ts';

const thread = new JsonThread(new URL('../../dist/processor/jsonThread/worker.js', import.meta.url));
afterAll(() => thread.close());

const callsOf = (count: number) => Array.from({ length: count }, () => makeCall());
// More than go in one message, each in need of what a copy may spoil: large integers, and keys of objects' own names.
const strange = JSON.stringify({
  key: 'gen_ai.agent.name',
  value: { kvlistValue: { values: [{ key: '__proto__', value: { intValue: '9223372036854775807' } }] } },
});
const traces = Buffer.from(traceExport(callsOf(450)).replaceAll('{"key":"user.id"', `${strange},{"key":"user.id"`));

/** Answers with what it gets, and never has enough of a body of one byte. */
const source = `import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ id, body }) => {
  for (const held = []; body.length === 1; ) held.push(Array.from({ length: 10_000 }, () => ({})));
  parentPort.postMessage({ id, kind: 'traces encoded', protobuf: body });
});`;
const echo = new URL(`data:text/javascript,${encodeURIComponent(source)}`);

describe('the thread that parses JSON', () => {
  it('reads traces as the decoder does, with what they share', async () => {
    const decoded = await thread.decodeTraces(traces, 'a');
    const expected = decodeTraces('json', traces, wantedKeys);
    expect(decoded.ordinals).toEqual(expected.ordinals);
    expect(decoded.spans).toEqual(expected.spans);
    expect(decoded.rejected).toEqual(expected.rejected);
    expect(decoded.spans[1]?.resource).toBe(decoded.spans[0]?.resource);
  });

  it('reads logs, and encodes traces as protobuf, several at once and in any order', async () => {
    const logs = Buffer.from(
      JSON.stringify({
        resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'claude_code.api_request' } }, {}] }] }],
      }),
    );
    const [readLogs, encoded, readTraces] = await Promise.all([
      thread.decodeLogs(logs, 'a'),
      thread.encodeTraces(traces, 'a'),
      thread.decodeTraces(traces, 'a'),
    ]);
    expect(readLogs).toEqual(decodeLogs('json', logs, wantedLogs));
    expect(Buffer.from(encoded).equals(encodeJsonTraces(traces))).toBe(true);
    expect(readTraces.spans).toHaveLength(450);
  });

  it('takes no more of a buffer than the body, and leaves it whole', async () => {
    const around = Buffer.concat([Buffer.from('['), traces, Buffer.from(']')]);
    const body = around.subarray(1, -1);
    expect((await thread.decodeTraces(body, 'a')).spans).toHaveLength(450);
    expect(body.equals(traces)).toBe(true);
  });

  it('refuses as the decoder does, and goes on', async () => {
    const spoilt = Buffer.from('{"resourceSpans":7}');
    await expect(thread.decodeTraces(spoilt, 'a')).rejects.toMatchObject({
      code: 'malformed_payload',
      message: 'resourceSpans of the JSON payload: expected an array, found a number',
    });
    expect((await thread.decodeTraces(Buffer.from('{}'), 'a')).spans).toEqual([]);
  });

  it('refuses what is not done when it closes, and starts anew', async () => {
    const [first, second] = [thread.decodeTraces(traces, 'a'), thread.decodeTraces(traces, 'a')].map((decoding) =>
      decoding.catch((error: unknown) => error),
    );
    await thread.close();
    expect([await first, await second]).toMatchObject([{ code: 'shutting_down' }, { code: 'shutting_down' }]);
    expect((await thread.decodeTraces(traces, 'a')).spans).toHaveLength(450);
  });

  it('refuses a body that it has no memory for, ends by it, and does the others in a new one', async () => {
    const small = new JsonThread(echo, 16);
    const encoded = [Buffer.from('ab'), Buffer.from('a'), Buffer.from('abc')].map((body) =>
      small.encodeTraces(body, 'a').then(
        (protobuf) => protobuf.length,
        (error: unknown) => error,
      ),
    );
    expect(await Promise.all(encoded)).toMatchObject([2, { code: 'body_too_large' }, 3]);
    await small.close();
  });

  it('lets 64 MiB wait, and one body whatever its size', async () => {
    const busy = new JsonThread(echo);
    const encode = (mebibytes: number) =>
      busy.encodeTraces(Buffer.alloc(mebibytes * 1024 * 1024), 'a').then(
        (protobuf) => protobuf.length / 1024 / 1024,
        (error: unknown) => error,
      );
    expect(await Promise.all([encode(40), encode(24), encode(1)])).toMatchObject([40, 24, { code: 'overloaded' }]);
    expect(await Promise.all([encode(65), encode(1)])).toMatchObject([65, { code: 'overloaded' }]);
    expect(await encode(1)).toBe(1);
    await busy.close();
  });

  it('takes a body of another tenant beside one that fills the rest, and reads it in its turn', async () => {
    const busy = new JsonThread(echo);
    const done: string[] = [];
    const encode = (tenant: string, mebibytes: number) =>
      busy.encodeTraces(Buffer.alloc(mebibytes * 1024 * 1024), tenant).then(
        () => done.push(`${tenant} ${mebibytes}`),
        (error: { code: string }) => done.push(`${tenant} ${error.code}`),
      );
    await Promise.all([
      encode('a', 20),
      encode('a', 19),
      encode('a', 18),
      encode('a', 8),
      encode('b', 8),
      encode('b', 7),
    ]);
    // 20 + 19 + 18 = 57 MiB of a: 8 more are above 64. The first of b is taken all the same, its second is not. It waits for one
    // of a, which came first, not for both.
    expect(done).toEqual(['a overloaded', 'b overloaded', 'a 20', 'a 19', 'b 8', 'a 18']);
    await busy.close();
  });
});
