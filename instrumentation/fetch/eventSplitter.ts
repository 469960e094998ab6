/** Larger than any event with a picture in it; of what is longer no more is kept. */
const EVENT_BYTES_MAX = 16 * 1024 * 1024;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Parts a stream of server-sent events at its blank lines, in time linear to its bytes, however they are cut. */
export class EventSplitter {
  /** Of the event that is not yet whole. */
  #pieces: Uint8Array[] = [];
  #size = 0;
  /** Bytes in the line that is not yet whole, and whether they are but a carriage return. */
  #lineBytes = 0;
  #isReturn = false;

  /** The events that are whole with these bytes, each with its blank line. */
  push(bytes: Uint8Array): Uint8Array[] {
    const events: Uint8Array[] = [];
    let eventStart = 0;
    let lineStart = 0;
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) {
      const length = this.#lineBytes + at - lineStart;
      const isReturn = at === lineStart ? this.#isReturn : bytes[at - 1] === RETURN;
      if (length === 0 || (length === 1 && isReturn)) {
        events.push(this.#take(bytes.subarray(eventStart, at + 1)));
        eventStart = at + 1;
      }
      this.#lineBytes = 0;
      this.#isReturn = false;
      lineStart = at + 1;
    }
    const rest = bytes.length - lineStart;
    if (rest > 0) this.#isReturn = bytes[bytes.length - 1] === RETURN;
    this.#lineBytes += rest;
    // A copy: the bytes go on to the application, and are gone from here.
    if (eventStart < bytes.length) this.#keep(bytes.slice(eventStart));
    return events;
  }

  /** More of an event has come than is to be kept; `rest` gives it up. */
  get isTooLong(): boolean {
    return this.#size > EVENT_BYTES_MAX;
  }

  /** What there is of an event that is not whole; null for nothing. */
  rest(): Uint8Array | null {
    return this.#size === 0 ? null : this.#take(new Uint8Array(0));
  }

  #keep(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#size += piece.length;
  }

  #take(last: Uint8Array): Uint8Array {
    if (this.#size === 0) return last;
    const event = joined([...this.#pieces, last]);
    this.#pieces = [];
    this.#size = 0;
    return event;
  }
}

/** A buffer of its own, unlike `Buffer.concat`: a stream of bytes takes over the memory of what it is given. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const decoder = new TextDecoder();
const FIELD = 'data:';

/** The data of one event, its lines joined; null where it has none. */
export function dataOf(event: Uint8Array): string | null {
  const text = decoder.decode(event);
  let data: string | null = null;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const next = newline === -1 ? text.length : newline + 1;
    if (text.startsWith(FIELD, start)) {
      const from = start + FIELD.length + (text[start + FIELD.length] === ' ' ? 1 : 0);
      const to = newline === -1 ? text.length : text[newline - 1] === '\r' ? newline - 1 : newline;
      const line = text.slice(from, to);
      data = data === null ? line : `${data}\n${line}`;
    }
    start = next;
  }
  return data;
}
