import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { nodeQueueDirectory, type QueueDirectory, type QueueFile } from '../../processor/forward/queueDirectory.ts';
import { ForwardQueue } from '../../processor/forward/queue.ts';
import type { QueuedRecord } from '../../processor/forward/queueReader.ts';

export interface TestQueue extends AsyncDisposable {
  readonly queue: ForwardQueue;
  /** What the queue said of itself. */
  readonly said: {
    recovered: number;
    queued: number;
    corrupt: number;
    bytes: number;
    cuts: number[];
    faults: unknown[];
  };
  /** Takes a text, which counts as a span for each of its characters. */
  take(text: string): Promise<void>;
  /** All that was not given out yet; null for what is damaged. */
  drain(): Promise<{ readonly record: QueuedRecord; readonly text: string | null }[]>;
  close(): Promise<void>;
}

export async function openTestQueue(
  directory: string | QueueDirectory,
  { queueBytes = 1024 ** 2 } = {},
): Promise<TestQueue> {
  const said: TestQueue['said'] = { recovered: 0, queued: 0, corrupt: 0, bytes: 0, cuts: [], faults: [] };
  const queue = await ForwardQueue.open({
    directory: typeof directory === 'string' ? nodeQueueDirectory(directory) : directory,
    queueBytes,
    nowMs: () => 1_795_300_000_000,
    events: {
      onRecovered: (spans) => (said.recovered += spans),
      onQueued: (spans) => (said.queued += spans),
      onCorrupt: (spans) => (said.corrupt += spans),
      onBytes: (bytes) => (said.bytes = bytes),
      onCut: (_file, bytes) => said.cuts.push(bytes),
      onFault: (fault) => said.faults.push(fault),
    },
  });
  return {
    queue,
    said,
    take: (text) => queue.take(Buffer.from(text), 'identity', text.length),
    async drain() {
      const drained: { record: QueuedRecord; text: string | null }[] = [];
      for (let record = await queue.next(); record !== null; record = await queue.next()) {
        const payload = await queue.payload(record);
        drained.push({ record, text: payload?.toString() ?? null });
      }
      expect(queue.unread).toBe(0);
      return drained;
    },
    close: () => queue.close(),
    [Symbol.asyncDispose]: () => queue.close(),
  };
}

export function makeDirectory(): { readonly path: string } & Disposable {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-queue-'));
  return { path: directory, [Symbol.dispose]: () => fs.rmSync(directory, { recursive: true, force: true }) };
}

/** The queue's files by name, and what they hold. */
export function filesIn(directory: string, ending = ''): Map<string, Buffer> {
  const names = fs.readdirSync(directory).filter((name) => name.endsWith(ending));
  return new Map(names.sort().map((name) => [name, fs.readFileSync(path.join(directory, name))]));
}

export function writeFiles(directory: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const name of fs.readdirSync(directory)) fs.rmSync(path.join(directory, name));
  for (const [name, bytes] of files) fs.writeFileSync(path.join(directory, name), bytes);
}

export type FaultPoint = 'create' | 'write' | 'sync' | 'directorySync' | 'remove';

export interface FaultyDirectory extends QueueDirectory {
  /** Fails from now on with ENOSPC, a write after half of its bytes; null: works again. */
  fault: FaultPoint | null;
  /** Calls that brought a file to the disk. */
  syncs: number;
}

export function faultyDirectory(place: string): FaultyDirectory {
  const real = nodeQueueDirectory(place);
  const failAt = (point: FaultPoint): void => {
    if (faulty.fault === point) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  };
  const wrap = (file: QueueFile): QueueFile => ({
    ...file,
    async write(buffers, position) {
      if (faulty.fault === 'write') {
        const bytes = Buffer.concat(buffers);
        await file.write([bytes.subarray(0, Math.ceil(bytes.length / 2))], position);
      }
      failAt('write');
      await file.write(buffers, position);
    },
    async sync() {
      failAt('sync');
      faulty.syncs += 1;
      await file.sync();
    },
  });
  const faulty: FaultyDirectory = {
    ...real,
    fault: null,
    syncs: 0,
    async create(name) {
      failAt('create');
      return wrap(await real.create(name));
    },
    open: async (name) => wrap(await real.open(name)),
    openOrCreate: async (name) => wrap(await real.openOrCreate(name)),
    async remove(name) {
      failAt('remove');
      await real.remove(name);
    },
    async sync() {
      failAt('directorySync');
      await real.sync();
    },
  };
  return faulty;
}
