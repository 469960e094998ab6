import type { QueueDirectory, QueueFile } from './queueDirectory.ts';
import { logFile, type Segment } from './segment.ts';

interface Shared {
  readonly file: Promise<QueueFile>;
  users: number;
}

/** Opens each segment once for all who read in it, and closes it after the last. */
export class SegmentFiles {
  readonly #directory: QueueDirectory;
  readonly #shared = new Map<Segment, Shared>();

  constructor(directory: QueueDirectory) {
    this.#directory = directory;
  }

  async open(segment: Segment): Promise<QueueFile> {
    let shared = this.#shared.get(segment);
    if (shared === undefined) {
      shared = { file: this.#directory.open(logFile(segment)), users: 0 };
      this.#shared.set(segment, shared);
    }
    shared.users += 1;
    try {
      return await shared.file;
    } catch (fault) {
      // Only this one's users get the fault; the next opens it anew.
      if (this.#shared.get(segment) === shared) this.#shared.delete(segment);
      throw fault;
    }
  }

  /** Once for each `open` that succeeded. */
  async close(segment: Segment): Promise<void> {
    const shared = this.#shared.get(segment);
    if (shared === undefined) return;
    shared.users -= 1;
    if (shared.users > 0) return;
    this.#shared.delete(segment);
    await (await shared.file).close();
  }
}
