import fs from 'node:fs/promises';
import path from 'node:path';
import { TollgateError } from '../../src/errors.ts';
import { copyFile, writeCopied } from './copyFile.ts';
import type { CopiedFile, CopyFiles, Queries } from './database.ts';
import { inParallel } from './inParallel.ts';

/**
 * What the server makes anew at its start, or what is about the process that has the files open. The write-ahead log is copied at
 * the end. https://www.postgresql.org/docs/18/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP-DATA
 */
const EMPTIED = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const LEFT_OUT = /^(postmaster\.(pid|opts)|backup_label(\.old)?|pgsql_tmp.*)$/;
const WAL_SEGMENT = /^[0-9A-F]{24}$/;
/**
 * Each step of a copy waits for a turn of the loop, which a busy store gives every 20 ms. More would stand in the way of others in
 * libuv's four threads: decompression, the queue of forwarded spans.
 */
export const FILES_AT_ONCE = 12;
const FIRST_SEGMENT = /\(file ([0-9A-F]{24})\)/;

export interface CopyParts {
  readonly database: Queries;
  readonly pgdata: string;
  /** Keeps segments of the write-ahead log from being removed, until `resume`. */
  readonly holdLog: () => Promise<{ resume: () => void }>;
}

/**
 * PostgreSQL's own way of a base backup: between its start and its end the files are copied as they are, changed under the copying or
 * not; the log of that time, copied at the end, brings them to one state when the copy is opened. The session is taken by a
 * checkpoint at the start and by two short questions.
 */
export function copyFilesOf({ database, pgdata, holdLog }: CopyParts): CopyFiles {
  let isRunning = false;
  return async (directory, onProgress) => {
    if (isRunning) throw new TollgateError('conflict', 'A backup is being made: one at a time.');
    isRunning = true;
    const log = await holdLog();
    try {
      await database.query(`select pg_backup_start('tollgate', true)`);
      const copied: CopiedFile[] = [];
      const progress = progressOf(onProgress);
      try {
        await copyTree(pgdata, directory, '', copied, progress);
      } catch (fault) {
        await stop(database).catch(() => undefined);
        throw fault;
      }
      const { label, lastSegment } = await stop(database);
      await copyLog(
        pgdata,
        directory,
        { first: FIRST_SEGMENT.exec(label)?.[1] ?? '', last: lastSegment },
        copied,
        progress,
      );
      copied.push(await writeCopied(directory, 'backup_label', Buffer.from(label)));
      return copied;
    } finally {
      log.resume();
      isRunning = false;
    }
  };
}

async function stop(database: Queries): Promise<{ label: string; lastSegment: string }> {
  const [row] = await database.query<{ label: string; last_segment: string }>(
    'select labelfile as label, pg_walfile_name(lsn) as last_segment from pg_backup_stop(false)',
  );
  if (row === undefined) throw new Error('expected one row of the end of the backup, found none');
  return { label: row.label, lastSegment: row.last_segment };
}

async function copyTree(
  from: string,
  to: string,
  below: string,
  copied: CopiedFile[],
  onProgress: (bytes: number) => void,
): Promise<void> {
  await fs.mkdir(path.join(to, below), { recursive: true, mode: 0o700 });
  await inParallel(await readIfThere(path.join(from, below)), FILES_AT_ONCE, async (entry) => {
    const name = path.posix.join(below, entry.name);
    if (LEFT_OUT.test(entry.name)) return;
    if (entry.isDirectory() && below === '' && EMPTIED.has(entry.name)) {
      await fs.mkdir(path.join(to, name), { mode: 0o700 });
    } else if (entry.isDirectory()) {
      await copyTree(from, to, name, copied, onProgress);
    } else if (entry.isFile()) {
      const file = await copyFile(from, to, name, onProgress).catch(nullIfGone);
      // Of a table dropped meanwhile.
      if (file !== null) copied.push(file);
    }
  });
}

async function copyLog(
  from: string,
  to: string,
  { first, last }: { readonly first: string; readonly last: string },
  copied: CopiedFile[],
  onProgress: (bytes: number) => void,
): Promise<void> {
  const names = await fs.readdir(path.join(from, 'pg_wal'));
  const segments = names.filter((name) => WAL_SEGMENT.test(name) && name >= first && name <= last).sort();
  if (segments[0] !== first || segments.at(-1) !== last) {
    throw new Error(`expected the write-ahead log from ${first} to ${last}, found ${segments.join(', ')}`);
  }
  for (const name of segments) copied.push(await copyFile(from, to, `pg_wal/${name}`, onProgress));
}

async function readIfThere(directory: string) {
  return (await fs.readdir(directory, { withFileTypes: true }).catch(nullIfGone)) ?? [];
}

function nullIfGone(fault: unknown): null {
  if (fault instanceof Error && 'code' in fault && fault.code === 'ENOENT') return null;
  throw fault;
}

function progressOf(onProgress: (bytes: number) => void): (bytes: number) => void {
  let total = 0;
  return (bytes) => {
    total += bytes;
    onProgress(total);
  };
}
