import { storableText } from '../../src/storableText.ts';
import { NUMERIC_BYTES_MAX, writeNumeric } from './binaryNumeric.ts';

/**
 * Rows for `unnest`, column by column, each an array in PostgreSQL's binary format (array_recv): half the server's work
 * and a third of ours against text. `pg` sends a Buffer parameter as binary; the statement names its type.
 */
export interface Column<Row> {
  readonly name: string;
  readonly sqlType: string;
  encode(rows: readonly Row[]): Buffer;
}

/** What a column holds: the OID of pg_type, and how one value is written at a position. */
interface Encoding<Value> {
  readonly sqlType: string;
  readonly oid: number;
  /** Bytes that one value needs at most, whatever the value, or those of each unit of its length. */
  readonly bytesMax: number;
  readonly bytesAUnit: number;
  /** Writes the value and returns the position after it. */
  write(buffer: Buffer, position: number, value: Value): number;
}

type Of<Row, Value> = (row: Row) => Value | null;

const ARRAY_HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
/** Units of text that room is made for at first; the buffer grows when there are more. */
const EXPECTED_UNITS = 12;
/** Microseconds from 1970 to 2000, the epoch of timestamptz. */
const EPOCH_2000_MICROS = 946_684_800_000_000;
/** Days from 1970 to 2000, the epoch of date. */
const EPOCH_2000_DAYS = 10_957;
const UTF8_BYTES_A_UNIT_MAX = 3;
const JSONB_VERSION = 1;

const textEncoding: Encoding<string> = {
  sqlType: 'text',
  oid: 25,
  bytesMax: 0,
  bytesAUnit: UTF8_BYTES_A_UNIT_MAX,
  write: writeText,
};

const hexEncoding: Encoding<string> = {
  sqlType: 'bytea',
  oid: 17,
  bytesMax: 0,
  bytesAUnit: 1,
  write: writeHex,
};

/** Of the form that PostgreSQL writes. */
const uuidEncoding: Encoding<string> = {
  sqlType: 'uuid',
  oid: 2950,
  bytesMax: 16,
  bytesAUnit: 0,
  write: (buffer, position, value) => writeHex(buffer, position, value.replaceAll('-', '')),
};

const int8Encoding: Encoding<number | bigint> = {
  sqlType: 'bigint',
  oid: 20,
  bytesMax: 8,
  bytesAUnit: 0,
  write: (buffer, position, value) => {
    const number = Number(value);
    return typeof value === 'bigint' && !Number.isSafeInteger(number)
      ? buffer.writeBigInt64BE(value, position)
      : writeInteger(buffer, position, number);
  },
};

const int2Encoding: Encoding<number> = {
  sqlType: 'smallint',
  oid: 21,
  bytesMax: 2,
  bytesAUnit: 0,
  write: (buffer, position, value) => buffer.writeInt16BE(value, position),
};

const int4Encoding: Encoding<number> = {
  sqlType: 'integer',
  oid: 23,
  bytesMax: 4,
  bytesAUnit: 0,
  write: putInt32,
};

/** Microseconds since 1970. */
const timestamptzEncoding: Encoding<number> = {
  sqlType: 'timestamptz',
  oid: 1184,
  bytesMax: 8,
  bytesAUnit: 0,
  write: (buffer, position, value) => writeInteger(buffer, position, value - EPOCH_2000_MICROS),
};

/** Days since 1970. */
const dateEncoding: Encoding<number> = {
  sqlType: 'date',
  oid: 1082,
  bytesMax: 4,
  bytesAUnit: 0,
  write: (buffer, position, value) => putInt32(buffer, position, value - EPOCH_2000_DAYS),
};

const SHORT_TEXT_MAX = 64;

/** Short ASCII, as nearly all text is, unit by unit: a call into the native encoder costs more than the few stores. */
function writeText(buffer: Buffer, position: number, value: string): number {
  if (value.length > SHORT_TEXT_MAX) return position + buffer.write(storableText(value), position, 'utf8');
  for (let place = 0; place < value.length; place += 1) {
    const unit = value.charCodeAt(place);
    if (unit === 0 || unit > 0x7f) return position + buffer.write(storableText(value), position, 'utf8');
    buffer[position + place] = unit;
  }
  return position + value.length;
}

function writeHex(buffer: Buffer, position: number, value: string): number {
  let end = position;
  for (let place = 0; place < value.length; place += 2) {
    buffer[end] = (hexDigit(value.charCodeAt(place)) << 4) | hexDigit(value.charCodeAt(place + 1));
    end += 1;
  }
  return end;
}

/** Of `0` to `9` and `a` to `f`, as ids are written. */
function hexDigit(unit: number): number {
  return unit <= 0x39 ? unit - 0x30 : unit - 0x57;
}

const TWO_POW_32 = 0x1_0000_0000;

