import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attribute, field, join, varintField } from '../../bench/protobufPieces.ts';
import { decodeLogs } from '../../processor/decode/decodeLogs.ts';
import { ITEMS_PER_REQUEST_MAX, LOG_BODY_BYTES_MAX } from '../../processor/decode/limits.ts';
import { TollgateError } from '../../src/errors.ts';
import type { ReceivedLog } from '../../src/log.ts';
import { logsExport } from '../support/logRecords.ts';
import { expectedLog, wantedLogs, writtenLog } from './officialLogs.ts';
import { raw, type Part } from './requests.ts';
import { logsRequestShape, reorder } from './wire.ts';

describe.each(['protobuf', 'json'] as const)('what the official serializer writes as %s', (encoding) => {
  it('is read back equal where its event is wanted, and counted where it is not', () => {
    fc.assert(
      fc.property(fc.array(writtenLog, { maxLength: 6 }), (written) => {
        const decoded = decodeLogs(encoding, logsExport(encoding, written), wantedLogs);
        expect(decoded.logs).toStrictEqual(written.flatMap((log) => expectedLog(log) ?? []));
        expect(decoded.received).toBe(written.length);
        expect(decoded.rejected).toEqual({ count: 0, reasons: [] });
      }),
      { numRuns: 300 },
    );
  });
});

describe('the order of fields', () => {
  it('does not matter, at any depth, nor do unknown fields', () => {
    fc.assert(
      fc.property(fc.array(writtenLog, { maxLength: 4 }), fc.integer(), (written, seed) => {
        const other = reorder(logsExport('protobuf', written), logsRequestShape, seed);
        const { logs } = decodeLogs('protobuf', other, wantedLogs);
        expect(logs).toStrictEqual(written.flatMap((log) => expectedLog(log) ?? []));
      }),
      { numRuns: 150 },
    );
  });
});

const named = field<never>(6, attribute<never>('event.name', 'api_request'));
const recordOf = (...parts: readonly Part[]): Part => field(2, join(parts));
const requestOf = (...records: readonly Part[]): Buffer => field<never>(1, field<never>(2, join(records))).bytes;
const read = (...parts: readonly Part[]): ReceivedLog | undefined =>
  decodeLogs('protobuf', requestOf(recordOf(...parts)), wantedLogs).logs[0];
const bodyText = (text: string): Part => field(5, field<never>(1, text));

