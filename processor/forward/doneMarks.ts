import type { QueueDirectory, QueueFile } from './queueDirectory.ts';
import { encodeMark, MARK_BYTES } from './queueRecord.ts';
import { removeSegment } from './recoverSegments.ts';
import { marksFile, type Segment } from './segment.ts';

interface MarksParts {
  readonly directory: QueueDirectory;
  readonly onRemoved: (segment: Segment) => void;
  readonly onFault: (fault: unknown) => void;
}

/**
 * Remembers across restarts which records are done, and removes segments that are done whole. Nobody waits for it and
 * nothing is synced: a mark that is lost has its record sent again.
 */
export class DoneMarks {
  readonly #parts: MarksParts;
  readonly #marks = new Map<Segment, number[]>();
  readonly #removals: Segment[] = [];
  /** Segments that could not be removed: their bytes count until the next is removed, and they with it. */
  #unremoved: Segment[] = [];
  readonly #files = new Map<Segment, { readonly file: QueueFile; bytes: number }>();
  #working: Promise<void> | null = null;

  constructor(parts: MarksParts) {
    this.#parts = parts;
  }

  mark(segment: Segment, offset: number): void {
    const offsets = this.#marks.get(segment);
    if (offsets === undefined) this.#marks.set(segment, [offset]);
    else offsets.push(offset);
    this.#working ??= this.#work();
  }

  remove(segment: Segment): void {
    this.#removals.push(segment, ...this.#unremoved);
    this.#unremoved = [];
    this.#working ??= this.#work();
  }

  async close(): Promise<void> {
    while (this.#working !== null) await this.#working;
    for (const segment of this.#files.keys()) await this.#closeFile(segment);
  }

  async #work(): Promise<void> {
    // What comes in the same turn goes in the same write.
    await Promise.resolve();
    while (this.#removals.length > 0 || this.#marks.size > 0) {
      try {
        await this.#step();
      } catch (fault) {
        this.#parts.onFault(fault);
      }
    }
    this.#working = null;
  }

  async #step(): Promise<void> {
    const removed = this.#removals.shift();
    if (removed !== undefined) {
      try {
        await this.#remove(removed);
      } catch (fault) {
        this.#unremoved.push(removed);
        throw fault;
      }
      return;
    }
    for (const [segment, offsets] of this.#marks) {
      this.#marks.delete(segment);
      await this.#write(segment, offsets);
      return;
    }
  }

  async #remove(segment: Segment): Promise<void> {
    this.#marks.delete(segment);
    await this.#closeFile(segment);
    await removeSegment(this.#parts.directory, segment);
    this.#parts.onRemoved(segment);
  }

  async #write(segment: Segment, offsets: readonly number[]): Promise<void> {
    let open = this.#files.get(segment);
    if (open === undefined) {
      const file = await this.#parts.directory.openOrCreate(marksFile(segment));
      // A torn mark is written over.
      const size = await file.size();
      open = { file, bytes: size - (size % MARK_BYTES) };
      this.#files.set(segment, open);
    }
    const bytes = Buffer.concat(offsets.map((offset) => encodeMark(segment.seed, offset)));
    await open.file.write([bytes], open.bytes);
    open.bytes += bytes.length;
  }

  async #closeFile(segment: Segment): Promise<void> {
    const open = this.#files.get(segment);
    this.#files.delete(segment);
    await open?.file.close();
  }
}
