import { describe, expect, it } from 'vitest';
import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import type { DecodedTraces } from '../../processor/decode/decodedTraces.ts';
import { ATTRIBUTE_DEPTH_MAX, PREFIXED_ATTRIBUTES_PER_OWNER_MAX } from '../../processor/decode/limits.ts';
import { TollgateError } from '../../src/errors.ts';
import type { AttributeValue, ReceivedSpan, WantedKeys } from '../../src/span.ts';

const wanted: WantedKeys = { exact: new Set(['a']), prefixes: ['tollgate.tag.'] };
const identity = { traceId: '0102030405060708090a0b0c0d0e0f10', spanId: 'a1a2a3a4a5a6a7a8' };

const decodeText = (text: string): DecodedTraces => decodeTraces('json', Buffer.from(text), wanted);
const requestOf = (...spans: unknown[]): string => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
const spanOf = (fields: object): ReceivedSpan | undefined => decodeText(requestOf({ ...identity, ...fields })).spans[0];
const valueOf = (value: unknown): AttributeValue | undefined =>
  spanOf({ attributes: [{ key: 'a', value }] })?.attributes.get('a');
/** A span as text, for what JSON.stringify cannot write. */
const spanFromText = (fields: string): ReceivedSpan | undefined =>
  decodeText(requestOf({ ...identity, here: 0 }).replace('"here":0', fields)).spans[0];

function failureOf(text: string): TollgateError {
  try {
    decodeText(text);
  } catch (error) {
    if (error instanceof TollgateError) return error;
    throw error;
  }
  throw new Error('expected a failure');
}

describe('ids in OTLP/JSON', () => {
  it('are hexadecimal in either case', () => {
    const upper = {
      traceId: identity.traceId.toUpperCase(),
      spanId: identity.spanId.toUpperCase(),
      parentSpanId: 'ABCDEF0123456789',
    };
    expect(spanOf(upper)).toMatchObject({ ...identity, parentSpanId: 'abcdef0123456789' });
  });

  it.each([
    [{ traceId: '' }, 'trace_id: expected 16 bytes, not all zero, found 0 bytes'],
    [{ traceId: '0'.repeat(32) }, 'trace_id: expected 16 bytes, not all zero, found only zeros'],
    [{ traceId: 'AQIDBAUGBwgJCgsMDQ4PEA==' }, 'trace_id: expected 16 bytes, not all zero, found something else'],
    [{ spanId: null }, 'span_id: expected 8 bytes, not all zero, found 0 bytes'],
    [{ spanId: '0'.repeat(16) }, 'span_id: expected 8 bytes, not all zero, found only zeros'],
    [{ spanId: 'a1' }, 'span_id: expected 8 bytes, not all zero, found 1 bytes'],
    [{ parentSpanId: 'a1' }, 'parent_span_id: expected 8 bytes or none, found 1 bytes'],
    [{ parentSpanId: '00' }, 'parent_span_id: expected 8 bytes or none, found 1 bytes'],
  ])('reject their span alone when they are %o', (fields, reason) => {
    const decoded = decodeText(requestOf(identity, { ...identity, ...fields }, identity));
    expect([decoded.spans.length, decoded.rejected]).toEqual([2, { count: 1, reasons: [reason] }]);
  });

  it('of a parent may be zeros, which is none', () => {
    expect(spanOf({ parentSpanId: '0'.repeat(16) })?.parentSpanId).toBeNull();
  });
});