describe('a record', () => {
  it("has protobuf's defaults where its fields are missing", () => {
    const expected: ReceivedLog = {
      traceId: null,
      spanId: null,
      timeUnixNano: 0n,
      observedTimeUnixNano: 0n,
      eventName: '',
      body: '',
      attributes: new Map([['event.name', 'api_request']]),
      resource: { attributes: new Map() },
      scope: { name: '', version: '' },
    };
    expect(read(named)).toStrictEqual(expected);
    const json =
      '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[{"key":"event.name","value":{"stringValue":"api_request"}}]}]}]}]}';
    expect(decodeLogs('json', Buffer.from(json), wantedLogs).logs).toStrictEqual([expected]);
  });

  it.each<[string, Part[]]>([
    ['too short', [field(9, Buffer.alloc(15, 1)), field(10, Buffer.alloc(7, 1))]],
    ['too long', [field(9, Buffer.alloc(17, 1)), field(10, Buffer.alloc(9, 1))]],
    ['all zeros', [field(9, Buffer.alloc(16)), field(10, Buffer.alloc(8))]],
  ])('whose ids are %s belongs to no trace and is taken', (_what, ids) => {
    expect(read(named, ...ids)).toMatchObject({ traceId: null, spanId: null });
  });

  it('has the last body of several, and none where the last is no text', () => {
    const integer: Part = field(5, varintField<never>(3, 7));
    expect(read(named, bodyText('one'), bodyText('two'))?.body).toBe('two');
    expect(read(named, bodyText('one'), integer)?.body).toBe('');
    expect(read(named, field(5, join([field<never>(1, 'one'), varintField<never>(3, 7)])))?.body).toBe('');
    expect(read(named, field(5, join([varintField<never>(3, 7), field<never>(1, 'one')])))?.body).toBe('one');
    expect(read(bodyText('api_request'), integer)).toBeUndefined();
  });

  it(`keeps ${LOG_BODY_BYTES_MAX} bytes of its body, in both encodings the same`, () => {
    const body = `${'a'.repeat(LOG_BODY_BYTES_MAX - 1)}ü and more`;
    expect(read(named, bodyText(body))?.body).toBe(`${'a'.repeat(LOG_BODY_BYTES_MAX - 1)}\uFFFD`);
    const attributes = [{ key: 'event.name', value: { stringValue: 'api_request' } }];
    const json = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes, body: { stringValue: body } }] }] }] };
    const { logs } = decodeLogs('json', Buffer.from(JSON.stringify(json)), wantedLogs);
    expect(logs[0]?.body).toBe(`${'a'.repeat(LOG_BODY_BYTES_MAX - 1)}\uFFFD`);
  });

  it.each([
    ['"traceId":"0102030405060708090A0B0C0D0E0F10","spanId":"zz"', '0102030405060708090a0b0c0d0e0f10', null],
    ['"traceId":"","spanId":"a1a2a3a4a5a6a7a8"', null, 'a1a2a3a4a5a6a7a8'],
  ])('in JSON with %s has the ids that are some', (ids, traceId, spanId) => {
    const json = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"api_request",${ids}}]}]}]}`;
    expect(decodeLogs('json', Buffer.from(json), wantedLogs).logs[0]).toMatchObject({ traceId, spanId });
  });
});

function failureOf(encoding: 'protobuf' | 'json', body: Uint8Array): [string, string] {
  try {
    decodeLogs(encoding, body, wantedLogs);
  } catch (error) {
    if (error instanceof TollgateError) return [error.code, error.message];
    throw error;
  }
  throw new Error('expected a failure');
}

describe('a malformed payload', () => {
  it.each<[string, Part]>([
    ['a time that stops short', raw(0x09, 1, 2, 3)],
    ['a body past its record', raw(0x2a, 0x05, 0x0a)],
    ['a text past its body', raw(0x2a, 0x02, 0x0a, 0x05)],
    ['a group', raw(0x0b)],
  ])('with %s is refused with its place', (_what, part) => {
    const [code, message] = failureOf('protobuf', requestOf(recordOf(named, part)));
    expect([code, message]).toEqual(['malformed_payload', expect.stringMatching(/^Byte \d+ of the protobuf payload/)]);
  });

  it.each([
    ['{"resourceLogs":{}}', 'resourceLogs of the JSON payload: expected an array, found an object'],
    ['{"resourceLogs":[{"scopeLogs":[7]}]}', 'resourceLogs[0].scopeLogs[0] of the JSON payload: expected an object'],
    [
      '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"api_request","timeUnixNano":"soon"}]}]}]}',
      'resourceLogs[0].scopeLogs[0].logRecords[0].timeUnixNano of the JSON payload: expected a whole number',
    ],
    ['{"resourceLogs":[', 'Character 17 of the JSON payload'],
  ])('%s is refused with its path', (json, message) => {
    expect(failureOf('json', Buffer.from(json))).toEqual(['malformed_payload', expect.stringContaining(message)]);
  });
});

describe('a limit', () => {
  const repeated = (record: Buffer, count: number): Buffer =>
    field<never>(1, field<never>(2, { bytes: Buffer.alloc(count * record.length, record), marks: [] })).bytes;

  it(`holds for records of wanted events: ${ITEMS_PER_REQUEST_MAX} are read, one more is refused`, () => {
    const record = recordOf(named).bytes;
    const { logs } = decodeLogs('protobuf', repeated(record, ITEMS_PER_REQUEST_MAX), wantedLogs);
    expect(logs).toHaveLength(ITEMS_PER_REQUEST_MAX);
    expect(failureOf('protobuf', repeated(record, ITEMS_PER_REQUEST_MAX + 1))).toEqual([
      'body_too_large',
      `The request holds more than ${ITEMS_PER_REQUEST_MAX} log records: send smaller batches`,
    ]);
  });

  it('does not hold for records that are stepped over', () => {
    const count = 2 * ITEMS_PER_REQUEST_MAX;
    const decoded = decodeLogs('protobuf', repeated(recordOf(bodyText('hello')).bytes, count), wantedLogs);
    expect([decoded.logs, decoded.received]).toEqual([[], count]);
  });
});
