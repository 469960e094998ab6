import { describe, expect, it } from 'vitest';
import { field, join, varintField } from '../../bench/protobufPieces.ts';
import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import { PREFIXED_ATTRIBUTES_PER_OWNER_MAX, REASONS_MAX } from '../../processor/decode/limits.ts';
import type { AttributeValue, ReceivedSpan, WantedKeys } from '../../src/span.ts';
import {
  attributeWith,
  identity,
  integer,
  plainAttribute,
  raw,
  requestOf,
  requestWith,
  spanId,
  spanOf,
  text,
  traceId,
  type Part,
} from './requests.ts';

const wanted: WantedKeys = { exact: new Set(['a', 'user.id', 'tags']), prefixes: ['tollgate.tag.', 'ai.'] };

function spanWith(...parts: readonly Part[]): ReceivedSpan | undefined {
  return decodeTraces('protobuf', requestWith(...parts), wanted).spans[0];
}

const valueOf = (anyValue: Part): AttributeValue | undefined =>
  spanWith(attributeWith('a', anyValue))?.attributes.get('a');

describe('a span without a usable identity', () => {
  const zeros = (length: number): Buffer => Buffer.alloc(length);
  it.each([
    ['no trace id', [field(2, spanId)], 'trace_id: expected 16 bytes, not all zero, found 0 bytes'],
    [
      'a trace id of zeros',
      [field(1, zeros(16)), field(2, spanId)],
      'trace_id: expected 16 bytes, not all zero, found only zeros',
    ],
    [
      'a trace id of 15 bytes',
      [field(1, traceId.subarray(1)), field(2, spanId)],
      'trace_id: expected 16 bytes, not all zero, found 15 bytes',
    ],
    [
      'a trace id of 17 bytes',
      [field(1, Buffer.alloc(17, 1)), field(2, spanId)],
      'trace_id: expected 16 bytes, not all zero, found 17 bytes',
    ],
    ['no span id', [field(1, traceId)], 'span_id: expected 8 bytes, not all zero, found 0 bytes'],
    [
      'a span id of zeros',
      [field(1, traceId), field(2, zeros(8))],
      'span_id: expected 8 bytes, not all zero, found only zeros',
    ],
    [
      'a parent of 7 bytes',
      [...identity, field(4, spanId.subarray(1))],
      'parent_span_id: expected 8 bytes or none, found 7 bytes',
    ],
  ] as [string, Part[], string][])('is rejected alone: %s', (_what, parts, reason) => {
    const decoded = decodeTraces(
      'protobuf',
      requestOf(spanOf(...identity), spanOf(...parts), spanOf(...identity)),
      wanted,
    );
    expect(decoded.spans).toHaveLength(2);
    expect(decoded.rejected).toEqual({ count: 1, reasons: [reason] });
  });

  it('is counted each, and each reason is said once', () => {
    const odd = Array.from({ length: 20 }, (_, length) => spanOf(field(1, Buffer.alloc(length, 1))));
    const { rejected } = decodeTraces('protobuf', requestOf(...odd, ...odd), wanted);
    expect(rejected.count).toBe(40);
    expect(new Set(rejected.reasons).size).toBe(REASONS_MAX);
    expect(rejected.reasons).toHaveLength(REASONS_MAX);
  });
});

describe('the fields of a span', () => {
  it("have protobuf's defaults where they are missing", () => {
    expect(spanWith()).toStrictEqual({
      traceId: '0102030405060708090a0b0c0d0e0f10',
      spanId: 'a1a2a3a4a5a6a7a8',
      parentSpanId: null,
      traceState: '',
      name: '',
      kind: 0,
      startUnixNano: 0n,
      endUnixNano: 0n,
      status: 'unset',
      statusMessage: '',
      attributes: new Map(),
      resource: { attributes: new Map() },
      scope: { name: '', version: '' },
    });
  });

  it('take the last of repeated values', () => {
    const status = (code: number, message: string): Part =>
      field(15, join([field<never>(2, message), varintField<never>(3, code)]));
    const span = spanWith(
      field(5, 'first'),
      field(5, 'last'),
      varintField(6, 2),
      varintField(6, 3),
      status(1, 'fine'),
      status(2, 'not fine'),
      field(3, 'a=1'),
      field(3, 'b=2'),
    );
    expect([span?.name, span?.kind, span?.status, span?.statusMessage, span?.traceState]).toEqual([
      'last',
      3,
      'error',
      'not fine',
      'b=2',
    ]);
  });

  it('hold times up to 2^64 - 1 exactly', () => {
    const max = raw(0x39, ...Array.from({ length: 8 }, () => 0xff));
    const odd = raw(0x41, 0x15, 0xcd, 0x5b, 0x07, 0x12, 0x34, 0x56, 0x18);
    const span = spanWith(max, odd);
    expect(span?.startUnixNano).toBe(18_446_744_073_709_551_615n);
    expect(span?.endUnixNano).toBe(0x18563412075bcd15n);
  });

  it('write a parent of zeros as none', () => {
    expect(spanWith(field(4, Buffer.alloc(8)))?.parentSpanId).toBeNull();
    expect(spanWith(field(4, ''))?.parentSpanId).toBeNull();
    expect(spanWith(field(4, Buffer.from('00000000000000ff', 'hex')))?.parentSpanId).toBe('00000000000000ff');
  });

  it('read a kind or status code that is not known as unset', () => {
    const span = spanWith(varintField(6, 6), field(15, varintField<never>(3, 3)));
    expect([span?.kind, span?.status]).toEqual([0, 'unset']);
    expect(spanWith(varintField(6, -1))?.kind).toBe(0);
  });

  it('are stepped over when their wire type is another', () => {
    expect(spanWith(varintField(5, 7), field(6, 'x'))).toMatchObject({ name: '', kind: 0 });
  });

  it('keep text beyond ASCII, and replace what is not UTF-8', () => {
    expect(spanWith(field(5, 'Größe 価格 🧾'))?.name).toBe('Größe 価格 🧾');
    expect(spanWith(field(5, Buffer.from([0x61, 0xff, 0x62, 0xc3])))?.name).toBe('a\ufffdb\ufffd');
  });
});