describe('64-bit integers in OTLP/JSON', () => {
  it('are text or number, and exact in both', () => {
    expect(spanOf({ startTimeUnixNano: '18446744073709551615' })?.startUnixNano).toBe(18_446_744_073_709_551_615n);
    expect(
      spanFromText('"startTimeUnixNano":18446744073709551615,"endTimeUnixNano":1760000000123456789'),
    ).toMatchObject({
      startUnixNano: 18_446_744_073_709_551_615n,
      endUnixNano: 1_760_000_000_123_456_789n,
    });
    expect(spanFromText('"startTimeUnixNano" : \n 1760000000123456789 ')?.startUnixNano).toBe(
      1_760_000_000_123_456_789n,
    );
  });

  it.each([
    ['"42"', 42],
    ['42', 42],
    ['-42', -42],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['"9223372036854775807"', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    ['1e3', 1000],
    ['1e300', 1e300],
  ])('as an attribute: %s', (text, expected) => {
    expect(spanFromText(`"attributes":[{"key":"a","value":{"intValue":${text}}}]`)?.attributes.get('a')).toBe(expected);
  });

  it('are not looked for inside of text, nor among doubles', () => {
    const tricky = '{"n":1234567890123456789,"q":"\\"","b":"\\\\"}:1234567890123456789';
    const span = spanFromText(
      `"name":${JSON.stringify(tricky)},"startTimeUnixNano":1234567890123456789,"attributes":[{"key":"a","value":{"doubleValue":12345678901234567890.5}}]`,
    );
    expect([span?.name, span?.startUnixNano]).toEqual([tricky, 1234567890123456789n]);
    expect(span?.attributes.get('a')).toBe(Number('12345678901234567890.5'));
  });

  it.each(['"1.5"', '1.5', '"x"', '""', 'true', '{}', '"9223372036854775808"', '9223372036854775809'])(
    'are refused when they are %s',
    (text) => {
      const failure = failureOf(
        requestOf({ ...identity, attributes: [{ key: 'a', value: { intValue: 0 } }] }).replace(
          '"intValue":0',
          `"intValue":${text}`,
        ),
      );
      expect(failure.message).toContain(
        'resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value.intValue of the JSON payload: expected a whole number of 64 bits',
      );
    },
  );

  it.each(['-1', '"-1"', '18446744073709551616', '1.5'])('are refused as a time when they are %s', (text) => {
    expect(
      failureOf(requestOf({ ...identity, here: 0 }).replace('"here":0', `"startTimeUnixNano":${text}`)).message,
    ).toContain('spans[0].startTimeUnixNano of the JSON payload: expected a whole number from 0 to 2^64-1');
  });
});

describe('an attribute in OTLP/JSON', () => {
  it.each([
    [{ stringValue: 'ü' }, 'ü'],
    [{ boolValue: false }, false],
    [{ doubleValue: 1.5 }, 1.5],
    [{ doubleValue: '1.5e3' }, 1500],
    [{ doubleValue: 'NaN' }, Number.NaN],
    [{ doubleValue: '-Infinity' }, Number.NEGATIVE_INFINITY],
    [{ bytesValue: 'AP8=' }, new Uint8Array([0, 255])],
    [{ bytesValue: '-_8' }, new Uint8Array([251, 255])],
    [{ arrayValue: { values: [{ intValue: '1' }, { stringValue: 'x' }, {}] } }, [1, 'x', null]],
    [{ arrayValue: {} }, []],
    [{ futureValue: 1 }, null],
    [{ doubleValue: null }, null],
    [{}, null],
    [null, null],
    [undefined, null],
  ])('%o is read as it is', (value, expected) => {
    expect(valueOf(value)).toStrictEqual(expected);
  });

  it('may be a list whose key is __proto__', () => {
    const values = ['__proto__', 'constructor'].map((key) => ({ key, value: { boolValue: true } }));
    expect(Object.entries(valueOf({ kvlistValue: { values } }) ?? {})).toEqual([
      ['__proto__', true],
      ['constructor', true],
    ]);
    expect(Object.hasOwn(Object.prototype, 'boolValue')).toBe(false);
  });

  it('is the first of its key, and wanted', () => {
    const attributes = [
      ['a', 1],
      ['a', 2],
      ['b', 3],
      ['tollgate.tag.x', 4],
    ].map(([key, intValue]) => ({ key, value: { intValue } }));
    expect([...(spanOf({ attributes })?.attributes ?? [])]).toEqual([
      ['a', 1],
      ['tollgate.tag.x', 4],
    ]);
  });

  it(`may be one of ${PREFIXED_ATTRIBUTES_PER_OWNER_MAX} tags; further ones are left out, which the sender is told`, () => {
    const attributes = Array.from({ length: PREFIXED_ATTRIBUTES_PER_OWNER_MAX + 1 }, (_, index) => ({
      key: `tollgate.tag.${index}`,
      value: {},
    }));
    const { spans, rejected } = decodeText(requestOf({ ...identity, attributes }));
    expect([spans[0]?.attributes.size, rejected.count, rejected.reasons.length]).toEqual([128, 0, 1]);
  });

  it(`may be nested ${ATTRIBUTE_DEPTH_MAX} deep`, () => {
    const nested = (depth: number): unknown =>
      depth === 0 ? { intValue: 1 } : { arrayValue: { values: [nested(depth - 1)] } };
    expect(JSON.stringify(valueOf(nested(ATTRIBUTE_DEPTH_MAX)))).toBe(`${'['.repeat(32)}1${']'.repeat(32)}`);
    expect(() => valueOf(nested(ATTRIBUTE_DEPTH_MAX + 1))).toThrow('nested at most 32 deep');
  });
});

describe('a span in OTLP/JSON', () => {
  it('names enums or numbers them', () => {
    expect(spanOf({ kind: 'SPAN_KIND_CLIENT', status: { code: 'STATUS_CODE_ERROR', message: 'm' } })).toMatchObject({
      kind: 3,
      status: 'error',
      statusMessage: 'm',
    });
    expect(spanOf({ kind: 5, status: { code: 1 } })).toMatchObject({ kind: 5, status: 'ok' });
    expect(spanOf({ kind: 'SPAN_KIND_NEW', status: { code: 9 } })).toMatchObject({ kind: 0, status: 'unset' });
  });

  it('leaves out what is null or not known', () => {
    const fields = {
      name: null,
      status: null,
      attributes: null,
      trace_state: 'x',
      constructor: { name: 'x' },
      events: [{ odd: 1 }],
    };
    expect(spanOf(fields)).toMatchObject({ name: '', status: 'unset', traceState: '', attributes: new Map() });
  });

  it('has the scope and the resource around it', () => {
    const resource = { attributes: [{ key: 'a', value: { stringValue: 'r' } }] };
    const text = JSON.stringify({
      resourceSpans: [{ scopeSpans: [{ spans: [identity, identity], scope: { name: 's', version: '1' } }], resource }],
    });
    const [first, second] = decodeText(`\ufeff${text}`).spans;
    expect(first).toMatchObject({
      scope: { name: 's', version: '1' },
      resource: { attributes: new Map([['a', 'r']]) },
    });
    expect([second?.scope === first?.scope, second?.resource === first?.resource]).toEqual([true, true]);
  });
});

describe('a malformed JSON payload', () => {
  it.each([
    ['', 'Character 0 of the JSON payload: expected a value, found the end'],
    ['{"resourceSpans":', 'Character 17 of the JSON payload: expected a value, found the end'],
    ['{"name": secret of a prompt }', 'Character 9 of the JSON payload: expected a value, found "s"'],
    ['[]', '$ of the JSON payload: expected an object, found an array'],
    ['1', '$ of the JSON payload: expected an object, found a number'],
    ['{"resourceSpans":{}}', 'resourceSpans of the JSON payload: expected an array, found an object'],
    ['{"resourceSpans":[7]}', 'resourceSpans[0] of the JSON payload: expected an object, found a number'],
    [
      '{"resourceSpans":[{},{"scopeSpans":[{"spans":"x"}]}]}',
      'resourceSpans[1].scopeSpans[0].spans of the JSON payload: expected an array, found a string',
    ],
    [
      requestOf({ name: 5 }),
      'resourceSpans[0].scopeSpans[0].spans[0].name of the JSON payload: expected a string, found a number',
    ],
    [
      requestOf({ kind: true }),
      'spans[0].kind of the JSON payload: expected an enum as number or name, found a boolean',
    ],
    [
      requestOf({ attributes: [{ key: 'a', value: { bytesValue: '?' } }] }),
      'attributes[0].value.bytesValue of the JSON payload: expected base64 text, found a string',
    ],
  ])('%s is refused with the place, what was expected and what was found', (text, message) => {
    const failure = failureOf(text);
    expect(failure.code).toBe('malformed_payload');
    expect(failure.message).toContain(message);
    expect(failure.message).not.toContain('secret of');
  });
});
