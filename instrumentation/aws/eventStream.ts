import type { Fields } from '../fields.ts';

/** One event of a stream, as the wire's `readEvent` takes it. */
export interface StreamEvent {
  /** By its type, as the SDK has it: `{ contentBlockDelta: … }`, `{ chunk: { bytes } }`. */
  readonly fields: Fields;
  /** `ThrottlingException` and the like, by which the stream has failed; null for an event. */
  readonly errorType: string | null;
}

/** Two lengths and their checksum. */
const PRELUDE_BYTES = 12;
/** The prelude, and the checksum of the whole. */
const FRAME_BYTES_MIN = 16;
/** What AWS itself allows; longer is not this format. */
const FRAME_BYTES_MOST = 24 * 1024 * 1024;
/** Events of text have some hundred bytes, the last one some kilobytes. A longer frame is passed over unread, and not kept. */
const FRAME_BYTES_READ_MAX = 1024 * 1024;

/** Bytes of a header's value by its type; -1: their number stands before them. */
const headerBytes: readonly number[] = [0, 0, 1, 2, 4, 8, -1, -1, 8, 16];
const STRING_TYPE = 7;

/**
 * Reads `application/vnd.amazon.eventstream` as it comes, in pieces of any size. Checksums are the client's matter. Bytes
 * that are no frames end the reading: what follows them gives no event, and costs nothing.
 */
export class EventStreamReader {
  #pending = new Uint8Array(0);
  #length = 0;
  /** Of a frame that is too long to be read. */
  #toSkip = 0;
  #isLost = false;

  /** The events that are whole with these bytes. */
  push(bytes: Uint8Array): StreamEvent[] {
    const events: StreamEvent[] = [];
    let at = 0;
    while (!this.#isLost && at < bytes.length) {
      if (this.#toSkip > 0) {
        const skipped = Math.min(this.#toSkip, bytes.length - at);
        this.#toSkip -= skipped;
        at += skipped;
      } else if (this.#length === 0) {
        at += this.#readWhole(bytes.subarray(at), events);
      } else {
        at += this.#fill(bytes.subarray(at), events);
      }
    }
    return events;
  }

  /** A frame that lies within the bytes is read where it lies; what is less is kept. */
  #readWhole(bytes: Uint8Array, events: StreamEvent[]): number {
    const size = bytes.length < PRELUDE_BYTES ? 0 : this.#sizeOf(bytes);
    if (this.#isLost || this.#toSkip > 0) return 0;
    if (size === 0 || size > bytes.length) {
      this.#keep(bytes);
      return bytes.length;
    }
    readFrame(bytes.subarray(0, size), events);
    return size;
  }

  /** Adds to the frame begun before, and reads it once it is whole. */
  #fill(bytes: Uint8Array, events: StreamEvent[]): number {
    const hasPrelude = this.#length >= PRELUDE_BYTES;
    const size = hasPrelude ? this.#sizeOf(this.#pending) : PRELUDE_BYTES;
    const taken = bytes.subarray(0, size - this.#length);
    this.#keep(taken);
    if (this.#length < size) return taken.length;
    if (hasPrelude) {
      readFrame(this.#pending.subarray(0, size), events);
      this.#length = 0;
    } else {
      this.#sizeOf(this.#pending);
      if (this.#toSkip > 0) {
        this.#toSkip -= PRELUDE_BYTES;
        this.#length = 0;
      }
    }
    return taken.length;
  }

  /** The length a frame says it has; where it is none to be read, the state says why. */
  #sizeOf(bytes: Uint8Array): number {
    const view = viewOf(bytes);
    const size = view.getUint32(0);
    if (size < FRAME_BYTES_MIN || size > FRAME_BYTES_MOST || view.getUint32(4) > size - FRAME_BYTES_MIN) {
      this.#isLost = true;
      this.#pending = new Uint8Array(0);
    } else if (size > FRAME_BYTES_READ_MAX) {
      this.#toSkip = size;
    }
    return size;
  }

  /** Doubling, so that a frame that comes byte by byte is not copied for each. */
  #keep(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#pending.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.#pending.length));
      grown.set(this.#pending.subarray(0, this.#length));
      this.#pending = grown;
    }
    this.#pending.set(bytes, this.#length);
    this.#length = length;
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const decoder = new TextDecoder();

function readFrame(frame: Uint8Array, events: StreamEvent[]): void {
  const headersEnd = PRELUDE_BYTES + viewOf(frame).getUint32(4);
  const headers = readHeaders(frame.subarray(PRELUDE_BYTES, headersEnd));
  // Of a failure its type alone: the message may quote what was asked.
  const errorType = headers.get(':exception-type') ?? headers.get(':error-code') ?? null;
  const name = headers.get(':event-type');
  if (errorType !== null) events.push({ fields: {}, errorType });
  else if (name !== undefined) events.push({ fields: { [name]: jsonOf(frame.subarray(headersEnd, -4)) }, errorType });
}

/** Those that are strings; a broken block gives those before the break. */
function readHeaders(bytes: Uint8Array): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  const view = viewOf(bytes);
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + view.getUint8(at);
    if (nameEnd >= bytes.length) break;
    const type = view.getUint8(nameEnd);
    const fixed = headerBytes[type];
    let valueStart = nameEnd + 1;
    if (fixed === undefined || (fixed === -1 && valueStart + 2 > bytes.length)) break;
    if (fixed === -1) valueStart += 2;
    const valueEnd = valueStart + (fixed === -1 ? view.getUint16(nameEnd + 1) : fixed);
    if (valueEnd > bytes.length) break;
    if (type === STRING_TYPE) {
      headers.set(
        decoder.decode(bytes.subarray(at + 1, nameEnd)),
        decoder.decode(bytes.subarray(valueStart, valueEnd)),
      );
    }
    at = valueEnd;
  }
  return headers;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}