/** A safe integer as 8 bytes, without making a bigint of it. */
function writeInteger(buffer: Buffer, position: number, value: number): number {
  // Checked here, because the stores below would wrap around.
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint: expected a safe integer, found ${value}`);
  const high = Math.floor(value / TWO_POW_32);
  putInt32(buffer, position, high);
  return putInt32(buffer, position + 4, value - high * TWO_POW_32);
}

function numericEncoding(scale: 0 | 15): Encoding<bigint> {
  return {
    sqlType: 'numeric',
    oid: 1700,
    bytesMax: NUMERIC_BYTES_MAX,
    bytesAUnit: 0,
    write: (buffer, position, value) => writeNumeric(buffer, position, value, scale),
  };
}

/** JSON text. */
const jsonbEncoding: Encoding<string> = {
  sqlType: 'jsonb',
  oid: 3802,
  bytesMax: 1,
  bytesAUnit: UTF8_BYTES_A_UNIT_MAX,
  write: (buffer, position, value) => {
    const start = buffer.writeUInt8(JSONB_VERSION, position);
    return start + buffer.write(value, start, 'utf8');
  },
};

const column =
  <Value>(encoding: Encoding<Value>) =>
  <Row>(name: string, of: Of<Row, Value>): Column<Row> => ({
    name,
    sqlType: encoding.sqlType,
    encode: (rows) => encodeArray(encoding, rows, of),
  });

export const text = column(textEncoding);
export const hex = column(hexEncoding);
export const uuid = column(uuidEncoding);
export const int2 = column(int2Encoding);
export const int4 = column(int4Encoding);
export const int8 = column(int8Encoding);
export const timestamptz = column(timestamptzEncoding);
export const date = column(dateEncoding);
export const numeric = column(numericEncoding(0));
export const femtoUsd = column(numericEncoding(15));
export const jsonb = column(jsonbEncoding);

function encodeArray<Row, Value>(encoding: Encoding<Value>, rows: readonly Row[], of: Of<Row, Value>): Buffer {
  const { bytesMax, bytesAUnit } = encoding;
  const bytesARow = LENGTH_BYTES + bytesMax + bytesAUnit * EXPECTED_UNITS;
  let buffer: Buffer = Buffer.allocUnsafe(ARRAY_HEADER_BYTES + rows.length * bytesARow);
  let position = ARRAY_HEADER_BYTES;
  let hasNull = 0;
  for (const row of rows) {
    const value = of(row);
    if (value === null) {
      if (position + LENGTH_BYTES > buffer.length) buffer = grow(buffer, position, position + LENGTH_BYTES);
      hasNull = 1;
      position = putInt32(buffer, position, -1);
      continue;
    }
    const start = position + LENGTH_BYTES;
    const needed = start + bytesMax + (typeof value === 'string' ? value.length * bytesAUnit : 0);
    if (needed > buffer.length) buffer = grow(buffer, position, needed);
    const end = encoding.write(buffer, start, value);
    putInt32(buffer, position, end - start);
    position = end;
  }
  // One dimension, whether it has nulls, the element type, its length and lower bound.
  for (const [index, word] of [1, hasNull, encoding.oid, rows.length, 1].entries()) putInt32(buffer, index * 4, word);
  return buffer.subarray(0, position);
}

/** Byte by byte: without the checks of Buffer's own methods, which are most of their cost, and every cell has a length. */
function putInt32(buffer: Buffer, position: number, value: number): number {
  buffer[position] = value >>> 24;
  buffer[position + 1] = value >>> 16;
  buffer[position + 2] = value >>> 8;
  buffer[position + 3] = value;
  return position + 4;
}

function grow(buffer: Buffer, used: number, needed: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, needed));
  buffer.copy(larger, 0, 0, used);
  return larger;
}

/** The parameters of a statement that reads these columns with `unnestOf`. */
export function encodeColumns<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Buffer[] {
  return columns.map((each) => each.encode(rows));
}

/** `unnest($1::text[], $2::bigint[], …)` in the order of the columns, from parameter `first` on. */
export function unnestOf<Row>(columns: readonly Column<Row>[], first = 1): string {
  return `unnest(${columns.map((each, index) => `$${first + index}::${each.sqlType}[]`).join(', ')})`;
}

export function namesOf<Row>(columns: readonly Column<Row>[]): string {
  return columns.map((each) => each.name).join(', ');
}

const SUSPECT_JSON = /\\u0000|\\ud[89a-f]/i;

/** JSON that jsonb takes: it refuses NUL and lone surrogates even when they are escaped. */
export function storableJson(record: Readonly<Record<string, unknown>>): string {
  const json = JSON.stringify(record);
  return SUSPECT_JSON.test(json) ? JSON.stringify(cleaned(record)) : json;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(cleaned);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storableText(key), cleaned(inner)]));
}
