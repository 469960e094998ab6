import { varintBytes } from './traceFields.ts';

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

const UINT32_MAX = 0xffffffff;

/**
 * Writes protobuf from its end to its beginning: a message's content is there when its length is wanted, and nothing is
 * measured beforehand or moved afterwards. So fields are written last to first, and a field's content before its tag.
 */
export class BackwardWriter {
  #bytes: Buffer;
  #start: number;

  /** `expectedBytes` spares moving to larger memory. */
  constructor(expectedBytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(expectedBytes);
    this.#start = expectedBytes;
  }

  /** Bytes written so far. What is written next stands before them. */
  get length(): number {
    return this.#bytes.length - this.#start;
  }

  result(): Buffer {
    return this.#bytes.subarray(this.#start);
  }

  /** Makes what was written since `length` was `lengthBefore` a message, text or bytes field. */
  closeField(number: number, lengthBefore: number): void {
    this.#writeVarint(this.length - lengthBefore);
    this.#writeTag(number, LENGTH_DELIMITED);
  }

  writeBytes(number: number, value: Uint8Array): void {
    const lengthBefore = this.length;
    this.#step(value.length);
    this.#bytes.set(value, this.#start);
    this.closeField(number, lengthBefore);
  }

  writeText(number: number, value: string): void {
    const lengthBefore = this.length;
    const size = Buffer.byteLength(value);
    this.#step(size);
    this.#bytes.write(value, this.#start, size, 'utf8');
    this.closeField(number, lengthBefore);
  }

  /** A negative one takes ten bytes, as int32 and int64 have it. */
  writeInt64(number: number, value: number | bigint): void {
    if (value >= 0 && value <= UINT32_MAX) this.#writeVarint(Number(value));
    else {
      let rest = BigInt.asUintN(64, BigInt(value));
      const bytes: number[] = [];
      for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
      bytes.push(Number(rest));
      this.#step(bytes.length);
      this.#bytes.set(bytes, this.#start);
    }
    this.#writeTag(number, VARINT);
  }

  writeFixed32(number: number, value: number): void {
    this.#step(4);
    this.#bytes.writeUInt32LE(value, this.#start);
    this.#writeTag(number, FIXED32);
  }

  writeFixed64(number: number, value: bigint): void {
    this.#step(8);
    this.#bytes.writeBigUInt64LE(value, this.#start);
    this.#writeTag(number, FIXED64);
  }

  writeDouble(number: number, value: number): void {
    this.#step(8);
    this.#bytes.writeDoubleLE(value, this.#start);
    this.#writeTag(number, FIXED64);
  }

  #writeTag(number: number, wireType: number): void {
    this.#writeVarint((number << 3) | wireType);
  }

  #writeVarint(value: number): void {
    const size = varintBytes(value);
    this.#step(size);
    let rest = value;
    for (let index = 0; index < size - 1; index += 1) {
      this.#bytes[this.#start + index] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#start + size - 1] = rest;
  }

  /** Makes room for `count` bytes before those that are there. */
  #step(count: number): void {
    if (count > this.#start) {
      const { length } = this;
      const larger = Buffer.allocUnsafeSlow(Math.max(length + count, this.#bytes.length * 2));
      this.#bytes.copy(larger, larger.length - length, this.#start);
      this.#start = larger.length - length;
      this.#bytes = larger;
    }
    this.#start -= count;
  }
}
