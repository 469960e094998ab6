import { ANY_VALUE, SPAN_ATTRIBUTES, varintBytes } from './traceFields.ts';

const INITIAL_BYTES = 4096;
const DOUBLE_BYTES = 9;
/** Tags and lengths of an attribute beside its key and value: five of each at most, of 1 and 5 bytes. */
const FRAME_BYTES_MAX = 30;
/** Below this a length is one byte, and a loop over characters is quicker than the way into native code. */
const SHORT = 0x80;

/** Bytes that edits put into a body, written one after another; an edit names its stretch of them. */
export class Insertions {
  /** May be replaced by a larger one whenever something is written. */
  bytes: Buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  length = 0;

  /** From 0 to 2^32-1, in as few bytes as it takes. */
  writeVarint(value: number): void {
    this.#reserve(varintBytes(value));
    this.#putVarint(value);
  }

  /** A further entry of `Span.attributes`. `head` is its key field and the tag of its value. */
  writeAttribute(head: Uint8Array, value: string | number): void {
    if (typeof value === 'number') {
      this.#openAttribute(head, DOUBLE_BYTES);
      this.#putByte(ANY_VALUE.double);
      this.length = this.bytes.writeDoubleLE(value, this.length);
      return;
    }
    const start = this.length;
    if (value.length < SHORT - 2 && this.#writeShortAscii(head, value)) return;
    this.length = start;
    const textBytes = Buffer.byteLength(value);
    this.#openAttribute(head, 1 + varintBytes(textBytes) + textBytes);
    this.#putByte(ANY_VALUE.string);
    this.#putVarint(textBytes);
    this.bytes.write(value, this.length, textBytes, 'utf8');
    this.length += textBytes;
  }

  /** False, and what is written is to be taken back, where the text is not ASCII. */
  #writeShortAscii(head: Uint8Array, value: string): boolean {
    const textBytes = value.length;
    this.#openAttribute(head, 2 + textBytes);
    this.#putByte(ANY_VALUE.string);
    this.#putByte(textBytes);
    const { bytes } = this;
    const at = this.length;
    for (let index = 0; index < textBytes; index += 1) {
      const code = value.charCodeAt(index);
      if (code >= 0x80) return false;
      bytes[at + index] = code;
    }
    this.length = at + textBytes;
    return true;
  }

  /** Everything before an AnyValue of `valueBytes`, for which there is room then. */
  #openAttribute(head: Uint8Array, valueBytes: number): void {
    this.#reserve(FRAME_BYTES_MAX + head.length + valueBytes);
    this.#putByte(SPAN_ATTRIBUTES);
    this.#putVarint(head.length + varintBytes(valueBytes) + valueBytes);
    const { bytes } = this;
    const at = this.length;
    for (let index = 0; index < head.length; index += 1) bytes[at + index] = head[index] as number;
    this.length = at + head.length;
    this.#putVarint(valueBytes);
  }

  #putByte(byte: number): void {
    this.bytes[this.length] = byte;
    this.length += 1;
  }

  #putVarint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#putByte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.#putByte(rest);
  }

  #reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}
