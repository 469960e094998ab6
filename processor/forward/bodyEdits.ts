import { Insertions } from './insertions.ts';
import { varintBytes } from './traceFields.ts';

/** Numbers an edit takes: where it starts and ends in the body, and where what it puts there starts and ends. */
const START = 0;
const END = 1;
const INSERT_START = 2;
const INSERT_END = 3;
const STRIDE = 4;
/** The place of what is inserted, while a length is not known yet. */
const OPEN = -1;

/**
 * Edits of one body, in the order of their places: each puts some bytes, or none, where a stretch of the body was. The
 * length of a message stands before its content and is known after it, so its edit is opened first and closed later.
 */
export class BodyEdits {
  readonly insertions = new Insertions();
  count = 0;
  /** Larger than `count` says after edits were taken back. */
  readonly #numbers: number[] = [];

  /** Everything from `start` to `end` goes. What goes right after it is one edit with it. */
  drop(start: number, end: number): void {
    const last = (this.count - 1) * STRIDE;
    const isNeighbour = this.count > 0 && this.#numbers[last + END] === start && this.#numbers[last + INSERT_END] === 0;
    if (isNeighbour) this.#numbers[last + END] = end;
    else this.#push(start, end, 0, 0);
  }

  /** What `insertions` holds from `insertStart` on comes in at `at`. */
  insert(at: number, insertStart: number): void {
    this.#push(at, at, insertStart, this.insertions.length);
  }

  /** For the length of a message, which stands from `start` to `end`. */
  openLength(start: number, end: number): void {
    this.#push(start, end, OPEN, OPEN);
  }

  /** Writes the length that edit number `edit` is for; returns by how many bytes it is longer than the one there was. */
  closeLength(edit: number, length: number): number {
    const numbers = this.#numbers;
    const at = edit * STRIDE;
    numbers[at + INSERT_START] = this.insertions.length;
    this.insertions.writeVarint(length);
    numbers[at + INSERT_END] = this.insertions.length;
    return varintBytes(length) - ((numbers[at + END] as number) - (numbers[at + START] as number));
  }

  /** Takes back edit number `from` and all after it. */
  cutBack(from: number): void {
    this.count = from;
  }

  /** The body with its edits, which is `growth` bytes longer. The very same bytes where nothing was edited. */
  apply(body: Buffer, growth: number): Buffer {
    if (this.count === 0) return body;
    const numbers = this.#numbers;
    const inserted = this.insertions.bytes;
    const edited = Buffer.allocUnsafeSlow(body.length + growth);
    let read = 0;
    let written = 0;
    for (let at = 0; at < this.count * STRIDE; at += STRIDE) {
      written += body.copy(edited, written, read, numbers[at + START] as number);
      written += inserted.copy(
        edited,
        written,
        numbers[at + INSERT_START] as number,
        numbers[at + INSERT_END] as number,
      );
      read = numbers[at + END] as number;
    }
    body.copy(edited, written, read);
    return edited;
  }

  #push(start: number, end: number, insertStart: number, insertEnd: number): void {
    const numbers = this.#numbers;
    const at = this.count * STRIDE;
    numbers[at + START] = start;
    numbers[at + END] = end;
    numbers[at + INSERT_START] = insertStart;
    numbers[at + INSERT_END] = insertEnd;
    this.count += 1;
  }
}
