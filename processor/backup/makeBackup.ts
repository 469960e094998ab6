import fs from 'node:fs/promises';
import path from 'node:path';
import { hashFile, syncDirectories } from '../store/copyFile.ts';
import type { CopyFiles, Queries } from '../store/database.ts';
import { FILES_AT_ONCE } from '../store/copyFiles.ts';
import { inParallel } from '../store/inParallel.ts';
import { FILES, type Manifest, writeManifest } from './manifest.ts';

export interface BackupParts {
  readonly database: Queries;
  readonly copyFiles: CopyFiles;
  readonly version: string;
  readonly now: () => Date;
  readonly onProgress: (said: string) => void;
}

const PROGRESS_MS = 2_000;
const MEGABYTE = 1_000_000;

/**
 * A backup in `directory`, which must be absent or empty. Every file is read back from there before the manifest is written; what
 * fails leaves nothing behind.
 */
export async function makeBackup(directory: string, parts: BackupParts): Promise<Manifest> {
  const isOurs = await makeEmpty(directory);
  try {
    const say = sparingly(parts.onProgress);
    const target = path.join(directory, FILES);
    const facts = await readFacts(parts.database);
    const files = await parts.copyFiles(target, (bytes) => say(`copied ${megabytes(bytes)}`));
    let checked = 0;
    await inParallel(files, FILES_AT_ONCE, async ({ path: name, bytes, sha256 }) => {
      const found = await hashFile(path.join(target, name));
      if (found.sha256 !== sha256)
        throw new Error(`${name} was not written as it was read: the disk of ${directory} is not to be trusted`);
      checked += bytes;
      say(`checked ${megabytes(checked)}`);
    });
    const directories = await directoriesIn(target);
    await syncDirectories(target, directories);
    const manifest = {
      tollgate: parts.version,
      made_at: parts.now().toISOString(),
      ...facts,
      bytes: checked,
      directories,
      files: [...files],
    };
    await writeManifest(directory, manifest);
    return { format: 1, ...manifest };
  } catch (fault) {
    await fs.rm(path.join(directory, FILES), { recursive: true, force: true });
    if (isOurs) await fs.rm(directory, { recursive: true, force: true });
    throw fault;
  }
}

/** Whether it was made here. */
async function makeEmpty(directory: string): Promise<boolean> {
  const made = await fs.mkdir(directory, { recursive: true, mode: 0o700 });
  const [first] = await fs.readdir(directory);
  if (first === undefined) return made !== undefined;
  throw new Error(`${directory} is not empty: it holds ${first}. A backup is made in a directory of its own.`);
}

async function readFacts(database: Queries): Promise<Pick<Manifest, 'postgres' | 'migration'>> {
  const [row] = await database.query<{ postgres: number; migration: number }>(
    `select current_setting('server_version_num')::int / 10000 as postgres,
  (select coalesce(max(number), 0)::int from tollgate_data.migrations) as migration`,
  );
  if (row === undefined) throw new Error('expected one row about the store, found none');
  return row;
}

async function directoriesIn(target: string): Promise<string[]> {
  const entries = await fs.readdir(target, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.relative(target, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort();
}

export function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / MEGABYTE).toLocaleString('en-US')} MB`;
}

/** Passes on what is said at most once in a while. */
export function sparingly(say: (said: string) => void): (said: string) => void {
  let saidMs = performance.now();
  return (said) => {
    if (performance.now() < saidMs + PROGRESS_MS) return;
    saidMs = performance.now();
    say(said);
  };
}
