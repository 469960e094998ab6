import { describe, expect, it } from 'vitest';
import { field, join } from '../../bench/protobufPieces.ts';
import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import {
  ATTRIBUTE_DEPTH_MAX,
  NESTED_VALUES_PER_REQUEST_MAX,
  ITEMS_PER_REQUEST_MAX,
} from '../../processor/decode/limits.ts';
import { TollgateError } from '../../src/errors.ts';
import { attributeWith, identity, nestedArrays, raw, requestOf, requestWith, spanOf, type Part } from './requests.ts';

const wanted = { exact: new Set(['a']), prefixes: [] };

function failureOf(body: Uint8Array): TollgateError {
  try {
    decodeTraces('protobuf', body, wanted);
  } catch (error) {
    if (error instanceof TollgateError) return error;
    throw error;
  }
  throw new Error('expected a failure');
}

describe('a malformed payload', () => {
  it.each<[string, Uint8Array, string]>([
    [
      'a tag without a value',
      Buffer.from([0x0a]),
      "Byte 1 of the protobuf payload: expected a varint, found the message's end after 0 of its bytes",
    ],
    [
      'a length past the end',
      Buffer.from([0x0a, 0x05, 0x00]),
      'Byte 1 of the protobuf payload: expected a length of at most 1, which is what is left of the message, found 5',
    ],
    [
      'a length of 2^32',
      Buffer.from([0x0a, 0x80, 0x80, 0x80, 0x80, 0x10]),
      'expected a length of at most 0, which is what is left of the message, found more than 4294967295',
    ],
    [
      'a length past the message that holds it',
      Buffer.from([0x0a, 0x02, 0x12, 0x05, 0, 0, 0, 0, 0]),
      'Byte 3 of the protobuf payload: expected a length of at most 0',
    ],
    [
      'a varint that stops short',
      Buffer.from([0x08, 0x80, 0x80]),
      "Byte 1 of the protobuf payload: expected a varint, found the message's end after 2 of its bytes",
    ],
    [
      'a varint of eleven bytes',
      Buffer.from([0x08, ...Array.from({ length: 10 }, () => 0x80), 0x01]),
      'Byte 1 of the protobuf payload: expected a varint of at most 10 bytes, found a longer one',
    ],
    [
      'a fixed64 that stops short',
      requestWith(raw(0x39, 1, 2, 3)),
      'expected 8 bytes, found 3, where the message ends',
    ],
    [
      'a fixed32 that stops short',
      requestWith(raw(0x85, 0x01, 1)),
      'expected 4 bytes, found 1, where the message ends',
    ],
    [
      'field number 0',
      Buffer.from([0x02, 0x00]),
      'Byte 0 of the protobuf payload: expected a field number from 1 to 536870911, found the tag 2',
    ],
    [
      'a tag above 32 bits',
      Buffer.from([0x88, 0x80, 0x80, 0x80, 0x80, 0x01, 0x00]),
      'expected a field number from 1 to 536870911',
    ],
    [
      'a group',
      Buffer.from([0x0b, 0x0c]),
      'Byte 1 of the protobuf payload: expected wire type 0, 1, 2 or 5, found 3 in field 1',
    ],
    ['the end of a group', Buffer.from([0x0c]), 'found 4 in field 1'],
    ['wire type 6', Buffer.from([0x0e]), 'found 6 in field 1'],
    ['wire type 7', Buffer.from([0x0f]), 'found 7 in field 1'],
  ])('with %s is refused with the place, what was expected and what was found', (_what, body, message) => {
    const failure = failureOf(body);
    expect(failure.code).toBe('malformed_payload');
    expect(failure.message).toContain(message);
  });

  it('is refused wherever it is cut off', () => {
    const whole = requestWith(field(5, 'name'), attributeWith('a', nestedArrays(3)));
    for (let length = 1; length < whole.length; length += 1) {
      expect(failureOf(whole.subarray(0, length)).code).toBe('malformed_payload');
    }
    expect(decodeTraces('protobuf', whole, wanted).spans).toHaveLength(1);
  });
});

describe('a limit', () => {
  it(`holds for nesting: ${ATTRIBUTE_DEPTH_MAX} levels are read, one more is refused`, () => {
    expect(
      decodeTraces('protobuf', requestWith(attributeWith('a', nestedArrays(ATTRIBUTE_DEPTH_MAX))), wanted).spans,
    ).toHaveLength(1);
    const failure = failureOf(requestWith(attributeWith('a', nestedArrays(ATTRIBUTE_DEPTH_MAX + 1))));
    expect([failure.code, failure.message]).toEqual([
      'malformed_payload',
      expect.stringContaining('nested at most 32 deep'),
    ]);
  });

  it('does not hold for attributes that nobody wants', () => {
    expect(decodeTraces('protobuf', requestWith(attributeWith('b', nestedArrays(500))), wanted).spans).toHaveLength(1);
  });

  const arrayOf = (elements: number): Part =>
    field(5, { bytes: Buffer.alloc(elements * 2, Buffer.from([0x0a, 0x00])), marks: [] });

  it(`holds for elements: ${NESTED_VALUES_PER_REQUEST_MAX} in all attributes together`, () => {
    const half = NESTED_VALUES_PER_REQUEST_MAX / 2;
    const two = (second: number): Buffer =>
      requestOf(
        spanOf(...identity, attributeWith('a', arrayOf(half))),
        spanOf(...identity, attributeWith('a', arrayOf(second))),
      );
    expect(decodeTraces('protobuf', two(half), wanted).spans).toHaveLength(2);
    expect(failureOf(two(half + 1)).code).toBe('body_too_large');
  });

  it(`holds for spans: ${ITEMS_PER_REQUEST_MAX} are read, one more is refused`, () => {
    const span = spanOf(...identity).bytes;
    const request = (count: number): Buffer =>
      field<never>(1, field<never>(2, { bytes: Buffer.alloc(count * span.length, span), marks: [] })).bytes;
    expect(decodeTraces('protobuf', request(ITEMS_PER_REQUEST_MAX), wanted).spans).toHaveLength(ITEMS_PER_REQUEST_MAX);
    expect(failureOf(request(ITEMS_PER_REQUEST_MAX + 1)).code).toBe('body_too_large');
  });
});

describe('a message that is split', () => {
  it('is read as one: a resource in two parts has the attributes of both', () => {
    const part = (key: string): Part =>
      field(1, field<never>(1, join([field<never>(1, key), field<never>(2, field<never>(1, key))])));
    const both = { exact: new Set(['a', 'b']), prefixes: [] };
    const body = field<never>(1, join([part('a'), field<never>(2, spanOf(...identity)), part('b')])).bytes;
    expect(decodeTraces('protobuf', body, both).spans[0]?.resource.attributes).toEqual(
      new Map([
        ['a', 'a'],
        ['b', 'b'],
      ]),
    );
  });
});
