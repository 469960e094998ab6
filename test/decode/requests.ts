import { attribute, field, join, varintField, type Piece } from '../../bench/protobufPieces.ts';

/** Hand-made ExportTraceServiceRequests, for what no encoder would write. */
export type Part = Piece<never>;

export const raw = (...bytes: number[]): Part => ({ bytes: Buffer.from(bytes), marks: [] });
export const traceId = Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex');
export const spanId = Buffer.from('a1a2a3a4a5a6a7a8', 'hex');

export const identity: readonly Part[] = [field(1, traceId), field(2, spanId)];

export function spanOf(...parts: readonly Part[]): Part {
  return field(2, join(parts));
}

/** One resource, one scope, and these spans. */
export function requestOf(...spans: readonly Part[]): Buffer {
  return field<never>(1, field<never>(2, join(spans))).bytes;
}

/** A request of one span with these parts beside its identity. */
export function requestWith(...parts: readonly Part[]): Buffer {
  return requestOf(spanOf(...identity, ...parts));
}

/** An attribute whose AnyValue is given as it stands. */
export function attributeWith(key: string, anyValue: Part): Part {
  return field(9, join([field<never>(1, key), field<never>(2, anyValue)]));
}

export const plainAttribute = (key: string, value: string | number | boolean): Part =>
  field(9, attribute<never>(key, value));
export const text = (value: string): Part => field(1, value);
export const integer = (value: number | bigint): Part => varintField(3, value);

/** `depth` arrays, one in another, around an integer. */
export function nestedArrays(depth: number): Part {
  let value = integer(1);
  for (let level = 0; level < depth; level += 1) value = field(5, field<never>(1, value));
  return value;
}
