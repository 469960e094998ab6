import { describe, expect, it } from 'vitest';
import { exportTraceServiceRequestType } from '../../bench/otlpProto.ts';
import { encodeJsonTraces } from '../../processor/forward/encodeJsonTraces.ts';
import { TollgateError } from '../../src/errors.ts';

const requestType = exportTraceServiceRequestType();
const read = (text: string): object =>
  requestType.toObject(requestType.decode(encodeJsonTraces(Buffer.from(text))), { longs: String, bytes: String });
const requestOf = (span: string): string => `{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`;
const readSpan = (span: string): object => {
  const { resourceSpans } = read(requestOf(span)) as { resourceSpans: [{ scopeSpans: [{ spans: [object] }] }] };
  return resourceSpans[0].scopeSpans[0].spans[0];
};
const readValue = (value: string): unknown => {
  const span = readSpan(`{"attributes":[{"key":"a","value":${value}}]}`) as { attributes: [{ value: unknown }] };
  return span.attributes[0].value;
};
const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

/** As a Collector's OTLP/HTTP exporter writes JSON: 64-bit integers as text, enums as numbers, everything there is. */
const collectorJson = JSON.stringify({
  resourceSpans: [
    {
      resource: {
        attributes: [{ key: 'service.name', value: { stringValue: 'triage' } }],
        droppedAttributesCount: 2,
        entityRefs: [{ schemaUrl: 'https://e', type: 'service', idKeys: ['service.name', ''], descriptionKeys: ['v'] }],
      },
      scopeSpans: [
        {
          scope: { name: 'genai', version: '1.2', attributes: [{ key: 's', value: { boolValue: false } }] },
          spans: [
            {
              traceId: '0102030405060708090A0B0C0D0E0F10',
              spanId: 'a1a2A3a4a5a6a7a8',
              parentSpanId: 'b1b2b3b4b5b6b7b8',
              traceState: 'tollgate=r:1',
              flags: 257,
              name: 'chat',
              kind: 3,
              startTimeUnixNano: '1760000000000000001',
              endTimeUnixNano: '1760000001000000001',
              attributes: [{ key: 'n', value: { intValue: '9223372036854775807' } }],
              droppedAttributesCount: 1,
              events: [{ timeUnixNano: '1760000000500000001', name: 'e', attributes: [{ key: 'k' }] }],
              droppedEventsCount: 4,
              links: [{ traceId: '0a'.repeat(16), spanId: '0b'.repeat(8), traceState: 'x=y', flags: 1 }],
              droppedLinksCount: 5,
              status: { message: 'slow', code: 2 },
            },
          ],
          schemaUrl: 'https://scope',
        },
      ],
      schemaUrl: 'https://resource',
    },
  ],
});

describe('OTLP/JSON as a Collector writes it', () => {
  it('is encoded whole', () => {
    expect(read(collectorJson)).toEqual({
      resourceSpans: [
        {
          resource: {
            attributes: [{ key: 'service.name', value: { stringValue: 'triage' } }],
            droppedAttributesCount: 2,
            entityRefs: [
              { schemaUrl: 'https://e', type: 'service', idKeys: ['service.name', ''], descriptionKeys: ['v'] },
            ],
          },
          scopeSpans: [
            {
              scope: { name: 'genai', version: '1.2', attributes: [{ key: 's', value: { boolValue: false } }] },
              spans: [
                {
                  traceId: base64('0102030405060708090a0b0c0d0e0f10'),
                  spanId: base64('a1a2a3a4a5a6a7a8'),
                  parentSpanId: base64('b1b2b3b4b5b6b7b8'),
                  traceState: 'tollgate=r:1',
                  flags: 257,
                  name: 'chat',
                  kind: 3,
                  startTimeUnixNano: '1760000000000000001',
                  endTimeUnixNano: '1760000001000000001',
                  attributes: [{ key: 'n', value: { intValue: '9223372036854775807' } }],
                  droppedAttributesCount: 1,
                  events: [{ timeUnixNano: '1760000000500000001', name: 'e', attributes: [{ key: 'k' }] }],
                  droppedEventsCount: 4,
                  links: [
                    { traceId: base64('0a'.repeat(16)), spanId: base64('0b'.repeat(8)), traceState: 'x=y', flags: 1 },
                  ],
                  droppedLinksCount: 5,
                  status: { message: 'slow', code: 2 },
                },
              ],
              schemaUrl: 'https://scope',
            },
          ],
          schemaUrl: 'https://resource',
        },
      ],
    });
  });
});

