import { describe, expect, it } from 'vitest';
import { attribute, field } from '../../bench/protobufPieces.ts';
import { decodeLogs } from '../../processor/decode/decodeLogs.ts';
import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import {
  FIELDS_PER_REQUEST_MAX,
  ITEMS_PER_REQUEST_MAX,
  JSON_DEPTH_MAX,
  JSON_VALUES_MAX,
} from '../../processor/decode/limits.ts';
import { wantedLogs } from '../../src/dialects/logs/wantedLogs.ts';
import { wantedKeys } from '../../src/dialects/wantedKeys.ts';
import { requestWith, type Part } from './requests.ts';

const part = (bytes: Buffer): Part => ({ bytes, marks: [] });
const times = (count: number, unit: Buffer): Buffer => Buffer.alloc(count * unit.length, unit);
const traces = (body: Buffer) => decodeTraces('protobuf', body, wantedKeys);
const json = (text: string) => decodeTraces('json', Buffer.from(text), wantedKeys);

/** Empty spans, each rejected for its missing ids. */
const emptySpans = (count: number): Buffer =>
  field<never>(1, field<never>(2, part(times(count, Buffer.from([0x12, 0x00]))))).bytes;

describe('one request', () => {
  it(`may hold ${ITEMS_PER_REQUEST_MAX} spans, the rejected ones counted`, () => {
    expect(traces(emptySpans(ITEMS_PER_REQUEST_MAX)).rejected.count).toBe(ITEMS_PER_REQUEST_MAX);
    expect(() => traces(emptySpans(ITEMS_PER_REQUEST_MAX + 1))).toThrow('The request holds more than 100000 spans');
    const spans = (count: number) => `{"resourceSpans":[{"scopeSpans":[{"spans":[${'{},'.repeat(count - 1)}{}]}]}]}`;
    expect(json(spans(ITEMS_PER_REQUEST_MAX)).rejected.count).toBe(ITEMS_PER_REQUEST_MAX);
    expect(() => json(spans(ITEMS_PER_REQUEST_MAX + 1))).toThrow('The request holds more than 100000 spans');
  });

  it(`may hold ${FIELDS_PER_REQUEST_MAX} resources, scopes, spans and attributes together`, () => {
    // A resource, a span, and its attributes; the scope is left out of the message, its list is not.
    const attributes = (count: number) => requestWith(part(times(count, field(9, attribute('a', 1)).bytes)));
    expect(traces(attributes(FIELDS_PER_REQUEST_MAX - 3)).spans).toHaveLength(1);
    expect(() => traces(attributes(FIELDS_PER_REQUEST_MAX - 2))).toThrow(
      'The request holds more than 1000000 resources, scopes, spans and attributes: send smaller batches',
    );
  });

  it(`may hold ${FIELDS_PER_REQUEST_MAX} resources, scopes, records and attributes of logs`, () => {
    const records = (count: number) =>
      field<never>(1, field<never>(2, part(times(count, Buffer.from([0x12, 0x00]))))).bytes;
    const decode = (count: number) => decodeLogs('protobuf', records(count), wantedLogs).received;
    expect(decode(FIELDS_PER_REQUEST_MAX - 2)).toBe(FIELDS_PER_REQUEST_MAX - 2);
    expect(() => decode(FIELDS_PER_REQUEST_MAX - 1)).toThrow('resources, scopes, log records and attributes');
  });

  it('counts a value that is written over and over each time', () => {
    const value = field<never>(2, part(times(FIELDS_PER_REQUEST_MAX, Buffer.from([0x10, 0x01]))));
    const attributes = field<never>(9, part(Buffer.concat([field<never>(1, 'gen_ai.agent.name').bytes, value.bytes])));
    expect(() => traces(requestWith(attributes))).toThrow('The request holds more than 1000000');
  });
});

describe('one JSON payload', () => {
  it(`may hold ${JSON_VALUES_MAX} values, read or not`, () => {
    // The object, its array, and the numbers.
    const numbers = (count: number) => `{"x":[${'1,'.repeat(count - 1)}1]}`;
    expect(json(numbers(JSON_VALUES_MAX - 2)).spans).toEqual([]);
    expect(() => json(numbers(JSON_VALUES_MAX - 1))).toThrow(
      'The JSON payload: expected at most 2000000 values, found 2000001: send smaller batches, or protobuf',
    );
  });

  it(`may be ${JSON_DEPTH_MAX} deep`, () => {
    const deep = (depth: number) => `{"x":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    expect(json(deep(JSON_DEPTH_MAX)).spans).toEqual([]);
    expect(() => json(deep(JSON_DEPTH_MAX + 1))).toThrow('Byte 260 of the JSON payload: expected at most 256 nested');
  });

  it('may say what it likes in its texts', () => {
    const text = `${'[{,'.repeat(1_000_000)}\\"${'\\\\'.repeat(3)}`;
    expect(json(`{"x":"${text}","resourceSpans":[]}`).spans).toEqual([]);
  });
});
