import fs from 'node:fs/promises';
import path from 'node:path';
import { lockDataDir } from '../store/dataDirLock.ts';
import { copyFile, syncDirectories } from '../store/copyFile.ts';
import { FILES_AT_ONCE } from '../store/copyFiles.ts';
import { inParallel } from '../store/inParallel.ts';
import { fsyncPath } from '../store/durableNodeFs.ts';
import { PGDATA } from '../store/embeddedDatabase.ts';
import { EMBEDDED_POSTGRES_MAJOR } from '../store/embeddedSession.ts';
import { migrations } from '../store/migrate.ts';
import { openDatabase } from '../store/openDatabase.ts';
import { megabytes, sparingly } from './makeBackup.ts';
import { FILES, type Manifest, readManifest } from './manifest.ts';

/** Made by the lock, which is taken first. */
const LOCK = 'lock';
const DRAFT = `${PGDATA}.restoring`;

/**
 * Puts a backup into `dataDir`, which must be absent or empty, and opens the store there once, which brings it to the state at the
 * end of the backup. Throws, in words for people, where the backup is damaged or of another version; nothing is left behind then.
 */
export async function restoreBackup(
  directory: string,
  dataDir: string,
  onProgress: (said: string) => void,
): Promise<Manifest> {
  const manifest = await readManifest(directory);
  checkVersions(directory, manifest);
  await fs.mkdir(dataDir, { recursive: true, mode: 0o700 });
  await checkEmpty(dataDir);
  const lock = lockDataDir(dataDir);
  try {
    await copyAll(directory, path.join(dataDir, DRAFT), manifest, sparingly(onProgress));
    await fs.rename(path.join(dataDir, DRAFT), path.join(dataDir, PGDATA));
    fsyncPath(dataDir);
  } catch (fault) {
    await fs.rm(path.join(dataDir, DRAFT), { recursive: true, force: true });
    throw fault;
  } finally {
    lock.release();
  }
  onProgress('opening the store');
  await openOnce(dataDir);
  return manifest;
}

function checkVersions(directory: string, { tollgate, postgres, migration }: Manifest): void {
  if (postgres !== EMBEDDED_POSTGRES_MAJOR) {
    throw new Error(
      `${directory} was made by Tollgate ${tollgate} with PostgreSQL ${postgres}: expected ${EMBEDDED_POSTGRES_MAJOR}, which this version has. Restore it with the version that made it.`,
    );
  }
  if (migration > migrations.length) {
    throw new Error(
      `${directory} was made by Tollgate ${tollgate} and has migration ${migration}; this program knows ${migrations.length}. Restore it with the version that made it, or a newer one.`,
    );
  }
}

async function checkEmpty(dataDir: string): Promise<void> {
  const found = (await fs.readdir(dataDir)).filter((name) => name !== LOCK);
  if (found.length === 0) return;
  throw new Error(
    `The data directory ${dataDir} is not empty: it holds ${found.join(', ')}. A backup is restored into an empty one; --data-dir chooses another.`,
  );
}

async function copyAll(
  directory: string,
  draft: string,
  manifest: Manifest,
  say: (said: string) => void,
): Promise<void> {
  await fs.mkdir(draft, { mode: 0o700 });
  for (const name of manifest.directories) await fs.mkdir(path.join(draft, name), { recursive: true, mode: 0o700 });
  let bytes = 0;
  await inParallel(manifest.files, FILES_AT_ONCE, async (expected) => {
    const found = await copyFile(path.join(directory, FILES), draft, expected.path, (more) => {
      bytes += more;
      say(`restored ${megabytes(bytes)} of ${megabytes(manifest.bytes)}`);
    }).catch((fault: NodeJS.ErrnoException) => {
      if (fault.code !== 'ENOENT') throw fault;
      throw new Error(`${directory} is damaged: ${expected.path} is missing.`);
    });
    if (found.sha256 !== expected.sha256) {
      throw new Error(
        `${directory} is damaged: ${expected.path} has ${found.bytes} bytes with the checksum ${found.sha256}, expected ${expected.bytes} with ${expected.sha256}.`,
      );
    }
  });
  await syncDirectories(draft, manifest.directories);
}

/** Older migrations stay as they are: the service brings them up to date when it starts. */
async function openOnce(dataDir: string): Promise<void> {
  const database = await openDatabase({ dataDir });
  try {
    await database.query('select count(*) from tollgate_data.migrations');
  } finally {
    await database.close();
  }
}
