import type { QueueFile } from './queueDirectory.ts';
import { decodeHeader, HEADER_BYTES, MAGIC, type RecordHeader } from './queueRecord.ts';

export interface FoundRecord {
  /** Of its header in the segment. */
  readonly offset: number;
  readonly header: RecordHeader;
}

/** Where the record behind this one begins. */
export function endOf({ offset, header }: FoundRecord): number {
  return offset + HEADER_BYTES + header.payloadBytes;
}

/** A thousand small records are found with few reads; of large ones only the headers are read. */
const WINDOW_BYTES = 65_536;

/** Finds records in a segment's bytes, over damaged ones too. What is before `end` must not change any more. */
export class SegmentReader {
  readonly #file: QueueFile;
  readonly #seed: number;
  readonly #window = Buffer.allocUnsafe(WINDOW_BYTES);
  #start = 0;
  #length = 0;

  constructor(file: QueueFile, seed: number) {
    this.#file = file;
    this.#seed = seed;
  }

  /** The first record that begins at `from` or behind it and lies before `end` whole; null where there is none. */
  async next(from: number, end: number): Promise<FoundRecord | null> {
    let at = from;
    while (at + HEADER_BYTES <= end) {
      await this.#show(at, end);
      if (this.#start + this.#length < at + HEADER_BYTES) return null;
      const header = decodeHeader(this.#seed, this.#window, at - this.#start);
      if (header !== null && endOf({ offset: at, header }) <= end) return { offset: at, header };
      at = await this.#findMagic(at + 1, end);
    }
    return null;
  }

  /** Has the window show a header's bytes at `at`, fewer where the file ends. */
  async #show(at: number, end: number): Promise<void> {
    if (at >= this.#start && at + HEADER_BYTES <= this.#start + this.#length) return;
    const length = Math.min(WINDOW_BYTES, end - at);
    // What the window shows is known again only when the read succeeded.
    this.#length = 0;
    this.#length = await this.#file.read(this.#window.subarray(0, length), at);
    this.#start = at;
  }

  async #findMagic(from: number, end: number): Promise<number> {
    let at = from;
    while (at + HEADER_BYTES <= end) {
      await this.#show(at, end);
      const shown = this.#window.subarray(at - this.#start, this.#length);
      const found = shown.indexOf(MAGIC);
      if (found >= 0) return at + found;
      if (shown.length < HEADER_BYTES) return end;
      at += shown.length - MAGIC.length + 1;
    }
    return end;
  }
}
