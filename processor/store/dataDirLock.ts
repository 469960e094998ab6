import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/**
 * One process at a time in a data directory. PGlite opens a directory that another process has open and then loses
 * committed rows, so the lock is taken before it opens, and lies outside its files.
 *
 * `dataDir/lock/` holds one file, named by a number that only grows. Holding the lock is having made the file with the
 * highest number; the next number may be made only when the holder is dead or has let go. Files appear whole (`link` of
 * a written file) and only one process can make a given number, so two that find the same dead holder cannot both win,
 * and no file of a living holder is ever removed by another.
 */
export interface DataDirLock {
  release(): void;
}

interface Holder {
  readonly pid: number;
  /** The process's start in clock ticks since boot, where the system tells: a pid alone may have been given anew. */
  readonly processStart: string | null;
  readonly released: boolean;
}

/** Each round lost means that another process took the lock meanwhile; the next round finds it alive. */
const ROUNDS_MAX = 100;

/** Takes the lock, also from a dead process. Throws in plain words when a living process holds it. */
export function lockDataDir(
  dataDir: string,
  { directory: what, holds } = { directory: 'data directory', holds: 'The embedded store' },
): DataDirLock {
  const directory = path.join(dataDir, 'lock');
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const newest = newestNumber(directory);
    const holder = newest === 0 ? null : readHolder(fileOf(directory, newest));
    if (holder !== null && isAlive(holder)) {
      throw new Error(
        `The ${what} ${path.resolve(dataDir)} is in use by process ${holder.pid}. ` +
          `${holds} takes one process at a time: stop that process, or choose another data directory.`,
      );
    }
    if (take(directory, newest + 1)) return { release: () => write(directory, newest + 1, true) };
  }
  throw new Error(
    `The lock in ${directory} could not be taken in ${ROUNDS_MAX} rounds: other processes keep taking it.`,
  );
}

/** Makes file `number`; false when another process was faster. */
function take(directory: string, number: number): boolean {
  const draft = draftOf(directory, false);
  try {
    fs.linkSync(draft, fileOf(directory, number));
  } catch (fault) {
    if (isCode(fault, 'EEXIST')) return false;
    throw fault;
  } finally {
    fs.unlinkSync(draft);
  }
  // A process that read the directory long ago may make a number that was used and cleared since: the higher one holds.
  if (newestNumber(directory) !== number) {
    fs.rmSync(fileOf(directory, number), { force: true });
    return false;
  }
  for (const older of numbers(directory)) if (older < number) fs.rmSync(fileOf(directory, older), { force: true });
  return true;
}

function write(directory: string, number: number, released: boolean): void {
  fs.renameSync(draftOf(directory, released), fileOf(directory, number));
}

function draftOf(directory: string, released: boolean): string {
  const draft = path.join(directory, `draft-${randomUUID()}`);
  const holder: Holder = { pid: process.pid, processStart: processStart(process.pid)?.start ?? null, released };
  fs.writeFileSync(draft, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  return draft;
}

function fileOf(directory: string, number: number): string {
  return path.join(directory, String(number));
}

function numbers(directory: string): number[] {
  return fs
    .readdirSync(directory)
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number);
}

function newestNumber(directory: string): number {
  return Math.max(0, ...numbers(directory));
}

/** Null for a file that is gone or that a crash of the machine left unreadable: nobody alive wrote it. */
function readHolder(file: string): Holder | null {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    return isHolder(value) ? value : null;
  } catch (fault) {
    if (isCode(fault, 'ENOENT') || fault instanceof SyntaxError) return null;
    throw fault;
  }
}

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null && 'pid' in value && typeof value.pid === 'number';
}

function isAlive(holder: Holder): boolean {
  if (holder.released) return false;
  const running = processStart(holder.pid);
  if (running !== null && holder.processStart !== null) return running.start === holder.processStart && !running.ended;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (fault) {
    // EPERM: it exists and belongs to somebody else.
    return isCode(fault, 'EPERM');
  }
}

/** Field 22 of /proc/PID/stat (proc(5)), and whether the process is only waiting to be reaped; null without /proc. */
function processStart(pid: number): { start: string; ended: boolean } | null {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold blanks and brackets; the fields after the last bracket begin with number 3.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const start = fields[19];
    return start === undefined ? null : { start, ended: fields[0] === 'Z' || fields[0] === 'X' };
  } catch {
    return null;
  }
}

function isCode(fault: unknown, code: string): boolean {
  return fault instanceof Error && 'code' in fault && fault.code === code;
}
