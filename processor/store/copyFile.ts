import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  fsync as fsyncCallback,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import fs, { type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { CopiedFile } from './database.ts';

const CHUNK_BYTES = 1024 * 1024;
const FILE_MODE = 0o600;
/**
 * Up to here a file is read and written at once, in less than a millisecond, and only its fsync waits for a turn of the loop: of
 * those a busy store gives few, and most files of a store are small.
 */
const SMALL_BYTES = 256 * 1024;

const fsync = promisify(fsyncCallback);

/** Copies one file, brings it to the disk, and says what was written: a file that is changed meanwhile is copied as it was read. */
export async function copyFile(
  from: string,
  to: string,
  name: string,
  onProgress: (bytes: number) => void,
): Promise<CopiedFile> {
  if (statSync(path.join(from, name)).size <= SMALL_BYTES) {
    const content = readFileSync(path.join(from, name));
    onProgress(content.length);
    return writeCopied(to, name, content);
  }
  const hash = createHash('sha256');
  let bytes = 0;
  const source = await fs.open(path.join(from, name), 'r');
  try {
    const target = await fs.open(path.join(to, name), 'wx', FILE_MODE);
    try {
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
      for (;;) {
        const { bytesRead } = await source.read(buffer, 0, CHUNK_BYTES, bytes);
        const chunk = buffer.subarray(0, bytesRead);
        hash.update(chunk);
        await writeAll(target, chunk);
        bytes += bytesRead;
        onProgress(bytesRead);
        // Of a regular file less than asked for is its end.
        if (bytesRead < CHUNK_BYTES) break;
      }
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
  return { path: name, bytes, sha256: hash.digest('hex') };
}

/** Brings a small file to the disk. */
export async function writeCopied(to: string, name: string, content: Buffer): Promise<CopiedFile> {
  const target = openSync(path.join(to, name), 'wx', FILE_MODE);
  try {
    writeFileSync(target, content);
    await fsync(target);
  } finally {
    closeSync(target);
  }
  return { path: name, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

/** Of a file as it is. */
export async function hashFile(file: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  if (statSync(file).size <= SMALL_BYTES) {
    const content = readFileSync(file);
    await nextTurn();
    return { bytes: content.length, sha256: hash.update(content).digest('hex') };
  }
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Of the files in them the names. */
export async function syncDirectories(root: string, below: readonly string[]): Promise<void> {
  for (const name of [...below, '.']) {
    const handle = await fs.open(path.join(root, name), 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

async function writeAll(target: FileHandle, chunk: Buffer): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    written += (await target.write(chunk, written, chunk.length - written)).bytesWritten;
  }
}
