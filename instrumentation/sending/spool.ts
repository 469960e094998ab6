import { lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { say } from '../fault.ts';
import type { SendOutcome } from './sender.ts';

/** Files of at most one export each that wait for a receiver; what comes beyond is lost, and said. */
const SPOOL_FILES_MAX = 256;
const ENDING = '.otlp';
/** Of an export whose process means to send it itself. */
const OWNED_ENDING = `.owned${ENDING}`;
/** After this long it does not: an export has been tried, or its thread is gone. */
const OWNED_MS = 30_000;

/**
 * Exports that could not be sent, one file each, for the next process of this user with the same destination. Two
 * processes may send the same file at once: a receiver that charges a span once does not care.
 */
export class Spool {
  readonly #directories: readonly string[];
  #written = 0;

  constructor(directories: readonly string[]) {
    this.#directories = directories;
  }

  /** Synchronous, for `process.on('exit')`. Returns the file, or null when it could not be kept. */
  write(bytes: Uint8Array, isOwned = false): string | null {
    for (const directory of this.#directories) {
      try {
        mkdirSync(directory, { recursive: true, mode: 0o700 });
        if (!isPrivate(directory) || !isPrivate(dirname(directory))) continue;
        // Each kind by itself: what is about to be sent takes no place from what could not be.
        if (filesIn(directory).filter((file) => file.endsWith(OWNED_ENDING) === isOwned).length >= SPOOL_FILES_MAX) {
          if (!isOwned)
            say(`${directory} already keeps ${SPOOL_FILES_MAX} exports that could not be sent; spans are lost`);
          return null;
        }
        this.#written += 1;
        const name = `${Date.now()}-${process.pid}-${threadId}-${this.#written}`;
        const partial = join(directory, `${name}.partial`);
        writeFileSync(partial, bytes, { mode: 0o600, flag: 'wx' });
        // Complete or absent: nobody reads half a file.
        const file = join(directory, name + (isOwned ? OWNED_ENDING : ENDING));
        renameSync(partial, file);
        return file;
      } catch {
        // The next directory may do.
      }
    }
    return null;
  }

  /** Oldest first; without those that somebody is about to send. */
  files(): string[] {
    return this.#directories
      .flatMap((directory) => (isPrivate(directory) ? filesIn(directory) : []))
      .filter((file) => !hasOwner(file));
  }

  /** Sends what waits, until the receiver is out of reach again. */
  async drain(send: (bytes: Uint8Array) => Promise<SendOutcome>): Promise<void> {
    for (const file of this.files()) if (!(await sendFile(file, send))) return;
  }
}

/** True when the file is done with: accepted, refused for good, or taken by another process. */
export async function sendFile(file: string, send: (bytes: Uint8Array) => Promise<SendOutcome>): Promise<boolean> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch {
    return true;
  }
  const outcome = await send(bytes);
  if (outcome.status === 'unreachable') return false;
  if (outcome.status === 'refused')
    say(`the receiver refused spans of an earlier process: ${outcome.reason}; they are lost`);
  rmSync(file, { force: true });
  return true;
}

/** By a process that lives, for as long as it may take. */
function hasOwner(file: string): boolean {
  if (!file.endsWith(OWNED_ENDING)) return false;
  const [writtenMs = 0, pid = 0] = basename(file).split('-', 2).map(Number);
  return Date.now() - writtenMs < OWNED_MS && isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process of that number is no reason to leave the file.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function filesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(ENDING))
    .sort()
    .map((name) => join(directory, name));
}

/** Ours, and nobody else may write there: the temporary directory is everybody's. */
function isPrivate(directory: string): boolean {
  try {
    const stat = lstatSync(directory);
    return (
      stat.isDirectory() &&
      (process.getuid === undefined || (stat.uid === process.getuid() && (stat.mode & 0o022) === 0))
    );
  } catch {
    return false;
  }
}
