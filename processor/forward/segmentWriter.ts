import { crc32 } from 'node:zlib';
import type { QueueDirectory, QueueFile } from './queueDirectory.ts';
import { encodeHeader, HEADER_BYTES, SPANS_MODULUS, type PayloadEncoding } from './queueRecord.ts';
import { logFile, newSegment, type Segment } from './segment.ts';

export interface NewRecord {
  readonly payload: Uint8Array;
  readonly encoding: PayloadEncoding;
  readonly spans: number;
  readonly takenAtMs: number;
}

interface Waiting {
  readonly record: NewRecord;
  readonly resolve: () => void;
  readonly reject: (fault: unknown) => void;
}

export interface WriterParts {
  readonly directory: QueueDirectory;
  readonly segmentBytes: number;
  readonly firstNumber: number;
  readonly onCreated: (segment: Segment) => void;
  /** The records are on the disk, and the segment says so. */
  readonly onWritten: (records: readonly NewRecord[], bytes: number) => void;
  readonly onSealed: (segment: Segment) => void;
}

/** Two buffers each, and Linux writes 1024 at once. */
const BATCH_RECORDS_MAX = 512;

/** Appends records; those that arrive while one fsync runs go together in the next. */
export class SegmentWriter {
  readonly #parts: WriterParts;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #nextNumber: number;
  #active: { readonly segment: Segment; readonly file: QueueFile } | null = null;
  #draining: Promise<void> | null = null;
  /** Of the segments that nothing is written into any more. */
  #ending: Promise<void> = Promise.resolve();

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.#nextNumber = parts.firstNumber;
  }

  /** Of the records that are not on the disk yet. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Resolves when the record is on the disk, rejects with the system's fault when it is not. */
  append(record: NewRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, resolve, reject });
      this.#waitingBytes += sizeOf(record);
      this.#draining ??= this.#drain();
    });
  }

  /** Has the next record begin a new segment, unless records are being written into this one. */
  async seal(segment: Segment): Promise<void> {
    if (this.#draining === null && this.#active?.segment === segment) await this.#endActive();
  }

  async close(): Promise<void> {
    await this.#draining;
    await this.#endActive();
    await this.#ending;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch();
      const records = batch.map(({ record }) => record);
      const bytes = records.reduce((sum, record) => sum + sizeOf(record), 0);
      try {
        await this.#write(records, bytes);
        this.#waitingBytes -= bytes;
        this.#parts.onWritten(records, bytes);
        for (const { resolve } of batch) resolve();
      } catch (fault) {
        this.#waitingBytes -= bytes;
        // After a failed fsync nobody knows which of the file's pages reached the disk: nothing more goes behind them.
        await this.#endActive();
        for (const { reject } of batch) reject(fault);
      }
    }
    this.#draining = null;
  }

  #nextBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { record } of this.#waiting) {
      if (count === BATCH_RECORDS_MAX || bytes >= this.#parts.segmentBytes) break;
      bytes += sizeOf(record);
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #write(records: readonly NewRecord[], bytes: number): Promise<void> {
    const { segment, file } = await this.#roomyActive();
    let { spans: spansBefore } = segment;
    const buffers = records.flatMap((record) => {
      const { payload, ...rest } = record;
      const payloadCrc = crc32(payload);
      const header = encodeHeader(segment.seed, { ...rest, payloadBytes: payload.length, payloadCrc, spansBefore });
      spansBefore = (spansBefore + record.spans) % SPANS_MODULUS;
      return [header, payload];
    });
    await file.write(buffers, segment.bytes);
    await file.sync();
    segment.bytes += bytes;
    segment.spans = spansBefore;
    segment.live += records.length;
    segment.unread += records.length;
    segment.unreadSpans += records.reduce((sum, { spans }) => sum + spans, 0);
  }

  async #roomyActive(): Promise<{ readonly segment: Segment; readonly file: QueueFile }> {
    if (this.#active !== null && this.#active.segment.bytes < this.#parts.segmentBytes) return this.#active;
    await this.#endActive();
    const segment = newSegment(this.#nextNumber);
    this.#nextNumber += 1;
    const { directory } = this.#parts;
    const file = await directory.create(logFile(segment));
    this.#active = { segment, file };
    this.#parts.onCreated(segment);
    await directory.sync();
    return this.#active;
  }

  #endActive(): Promise<void> {
    const active = this.#active;
    if (active === null) return Promise.resolve();
    this.#active = null;
    const ended = this.#endSegment(active.segment, active.file);
    this.#ending = Promise.all([this.#ending, ended]).then(() => undefined);
    return ended;
  }

  /** Cuts what no record covers; where even that fails, the next start does it. */
  async #endSegment(segment: Segment, file: QueueFile): Promise<void> {
    try {
      if ((await file.size()) > segment.bytes) await file.truncate(segment.bytes);
    } catch {
      // Records end at `segment.bytes` for this process all the same.
    }
    await file.close().catch(() => undefined);
    segment.isSealed = true;
    this.#parts.onSealed(segment);
  }
}

const sizeOf = (record: NewRecord): number => HEADER_BYTES + record.payload.length;