describe("an attribute's value", () => {
  it.each<[string, Part, AttributeValue]>([
    ['text', text('ü'), 'ü'],
    ['empty text', text(''), ''],
    ['true', varintField(2, 1), true],
    ['false', varintField(2, 0), false],
    ['0', integer(0), 0],
    ['-1', integer(-1), -1],
    ['2^31', integer(2 ** 31), 2 ** 31],
    ['2^53 - 1', integer(2n ** 53n - 1n), Number.MAX_SAFE_INTEGER],
    ['2^53', integer(2n ** 53n), 2n ** 53n],
    ['-(2^53 - 1)', integer(-(2n ** 53n) + 1n), Number.MIN_SAFE_INTEGER],
    ['-(2^53)', integer(-(2n ** 53n)), -(2n ** 53n)],
    ['2^63 - 1', integer(2n ** 63n - 1n), 2n ** 63n - 1n],
    ['-(2^63)', integer(-(2n ** 63n)), -(2n ** 63n)],
    ['a double', raw(0x21, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f), 1.5],
    ['NaN', raw(0x21, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f), Number.NaN],
    ['bytes', field(7, Buffer.from([0, 255])), new Uint8Array([0, 255])],
    ['an empty array', field(5, ''), []],
    ['an array', field(5, join([field<never>(1, text('x')), field<never>(1, integer(1))])), ['x', 1]],
    ['nothing', raw(), null],
    ['a kind of value that is not known', field(9, 'x'), null],
    ['the last of several', join([text('x'), integer(7)]), 7],
  ])('%s is read as it is', (_what, anyValue, expected) => {
    expect(valueOf(anyValue)).toStrictEqual(expected);
  });

  it('may be a list whose key is __proto__', () => {
    const entry = (key: string, value: Part): Part => field(1, join([field<never>(1, key), field<never>(2, value)]));
    const read = valueOf(
      field(6, join([entry('__proto__', text('x')), entry('b', integer(1)), entry('b', integer(2))])),
    );
    expect(Object.entries(read ?? {})).toEqual([
      ['__proto__', 'x'],
      ['b', 1],
    ]);
  });

  it('does not keep the payload alive', () => {
    const body = requestWith(attributeWith('a', field(7, Buffer.from([1, 2]))));
    const read = decodeTraces('protobuf', body, wanted).spans[0]?.attributes.get('a');
    body.fill(0);
    expect(read).toStrictEqual(new Uint8Array([1, 2]));
  });
});

describe('the attributes of a span', () => {
  it('are the wanted ones alone', () => {
    const keys = [
      'a',
      'b',
      'user.id',
      'user.i',
      'user.id2',
      'User.id',
      'user_id',
      'tollgate.tag',
      'tollgate.tag.',
      'tollgate.tag.x',
      'ai.y',
      'ai',
      '',
    ];
    const span = spanWith(...keys.map((key) => plainAttribute(key, key)));
    expect([...(span?.attributes ?? [])]).toEqual(
      ['a', 'user.id', 'tollgate.tag.', 'tollgate.tag.x', 'ai.y'].map((key) => [key, key]),
    );
  });

  it('keep the first value of a key', () => {
    expect(spanWith(plainAttribute('a', 'first'), plainAttribute('a', 'last'))?.attributes).toEqual(
      new Map([['a', 'first']]),
    );
  });

  it('are null without a value, and nothing without a key', () => {
    expect(spanWith(field(9, field<never>(1, 'a')), field(9, field<never>(2, text('x'))))?.attributes).toEqual(
      new Map([['a', null]]),
    );
  });

  it(`hold ${PREFIXED_ATTRIBUTES_PER_OWNER_MAX} tags; further ones are left out, which the sender is told`, () => {
    const tags = (count: number): Part[] =>
      Array.from({ length: count }, (_, index) => plainAttribute(`tollgate.tag.${index}`, index));
    const just = decodeTraces('protobuf', requestWith(...tags(PREFIXED_ATTRIBUTES_PER_OWNER_MAX)), wanted);
    expect([just.spans[0]?.attributes.size, just.rejected.reasons]).toEqual([128, []]);
    const over = decodeTraces(
      'protobuf',
      requestWith(...tags(PREFIXED_ATTRIBUTES_PER_OWNER_MAX + 1), plainAttribute('a', 'still read')),
      wanted,
    );
    expect([over.spans[0]?.attributes.size, over.rejected]).toEqual([
      129,
      { count: 0, reasons: ['attributes beyond 128 tags of one span or resource were not read'] },
    ]);
  });
});
