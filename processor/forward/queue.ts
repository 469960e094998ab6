import { TollgateError } from '../../src/errors.ts';
import { DoneMarks } from './doneMarks.ts';
import type { QueueDirectory } from './queueDirectory.ts';
import { QueueReader, type QueuedRecord } from './queueReader.ts';
import { HEADER_BYTES, type PayloadEncoding } from './queueRecord.ts';
import { recoverSegments } from './recoverSegments.ts';
import type { Segment } from './segment.ts';
import { type NewRecord, SegmentWriter } from './segmentWriter.ts';

interface QueueEvents {
  onRecovered(spans: number): void;
  onQueued(spans: number): void;
  /** Spans that were in the queue and cannot be read. */
  onCorrupt(spans: number): void;
  onBytes(bytes: number): void;
  /** Bytes at the end of a file that are no whole record. */
  onCut(file: string, bytes: number): void;
  onFault(fault: unknown): void;
}

export interface QueueParts {
  readonly directory: QueueDirectory;
  readonly queueBytes: number;
  readonly nowMs: () => number;
  readonly events: QueueEvents;
}

const SEGMENT_BYTES_MAX = 16 * 1024 * 1024;
const SEGMENT_BYTES_MIN = 64 * 1024;
/** Space comes back a segment at a time: a sixteenth of the queue at most. */
const SEGMENTS_MIN = 16;
/** A segment that is still written into and done whole is ended from this size on, so that no payload stays for long. */
const ENDED_BYTES = 256 * 1024;
/** Room comes when downstream does; a sender with a queue of its own keeps the export until then. */
const RETRY_AFTER_SECONDS = 5;

/** Payloads on disk, from `take` to `finish`. In memory are only the segments and what is being written. */
export class ForwardQueue {
  readonly #parts: QueueParts;
  readonly #segments = new Map<number, Segment>();
  readonly #writer: SegmentWriter;
  readonly #reader: QueueReader;
  readonly #marks: DoneMarks;
  readonly #endedBytes: number;
  #bytes = 0;
  #live = 0;
  #unread = 0;
  #reading: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(parts: QueueParts, recovered: Awaited<ReturnType<typeof recoverSegments>>) {
    const { directory, queueBytes, events } = parts;
    const segmentBytes = Math.min(SEGMENT_BYTES_MAX, Math.max(SEGMENT_BYTES_MIN, queueBytes / SEGMENTS_MIN));
    this.#parts = parts;
    this.#endedBytes = Math.min(ENDED_BYTES, segmentBytes);
    this.#marks = new DoneMarks({
      directory,
      onRemoved: (segment) => this.#count(-segment.bytes),
      onFault: (fault) => events.onFault(fault),
    });
    this.#reader = new QueueReader(directory, this.#segments, (segment, records, spans) => {
      events.onCorrupt(spans);
      this.#unread -= records;
      this.#end(segment, records);
    });
    this.#writer = new SegmentWriter({
      directory,
      segmentBytes,
      firstNumber: recovered.nextNumber,
      onCreated: (segment) => this.#segments.set(segment.number, segment),
      onWritten: (records, bytes) => this.#written(records, bytes),
      onSealed: (segment) => this.#end(segment, 0),
    });
    this.#recover(recovered.segments, recovered.lostSpans);
  }

  static async open(parts: QueueParts): Promise<ForwardQueue> {
    const { directory, events } = parts;
    return new ForwardQueue(parts, await recoverSegments(directory, (file, bytes) => events.onCut(file, bytes)));
  }

  /** Records that `next` has not given out. */
  get unread(): number {
    return this.#unread;
  }

  /** Resolves when the payload is on the disk. */
  async take(payload: Uint8Array, encoding: PayloadEncoding, spans: number): Promise<void> {
    if (this.#isClosed) throw unavailable('The queue of forwarding is closed');
    this.requireRoom(payload.length);
    try {
      await this.#writer.append({ payload, encoding, spans, takenAtMs: this.#parts.nowMs() });
    } catch (cause) {
      this.#parts.events.onFault(cause);
      const { code } = cause as NodeJS.ErrnoException;
      throw unavailable(`The queue of forwarding cannot be written (${code ?? 'a fault'})`, cause);
    }
  }

  /** An empty queue takes a payload of any size: none waits for room that can never come. */
  requireRoom(payloadBytes: number): void {
    const held = this.#bytes + this.#writer.waitingBytes;
    const isEmpty = this.#live === 0 && this.#writer.waitingBytes === 0;
    if (isEmpty || held + HEADER_BYTES + payloadBytes <= this.#parts.queueBytes) return;
    throw new TollgateError(
      'forward_queue_full',
      `The queue of forwarding is full: ${held} of ${this.#parts.queueBytes} bytes are taken, and the payload has ${payloadBytes}. ` +
        'Its charges are booked; send it again to have it forwarded',
      { retryAfterSeconds: RETRY_AFTER_SECONDS },
    );
  }

  next(): Promise<QueuedRecord | null> {
    const next = this.#reading.then(async () => {
      const record = await this.#reader.next();
      if (record !== null) this.#unread -= 1;
      return record;
    });
    this.#reading = next.catch(() => undefined);
    return next;
  }

  payload(record: QueuedRecord): Promise<Buffer | null> {
    return this.#reader.payload(record);
  }

  /** The record was acknowledged downstream, or dropped and counted. */
  finish(record: QueuedRecord): void {
    const { segment, offset } = record;
    if (!this.#end(segment, 1)) this.#marks.mark(segment, offset);
  }

  /** Writes out what was taken; nothing is given out any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writer.close();
    await this.#reading;
    await this.#reader.close();
    await this.#marks.close();
  }

  #recover(segments: readonly Segment[], lostSpans: number): void {
    const { events } = this.#parts;
    let spans = lostSpans;
    for (const segment of segments) {
      this.#segments.set(segment.number, segment);
      this.#live += segment.live;
      this.#unread += segment.unread;
      spans += segment.unreadSpans;
      this.#bytes += segment.bytes;
    }
    events.onRecovered(spans);
    if (lostSpans > 0) events.onCorrupt(lostSpans);
    this.#count(0);
  }

  #written(records: readonly NewRecord[], bytes: number): void {
    this.#live += records.length;
    this.#unread += records.length;
    this.#count(bytes);
    this.#parts.events.onQueued(records.reduce((sum, { spans }) => sum + spans, 0));
  }

  /** Counts records as done; true where the segment is, and is being removed. */
  #end(segment: Segment, records: number): boolean {
    segment.live -= records;
    this.#live -= records;
    if (segment.live > 0) return false;
    if (segment.isSealed) {
      if (this.#segments.delete(segment.number)) this.#marks.remove(segment);
      return true;
    }
    if (segment.bytes >= this.#endedBytes) void this.#writer.seal(segment);
    return false;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#parts.events.onBytes(this.#bytes);
  }
}

function unavailable(message: string, cause?: unknown): TollgateError {
  return new TollgateError('forward_unavailable', message, { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
}
