import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventStreamReader } from '../../instrumentation/aws/eventStream.ts';
import type { StreamEvent } from '../../instrumentation/aws/eventStream.ts';
import { chunkFrame, eventFrame, exceptionFrame, namedFrame } from '../clients/provider/bedrockFrames.ts';

const delta = (text: string): object => ({ delta: { text }, contentBlockIndex: 0 });
const event = (fields: Record<string, unknown>): StreamEvent => ({ fields, errorType: null });

/** The bytes in pieces that end at these places. */
function readInPieces(bytes: Uint8Array, cuts: readonly number[]): StreamEvent[] {
  const reader = new EventStreamReader();
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return places.flatMap((end, index) => reader.push(bytes.subarray(places[index - 1] ?? 0, end)));
}

describe('An event stream', () => {
  it('gives each event under its type, as the SDK does', () => {
    const bytes = Buffer.concat([
      namedFrame('messageStart', { role: 'assistant' }),
      namedFrame('contentBlockDelta', delta('grüße')),
      chunkFrame({ type: 'ping' }),
    ]);
    expect(new EventStreamReader().push(bytes)).toEqual([
      event({ messageStart: { role: 'assistant' } }),
      event({ contentBlockDelta: delta('grüße') }),
      event({ chunk: { bytes: Buffer.from('{"type":"ping"}').toString('base64'), p: 'abcd' } }),
    ]);
  });

  it('gives a failure by its type, without its message', () => {
    const bytes = exceptionFrame('throttlingException', 'too many of "one two three"');
    expect(new EventStreamReader().push(bytes)).toEqual([{ fields: {}, errorType: 'throttlingException' }]);
    const error = eventFrame({ ':message-type': 'error', ':error-code': 'InternalError', ':error-message': 'x' }, '');
    expect(new EventStreamReader().push(error)).toEqual([{ fields: {}, errorType: 'InternalError' }]);
  });

  it('is the same in pieces of any size', () => {
    const texts = fc.array(fc.string({ maxLength: 300 }), { minLength: 1, maxLength: 8 });
    const cuts = fc.array(fc.nat(), { maxLength: 40 });
    fc.assert(
      fc.property(texts, cuts, (given, places) => {
        const bytes = Buffer.concat(given.map((text) => namedFrame('contentBlockDelta', delta(text))));
        expect(readInPieces(bytes, places)).toEqual(given.map((text) => event({ contentBlockDelta: delta(text) })));
      }),
    );
  });

  it('has headers of every type, of which strings are read', () => {
    const value = (type: number, bytes: readonly number[]): Buffer => Buffer.from([1, 0x61, type, ...bytes]);
    const others = [
      value(0, []),
      value(1, []),
      value(2, [1]),
      value(3, [1, 2]),
      value(4, [1, 2, 3, 4]),
      value(5, [1, 2, 3, 4, 5, 6, 7, 8]),
      value(6, [0, 2, 1, 2]),
      value(8, [1, 2, 3, 4, 5, 6, 7, 8]),
      value(
        9,
        Array.from({ length: 16 }, () => 7),
      ),
    ];
    expect(new EventStreamReader().push(withHeaders(Buffer.concat(others), namedFrame('ping', {})))).toEqual([
      event({ ping: {} }),
    ]);
    // Of a type nobody knows the length is not known either: what stands behind it is not read.
    expect(new EventStreamReader().push(withHeaders(value(10, []), namedFrame('ping', {})))).toEqual([]);
  });
});

/** The frame with further headers before its own; nobody checks the sums. */
function withHeaders(more: Buffer, frame: Buffer): Buffer {
  const bytes = Buffer.concat([frame.subarray(0, 12), more, frame.subarray(12)]);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(frame.readUInt32BE(4) + more.length, 4);
  return bytes;
}

describe('Hostile bytes', () => {
  it('never throw, whatever they are, and give no event of more than one type', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (pieces) => {
        const reader = new EventStreamReader();
        const events = pieces.flatMap((piece) => reader.push(piece));
        expect(events.every(({ fields }) => Object.keys(fields).length <= 1)).toBe(true);
      }),
    );
  });

  it.each([
    ['shorter than a frame can be', 15, 0],
    ['longer than AWS allows, 24 MiB', 24 * 1024 * 1024 + 1, 0],
    ['with more headers than it has room for', 32, 17],
  ])('that say a length %s end the reading', (_what, total, headers) => {
    const prelude = Buffer.alloc(12);
    prelude.writeUInt32BE(total, 0);
    prelude.writeUInt32BE(headers, 4);
    const good = namedFrame('ping', {});
    expect(new EventStreamReader().push(Buffer.concat([good, prelude, good]))).toEqual([event({ ping: {} })]);
  });

  it('in a frame cost that frame alone: headers cut short, a payload that is no JSON', () => {
    const cut = Buffer.from(namedFrame('ping', {}));
    cut.writeUInt8(200, 12);
    const text = eventFrame({ ':event-type': 'ping' }, 'not json');
    const good = namedFrame('pong', {});
    expect(new EventStreamReader().push(Buffer.concat([cut, text, good]))).toEqual([
      event({ ping: undefined }),
      event({ pong: {} }),
    ]);
  });

  it('in a frame above 1 MiB are passed over, and what follows is read', () => {
    const long = namedFrame('ping', { text: 'x'.repeat(1024 * 1024) });
    const bytes = Buffer.concat([long, namedFrame('pong', {})]);
    expect(new EventStreamReader().push(bytes)).toEqual([event({ pong: {} })]);
    const cuts = Array.from({ length: 200 }, (_, index) => 5 + index * 5_300);
    expect(readInPieces(bytes, [3, 11, ...cuts])).toEqual([event({ pong: {} })]);
  });

  it('that come one by one are copied a few times, not once for each', () => {
    const bytes = namedFrame('ping', { text: 'x'.repeat(512 * 1024) });
    const reader = new EventStreamReader();
    let events = 0;
    for (let at = 0; at < bytes.length; at += 1) events += reader.push(bytes.subarray(at, at + 1)).length;
    expect(events).toBe(1);
  });
});
