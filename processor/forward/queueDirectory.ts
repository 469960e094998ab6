import fs from 'node:fs';
import path from 'node:path';

/** One file of the queue; a test puts faults in its place. */
export interface QueueFile {
  /** Writes the buffers one after the other, from `position` on. */
  write(buffers: readonly Uint8Array[], position: number): Promise<void>;
  /** Resolves to the bytes read, fewer where the file ends. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Resolves when what was written survives the loss of power. */
  sync(): Promise<void>;
  truncate(bytes: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

/** The directory that holds the queue's files and nothing else but the lock. */
export interface QueueDirectory {
  list(): Promise<readonly { readonly name: string; readonly bytes: number }[]>;
  create(name: string): Promise<QueueFile>;
  open(name: string): Promise<QueueFile>;
  /** Opens the file, which is made where it is missing. */
  openOrCreate(name: string): Promise<QueueFile>;
  remove(name: string): Promise<void>;
  /** Resolves when the names of files made before survive the loss of power. */
  sync(): Promise<void>;
}

/** Prompts stand in the payloads: nobody else reads them. */
const MODE = 0o600;

export function nodeQueueDirectory(directory: string): QueueDirectory {
  const at = (name: string): string => path.join(directory, name);
  const { promises } = fs;
  const { O_RDWR, O_CREAT } = fs.constants;
  return {
    async list() {
      const entries = await promises.readdir(directory, { withFileTypes: true });
      const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
      return Promise.all(names.map(async (name) => ({ name, bytes: (await promises.stat(at(name))).size })));
    },
    create: async (name) => fileOf(await promises.open(at(name), 'wx+', MODE)),
    open: async (name) => fileOf(await promises.open(at(name), 'r+')),
    openOrCreate: async (name) => fileOf(await promises.open(at(name), O_RDWR | O_CREAT, MODE)),
    remove: (name) => promises.rm(at(name), { force: true }),
    async sync() {
      const handle = await promises.open(directory, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
  };
}

function fileOf(handle: fs.promises.FileHandle): QueueFile {
  return {
    write: (buffers, position) => writeAll(handle, buffers, position),
    read: async (into, position) => readAll(handle, into, position),
    // The length of the file is brought to the disk with its bytes; its times need not be.
    sync: () => handle.datasync(),
    truncate: (bytes) => handle.truncate(bytes),
    size: async () => (await handle.stat()).size,
    close: () => handle.close(),
  };
}

async function writeAll(
  handle: fs.promises.FileHandle,
  buffers: readonly Uint8Array[],
  position: number,
): Promise<void> {
  const { bytesWritten } = await handle.writev([...buffers], position);
  let skip = bytesWritten;
  let at = position + bytesWritten;
  for (const buffer of buffers) {
    if (skip >= buffer.length) {
      skip -= buffer.length;
      continue;
    }
    // The system wrote a part: too many buffers at once, or the disk is nearly full.
    for (let from = skip; from < buffer.length;) {
      const written = await handle.write(buffer, from, buffer.length - from, at);
      from += written.bytesWritten;
      at += written.bytesWritten;
    }
    skip = 0;
  }
}

async function readAll(handle: fs.promises.FileHandle, into: Uint8Array, position: number): Promise<number> {
  let length = 0;
  while (length < into.length) {
    const { bytesRead } = await handle.read(into, length, into.length - length, position + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}
