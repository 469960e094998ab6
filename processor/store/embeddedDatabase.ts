import fs from 'node:fs';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import pg from 'pg';
import { lockDataDir } from './dataDirLock.ts';
import type { Database } from './database.ts';
import { DurableNodeFs, fsyncTree } from './durableNodeFs.ts';
import { withUpkeep } from './embeddedUpkeep.ts';
import { columnTypes, poolDatabase } from './poolDatabase.ts';

/** How long a query waits for the one session before the store counts as unavailable. */
const SESSION_WAIT_MS = 30_000;

/** PGlite's own parameters without `-F`, which is fsync=off; its fdatasync does nothing, so the method must be fsync. */
const startParams = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  '-c',
  'fsync=on',
  '-c',
  'wal_sync_method=fsync',
  '-c',
  'timezone=UTC',
  // Segments beyond this are removed at a checkpoint, not kept for later.
  '-c',
  'max_wal_size=128MB',
];

/**
 * Opens the embedded store in `dataDir/pgdata`, made when it is not there. One process (the lock), one session (one pool
 * of one client: two would see each other's open transactions). Throws when a living process holds the directory.
 */
export async function openEmbedded(dataDir: string): Promise<Database> {
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataDir(dataDir);
  try {
    const pgdata = path.join(dataDir, 'pgdata');
    const isNew = !fs.existsSync(path.join(pgdata, 'PG_VERSION'));
    const pglite = await PGlite.create({ fs: new DurableNodeFs(pgdata), startParams });
    if (isNew) fsyncTree(dataDir);
    const pool = new pg.Pool(
      Object.assign(createPgConfig(pglite), {
        max: 1,
        // The one client is never dropped: a second over the same session would inherit its state.
        idleTimeoutMillis: 0,
        connectionTimeoutMillis: SESSION_WAIT_MS,
        types: columnTypes,
      }),
    );
    const database = poolDatabase('embedded', pool, async () => {
      await pglite.close();
      lock.release();
    });
    return withUpkeep(database);
  } catch (fault) {
    lock.release();
    throw fault;
  }
}
