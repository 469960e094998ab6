import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { field, join, varintField } from '../../bench/protobufPieces.ts';
import { createPayloadSource } from '../../bench/payloads.ts';
import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import { splitTraces } from '../../processor/forward/splitTraces.ts';
import { wantedKeys } from '../../src/dialects/wantedKeys.ts';
import { TollgateError } from '../../src/errors.ts';
import { raw, spanOf, type Part } from '../decode/requests.ts';
import { traces, wideTraces } from './arbitraryTraces.ts';
import { wireFields } from './wireMessages.ts';

const span = (name: string): Part => spanOf(field(5, name));
const scope = (name: string, ...spans: readonly Part[]): Part =>
  field(2, join([field(1, field<never>(1, name)), ...spans, field(3, 'schema')]));
const resource = (...scopes: readonly Part[]): Part => field(1, join([field(1, raw(0x10, 0x07)), ...scopes]));
const request = (...parts: readonly Part[]): Buffer => join(parts).bytes;

/** Of a message, the content of its fields of this number. */
const contents = (bytes: Buffer, number: number): Buffer[] =>
  wireFields(bytes).flatMap((one) => (one.number === number && one.type === 2 ? [one.content] : []));
/** Each span of a request as its bytes stand, with all else of its resource and of its scope. */
const spansIn = (body: Buffer): string[] =>
  contents(body, 1).flatMap((own) =>
    contents(own, 2).flatMap((inner) =>
      contents(inner, 2).map((one) =>
        [restOf(own), restOf(inner), one].map((bytes) => bytes.toString('hex')).join(' in '),
      ),
    ),
  );
const restOf = (bytes: Buffer): Buffer =>
  Buffer.concat(
    wireFields(bytes).flatMap(({ number, type, tag, content }) => (number === 2 && type === 2 ? [] : [tag, content])),
  );

describe('a request that is too large', () => {
  it('is parted into two halves of its spans, resources and scopes in both where they have spans there', () => {
    const body = request(
      resource(scope('a', span('1'), span('2')), scope('b', span('3'), span('4'))),
      resource(scope('c', span('5'))),
      varintField(9, 1),
    );
    const parts = splitTraces(body);
    expect(parts.map(({ spans }) => spans)).toEqual([3, 2]);
    expect(parts[0]?.body).toEqual(
      request(resource(scope('a', span('1'), span('2')), scope('b', span('3'))), varintField(9, 1)),
    );
    expect(parts[1]?.body).toEqual(
      request(resource(scope('b', span('4'))), resource(scope('c', span('5'))), varintField(9, 1)),
    );
  });

  it('has what holds no span at all in both halves', () => {
    const empty = resource(scope('none'));
    const parts = splitTraces(request(empty, resource(scope('a', span('1'), span('2')), scope('none'))));
    expect(parts.map(({ body }) => body)).toEqual([
      request(empty, resource(scope('a', span('1')), scope('none'))),
      request(empty, resource(scope('a', span('2')), scope('none'))),
    ]);
  });

  it.each([
    ['one span', request(resource(scope('a', span('1')))), 1],
    ['no span', request(resource(scope('a'))), 0],
    ['no byte', Buffer.alloc(0), 0],
  ])('of %s stays as it is', (_what, body, spans) => {
    expect(splitTraces(body)).toEqual([{ body, spans }]);
  });

  it('gives each span once, in order, with the whole of its resource and scope, whatever it holds', () => {
    fc.assert(
      fc.property(fc.oneof(traces, wideTraces), (body) => {
        const parts = splitTraces(body);
        expect(parts.flatMap((part) => spansIn(part.body))).toEqual(spansIn(body));
        expect(parts.map((part) => part.spans)).toEqual(parts.map((part) => spansIn(part.body).length));
        const [first = 0, second = first] = parts.map((part) => part.spans);
        expect(Math.abs(first - second)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  it('can be parted again and again, down to single spans', () => {
    const body = createPayloadSource({ spans: 100, seed: 3, genAiShare: 0.5, contentBytes: 50 }).next(1n);
    const singles = (part: Uint8Array): Buffer[] => {
      const parts = splitTraces(part);
      return parts.length === 1 ? parts.map((one) => one.body) : parts.flatMap((one) => singles(one.body));
    };
    const read = (part: Uint8Array): object[] => decodeTraces('protobuf', part, wantedKeys).spans;
    expect(singles(body)).toHaveLength(100);
    expect(singles(body).flatMap(read)).toEqual(read(body));
  });

  it('is refused as malformed where it is no request', () => {
    expect(() => splitTraces(Buffer.from([0x0a, 0x05, 0x12]))).toThrow(TollgateError);
  });
});
