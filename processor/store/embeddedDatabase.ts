import fs from 'node:fs';
import path from 'node:path';
import { copyFilesOf } from './copyFiles.ts';
import { lockDataDir } from './dataDirLock.ts';
import type { Database } from './database.ts';
import { fsyncTree } from './durableNodeFs.ts';
import { openSession } from './embeddedSession.ts';
import { withUpkeep } from './embeddedUpkeep.ts';
import { keepOpen, type ReopeningParts } from './reopening.ts';
import { tryRoom } from './room.ts';

/** Who is told what becomes of the store while it is open. */
export type EmbeddedWatch = Pick<ReopeningParts, 'log' | 'onLost'>;

/** A command ends with its error; nobody is there to be told. */
const nobody: EmbeddedWatch = { log: { info: () => undefined, error: () => undefined }, onLost: () => undefined };

/** Of the files in a data directory; those that a backup holds. */
export const PGDATA = 'pgdata';

/**
 * Opens the embedded store in `dataDir/pgdata`, made when it is not there. One process (the lock), one session (one pool
 * of one client: two would see each other's open transactions). Throws when a living process holds the directory.
 */
export async function openEmbedded(dataDir: string, watch: EmbeddedWatch = nobody): Promise<Database> {
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataDir(dataDir);
  try {
    const pgdata = path.join(dataDir, PGDATA);
    const isNew = !fs.existsSync(path.join(pgdata, 'PG_VERSION'));
    const database = await keepOpen({
      ...watch,
      open: (onEnd) => openSession(pgdata, onEnd),
      tryRoom: () => tryRoom(dataDir),
    });
    if (isNew) fsyncTree(dataDir);
    const upkept = withUpkeep({
      ...database,
      async close() {
        await database.close();
        lock.release();
      },
    });
    const { holdLog, ...open } = upkept;
    return { ...open, copyFiles: copyFilesOf({ database: upkept, pgdata, holdLog }) };
  } catch (fault) {
    lock.release();
    throw fault;
  }
}
