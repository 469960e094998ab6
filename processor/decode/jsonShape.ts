import { TollgateError } from '../../src/errors.ts';

/** Readers of single fields of parsed OTLP/JSON. `path` names the place for the sender: `resourceSpans[0].scopeSpans[2]`. */
export type JsonObject = { readonly [key: string]: unknown };

const UINT64_MAX = 2n ** 64n - 1n;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const DECIMAL = /^-?\d{1,20}$/;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

export function jsonFault(path: string, expected: string, found: unknown): TollgateError {
  return new TollgateError(
    'malformed_payload',
    `${path} of the JSON payload: expected ${expected}, found ${kindOf(found)}`,
  );
}

/** The kind and not the value: a payload's content has no place in messages and logs. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

export function toObject(value: unknown, path: string): JsonObject {
  if (isObject(value)) return value;
  throw jsonFault(path, 'an object', value);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Absent and null are the default value, as in protobuf's JSON mapping. */
export function optionalObject(parent: JsonObject, key: string, path: string): JsonObject | null {
  const value = own(parent, key);
  return value === null ? null : toObject(value, `${path}.${key}`);
}

export function optionalArray(parent: JsonObject, key: string, path: string): readonly unknown[] {
  const value = own(parent, key);
  if (value === null) return [];
  if (Array.isArray(value)) return value;
  throw jsonFault(path === '' ? key : `${path}.${key}`, 'an array', value);
}

export function optionalString(parent: JsonObject, key: string, path: string): string {
  const value = own(parent, key);
  if (value === null) return '';
  if (typeof value === 'string') return value;
  throw jsonFault(`${path}.${key}`, 'a string', value);
}

/** Own fields only: `{}.constructor` is nobody's payload. */
export function own(parent: JsonObject, key: string): unknown {
  return Object.hasOwn(parent, key) ? (parent[key] ?? null) : null;
}

/** `fixed64`: decimal text, or a number that is a whole one. */
export function optionalUint64(parent: JsonObject, key: string, path: string): bigint {
  const value = own(parent, key);
  if (value === null) return 0n;
  const read = toBigInt(value);
  if (read !== null && read >= 0n && read <= UINT64_MAX) return read;
  throw jsonFault(`${path}.${key}`, 'a whole number from 0 to 2^64-1, as text or number', value);
}

export function toInt64(value: unknown, path: string): number | bigint {
  const read = toBigInt(value);
  if (read === null || read < INT64_MIN || read > INT64_MAX) {
    throw jsonFault(path, 'a whole number of 64 bits, as text or number', value);
  }
  const isSafe = read >= BigInt(Number.MIN_SAFE_INTEGER) && read <= BigInt(Number.MAX_SAFE_INTEGER);
  return isSafe ? Number(read) : read;
}

/** Null for what is no whole number; text may be one of 20 digits. */
export function toBigInt(value: unknown): bigint | null {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : null;
  return typeof value === 'string' && DECIMAL.test(value) ? BigInt(value) : null;
}

export function toDouble(value: unknown, path: string): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  if (typeof value === 'string' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return Number(value);
  throw jsonFault(path, 'a number, NaN, Infinity or -Infinity', value);
}

/** A copy of its own, in base64's usual alphabet or in the one for addresses. */
export function toBytes(value: unknown, path: string): Uint8Array {
  if (typeof value !== 'string' || !BASE64.test(value)) throw jsonFault(path, 'base64 text', value);
  return new Uint8Array(Buffer.from(value, 'base64'));
}
