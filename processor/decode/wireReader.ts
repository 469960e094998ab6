import { TollgateError } from '../../src/errors.ts';
import { TextCache } from './textCache.ts';

/** Wire types of https://protobuf.dev/programming-guides/encoding/#structure. Groups (3, 4) were never used by OTLP. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

const VARINT_BYTES_MAX = 10;

const texts = new TextCache();

/**
 * A position in protobuf bytes. Every reader takes the `end` of the message it reads in, so that nothing inside a
 * message reaches beyond it, whatever the bytes say. Faults are `malformed_payload` with the byte offset.
 */
export class WireReader {
  readonly bytes: Buffer;
  position = 0;
  /** Upper 32 bits of the varint read last; `readVarint` returns the lower ones. */
  high = 0;
  readonly view: DataView;

  constructor(body: Uint8Array) {
    this.bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  }

  /** The lower 32 bits, unsigned; the upper ones are left in `high`. */
  readVarint(end: number): number {
    if (this.position < end) {
      const byte = this.bytes[this.position] as number;
      if (byte < 0x80) {
        this.position += 1;
        this.high = 0;
        return byte;
      }
    }
    return this.#readLongVarint(end);
  }

  /** A field's number and wire type: `number << 3 | type`. */
  readTag(end: number): number {
    const { position } = this;
    const byte = position < end ? (this.bytes[position] as number) : 0;
    if (byte < 8 || byte >= 0x80) return this.#readLongTag(end);
    this.position = position + 1;
    return byte;
  }

  /** Reads a length and returns where the field ends; the position is then at the field's first byte. */
  readEnd(end: number): number {
    const { position } = this;
    const byte = position < end ? (this.bytes[position] as number) : 0x80;
    const fieldEnd = position + 1 + byte;
    if (byte >= 0x80 || fieldEnd > end) return this.#readLongEnd(end);
    this.position = position + 1;
    return fieldEnd;
  }

  readInt64(end: number): number | bigint {
    const low = this.readVarint(end);
    const { high } = this;
    if (high === 0) return low;
    if (high < 0x200000) return high * 0x100000000 + low;
    const value = BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
    return value >= BigInt(Number.MIN_SAFE_INTEGER) ? toSafeNumber(value) : value;
  }

  readFixed64(end: number): bigint {
    const start = this.#step(8, end);
    return this.view.getBigUint64(start, true);
  }

  readDouble(end: number): number {
    const start = this.#step(8, end);
    return this.view.getFloat64(start, true);
  }

  readString(end: number): string {
    const fieldEnd = this.readEnd(end);
    const start = this.position;
    this.position = fieldEnd;
    return texts.read(this.bytes, this.view, start, fieldEnd);
  }

  skip(tag: number, end: number): void {
    switch (tag & 7) {
      case VARINT:
        this.readVarint(end);
        return;
      case FIXED64:
        this.#step(8, end);
        return;
      case LENGTH_DELIMITED:
        this.position = this.readEnd(end);
        return;
      case FIXED32:
        this.#step(4, end);
        return;
      default:
        throw this.fault(this.position, 'wire type 0, 1, 2 or 5', `${tag & 7} in field ${tag >>> 3}`);
    }
  }

  fault(offset: number, expected: string, found: string): TollgateError {
    return new TollgateError(
      'malformed_payload',
      `Byte ${offset} of the protobuf payload: expected ${expected}, found ${found}`,
    );
  }

  #step(length: number, end: number): number {
    const start = this.position;
    if (start + length > end) throw this.fault(start, `${length} bytes`, `${end - start}, where the message ends`);
    this.position = start + length;
    return start;
  }

  #readLongTag(end: number): number {
    const start = this.position;
    const tag = this.readVarint(end);
    if (tag < 8 || this.high !== 0) throw this.fault(start, 'a field number from 1 to 536870911', `the tag ${tag}`);
    return tag;
  }

  #readLongEnd(end: number): number {
    const start = this.position;
    const length = this.readVarint(end);
    const fieldEnd = this.position + length;
    if (this.high !== 0 || fieldEnd > end) {
      const found = this.high === 0 ? `${length}` : 'more than 4294967295';
      throw this.fault(
        start,
        `a length of at most ${end - this.position}, which is what is left of the message`,
        found,
      );
    }
    return fieldEnd;
  }

  #readLongVarint(end: number): number {
    const start = this.position;
    let low = 0;
    let high = 0;
    for (let index = 0; index < VARINT_BYTES_MAX; index += 1) {
      const at = start + index;
      if (at >= end) throw this.fault(start, 'a varint', `the message's end after ${index} of its bytes`);
      const byte = this.bytes[at] as number;
      const bits = byte & 0x7f;
      if (index < 4) low |= bits << (index * 7);
      else if (index === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else if (index < 9) high |= bits << (index * 7 - 32);
      else high |= bits << 31;
      if (byte < 0x80) {
        this.position = at + 1;
        this.high = high >>> 0;
        return low >>> 0;
      }
    }
    throw this.fault(start, `a varint of at most ${VARINT_BYTES_MAX} bytes`, 'a longer one');
  }
}

function toSafeNumber(value: bigint): number | bigint {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}
