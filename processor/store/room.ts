import fs from 'node:fs/promises';
import path from 'node:path';

/** Two segments of write-ahead log: what recovery and the first commits after it take. */
const ROOM_BYTES = 32 * 1024 * 1024;
const CHUNK = Buffer.alloc(1024 * 1024);

/** Writes a file and takes it away again, to the disk and back. Rejects with what kept it from being written. */
export async function tryRoom(directory: string): Promise<void> {
  const file = path.join(directory, 'room');
  try {
    const handle = await fs.open(file, 'w', 0o600);
    try {
      for (let written = 0; written < ROOM_BYTES; written += CHUNK.length) await handle.writeFile(CHUNK);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } finally {
    await fs.rm(file, { force: true });
  }
}