describe('a value', () => {
  it.each([
    ['{"intValue":"-9223372036854775808"}', { intValue: '-9223372036854775808' }],
    ['{"intValue":9007199254740993}', { intValue: '9007199254740993' }],
    ['{"intValue":-1}', { intValue: '-1' }],
    ['{"intValue":4294967296}', { intValue: '4294967296' }],
    ['{"intValue":9223372036854775807}', { intValue: '9223372036854775807' }],
    ['{"intValue":9223372036854775808}', { doubleValue: 2 ** 63 }],
    ['{"intValue":1e300}', { doubleValue: 1e300 }],
    ['{"intValue":0}', { intValue: '0' }],
    ['{"doubleValue":"NaN"}', { doubleValue: Number.NaN }],
    ['{"doubleValue":"-Infinity"}', { doubleValue: Number.NEGATIVE_INFINITY }],
    ['{"doubleValue":0.1}', { doubleValue: 0.1 }],
    ['{"doubleValue":"1e-7"}', { doubleValue: 1e-7 }],
    ['{"bytesValue":"AP8B"}', { bytesValue: 'AP8B' }],
    ['{"bytesValue":"-_8="}', { bytesValue: '+/8=' }],
    ['{"stringValue":""}', { stringValue: '' }],
    ['{"stringValue":"ключ \\ud83d\\ude00"}', { stringValue: 'ключ 😀' }],
    ['{"boolValue":true}', { boolValue: true }],
    ['{}', {}],
    ['{"doubleValue":null}', {}],
    ['{"later":{"x":1},"stringValue":"a"}', { stringValue: 'a' }],
    ['{"arrayValue":{}}', { arrayValue: {} }],
    ['{"arrayValue":{"values":[{"intValue":1},null,{}]}}', { arrayValue: { values: [{ intValue: '1' }, {}, {}] } }],
    [
      '{"kvlistValue":{"values":[{"key":"k","value":{"arrayValue":{"values":[{"boolValue":false}]}}}]}}',
      { kvlistValue: { values: [{ key: 'k', value: { arrayValue: { values: [{ boolValue: false }] } } }] } },
    ],
  ])('of %s keeps its type and every digit', (given, expected) => {
    expect(readValue(given)).toEqual(expected);
  });
});

describe('a span', () => {
  it.each([
    ['a kind by name', '{"kind":"SPAN_KIND_CLIENT"}', { kind: 3 }],
    ['a kind nobody knows', '{"kind":"SPAN_KIND_LATER"}', {}],
    ['a kind of a later number', '{"kind":9}', { kind: 9 }],
    ['a negative kind, which int32 holds', '{"kind":-1}', { kind: -1 }],
    ['a status by name', '{"status":{"code":"STATUS_CODE_ERROR"}}', { status: { code: 2 } }],
    ['times as numbers', '{"startTimeUnixNano":1760000000000000001}', { startTimeUnixNano: '1760000000000000001' }],
    ['the greatest time', '{"endTimeUnixNano":"18446744073709551615"}', { endTimeUnixNano: '18446744073709551615' }],
    ['an id of another length', '{"traceId":"0102"}', { traceId: base64('0102') }],
    ['an id that is no hexadecimal text', '{"traceId":"xyz","spanId":"abc"}', {}],
    ['nulls', '{"name":null,"events":null,"status":null,"flags":null}', {}],
    ['fields nobody knows', '{"name":"n","later":[{"a":1}],"__proto__":{"kind":3}}', { name: 'n' }],
  ])('with %s goes on', (_what, given, expected) => {
    expect(readSpan(given)).toEqual(expected);
  });

  it.each([
    [
      '{"name":1}',
      'resourceSpans[0].scopeSpans[0].spans[0].name of the JSON payload: expected a string, found a number',
    ],
    ['{"events":{}}', 'expected an array, found an object'],
    ['{"links":[7]}', 'resourceSpans[0].scopeSpans[0].spans[0].links[0] of the JSON payload: expected an object'],
    ['{"droppedLinksCount":4294967296}', 'expected a whole number from 0 to 2^32-1, found a number'],
    ['{"flags":-1}', 'expected a whole number from 0 to 2^64-1, as text or number, found a number'],
    ['{"attributes":[{"value":{"bytesValue":"*"}}]}', 'value.bytesValue of the JSON payload: expected base64 text'],
    ['{"attributes":[{"value":{"intValue":1.5}}]}', 'expected a whole number, as text or number, found a number'],
    ['{"attributes":[{"value":{"boolValue":"true"}}]}', 'expected true or false, found a string'],
  ])('as %s is refused with its place', (given, said) => {
    expect(() => encodeJsonTraces(Buffer.from(requestOf(given)))).toThrow(TollgateError);
    expect(() => encodeJsonTraces(Buffer.from(requestOf(given)))).toThrow(said);
  });
});

describe('a request', () => {
  it.each(['{}', '{"resourceSpans":[]}', '{"resourceSpans":null}'])('as %s is no bytes', (given) => {
    expect(encodeJsonTraces(Buffer.from(given))).toHaveLength(0);
  });

  it('that grows in protobuf is encoded too: each byte that is no UTF-8 becomes three', () => {
    const odd = Buffer.from(requestOf(`{"name":"${'_'.repeat(200)}"}`));
    odd.fill(0xff, odd.indexOf('_'), odd.lastIndexOf('_') + 1);
    const encoded = encodeJsonTraces(odd);
    expect(encoded.length).toBeGreaterThan(odd.length);
    expect(JSON.stringify(requestType.toObject(requestType.decode(encoded)))).toContain(`"${'\ufffd'.repeat(200)}"`);
  });
});
