import { crc32 } from 'node:zlib';
import type { QueueDirectory } from './queueDirectory.ts';
import { HEADER_BYTES, type RecordHeader } from './queueRecord.ts';
import { readMarks } from './recoverSegments.ts';
import type { Segment } from './segment.ts';
import { SegmentFiles } from './segmentFiles.ts';
import { endOf, SegmentReader } from './segmentReader.ts';

/** A record that is being sent or waits for a retry: what it holds stays on the disk. */
export interface QueuedRecord {
  readonly segment: Segment;
  readonly offset: number;
  readonly header: RecordHeader;
}

interface Place {
  readonly segment: Segment;
  readonly reader: SegmentReader;
  readonly done: ReadonlySet<number>;
  at: number;
}

/** Gives out records in the order they were written, each once. One `next` at a time. */
export class QueueReader {
  readonly #directory: QueueDirectory;
  readonly #files: SegmentFiles;
  readonly #segments: ReadonlyMap<number, Segment>;
  /** Called for what can no longer be read. */
  readonly #onLost: (segment: Segment, records: number, spans: number) => void;
  #place: Place | null = null;

  constructor(
    directory: QueueDirectory,
    segments: ReadonlyMap<number, Segment>,
    onLost: (segment: Segment, records: number, spans: number) => void,
  ) {
    this.#directory = directory;
    this.#files = new SegmentFiles(directory);
    this.#segments = segments;
    this.#onLost = onLost;
  }

  /** Null where all records were given out. */
  async next(): Promise<QueuedRecord | null> {
    for (;;) {
      this.#place ??= await this.#findPlace();
      const place = this.#place;
      if (place === null) return null;
      const { segment } = place;
      // As it was before the wait: what is written meanwhile is not lost.
      const { isSealed, bytes, unread, unreadSpans } = segment;
      const found = await place.reader.next(place.at, bytes);
      if (found === null) {
        place.at = bytes;
        this.#lose(segment, unread, unreadSpans);
        if (!isSealed) return null;
        await this.#leave(place);
        continue;
      }
      place.at = endOf(found);
      if (place.done.has(found.offset)) continue;
      segment.unread -= 1;
      segment.unreadSpans -= found.header.spans;
      return { segment, ...found };
    }
  }

  /** The payload as it was taken; null where its bytes are damaged or gone. */
  async payload({ segment, offset, header }: QueuedRecord): Promise<Buffer | null> {
    try {
      const file = await this.#files.open(segment);
      try {
        const bytes = Buffer.allocUnsafe(header.payloadBytes);
        const length = await file.read(bytes, offset + HEADER_BYTES);
        return length === bytes.length && crc32(bytes) === header.payloadCrc ? bytes : null;
      } finally {
        await this.#files.close(segment);
      }
    } catch (fault) {
      if (isMissing(fault)) return null;
      throw fault;
    }
  }

  async close(): Promise<void> {
    if (this.#place !== null) await this.#leave(this.#place);
  }

  async #findPlace(): Promise<Place | null> {
    for (const segment of this.#segments.values()) {
      if (segment.unread === 0) continue;
      try {
        const done = await readMarks(this.#directory, segment);
        const file = await this.#files.open(segment);
        return { segment, reader: new SegmentReader(file, segment.seed), done, at: 0 };
      } catch (fault) {
        if (!isMissing(fault)) throw fault;
        this.#lose(segment, segment.unread, segment.unreadSpans);
      }
    }
    return null;
  }

  async #leave(place: Place): Promise<void> {
    this.#place = null;
    await this.#files.close(place.segment);
  }

  /** What was counted and cannot be found any more. */
  #lose(segment: Segment, records: number, spans: number): void {
    if (records === 0) return;
    segment.unread -= records;
    segment.unreadSpans -= spans;
    this.#onLost(segment, records, spans);
  }
}

function isMissing(fault: unknown): boolean {
  return (fault as NodeJS.ErrnoException).code === 'ENOENT';
}
