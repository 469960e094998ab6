import { lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { say, sayFault } from '../fault.ts';
import type { SendOutcome } from './sender.ts';

/** Files of at most one export each that wait for a receiver; what comes beyond is lost, and said. */
const SPOOL_FILES_MAX = 256;
const ENDING = '.otlp';
/** Of an export whose process means to send it itself. */
const OWNED_ENDING = `.owned${ENDING}`;
/** Of one that is being written. */
const PARTIAL_ENDING = '.partial';
/** After this long it does not: an export has been tried, or its thread is gone. */
const OWNED_MS = 30_000;
/** Time, process, thread and number, and what it is. Whatever else lies there is somebody else's. */
const NAME = /^\d+-\d+-\d+-\d+(?:\.owned)?\.(?:otlp|partial)$/;
/** A process that came before may have had the same number: in a container every one has. */
const STARTED_MS = Date.now() - process.uptime() * 1_000;

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
        makeDirectory(directory);
        if (!isPrivate(directory) || !isPrivate(dirname(directory))) continue;
        // Each kind by itself: what is about to be sent takes no place from what could not be.
        if (filesIn(directory).filter((file) => file.endsWith(OWNED_ENDING) === isOwned).length >= SPOOL_FILES_MAX) {
          say(
            isOwned
              ? `${directory} already keeps ${SPOOL_FILES_MAX} spans that are not sent yet; a further one is in memory alone`
              : `${directory} already keeps ${SPOOL_FILES_MAX} exports that could not be sent; spans are lost`,
          );
          return null;
        }
        this.#written += 1;
        const name = `${Date.now()}-${process.pid}-${threadId}-${this.#written}`;
        const file = join(directory, name + (isOwned ? OWNED_ENDING : ENDING));
        writeWhole(join(directory, name + PARTIAL_ENDING), file, bytes);
        return file;
      } catch {
        // The next directory may do.
      }
    }
    return null;
  }

  /** Oldest first; without those that somebody is about to send. */
  files(): string[] {
    return this.#existing(ENDING).filter((file) => !(file.endsWith(OWNED_ENDING) && hasOwner(file)));
  }

  /** Removes what a process that was killed had begun to write: half an export is none. */
  removePartial(): void {
    for (const file of this.#existing(PARTIAL_ENDING)) if (!hasOwner(file)) remove(file);
  }

  /** Sends what waits, until the receiver is out of reach again: then false, as something is left. Never rejects. */
  async drain(send: (bytes: Uint8Array) => Promise<SendOutcome>): Promise<boolean> {
    try {
      for (const file of this.files()) if (!(await sendFile(file, send))) return false;
    } catch (fault) {
      sayFault('sending spans of an earlier process', fault);
    }
    return true;
  }

  #existing(ending: string): string[] {
    return this.#directories
      .filter((directory) => isPrivate(directory) && isPrivate(dirname(directory)))
      .flatMap((directory) => filesIn(directory, ending));
  }
}

/**
 * With those above it. Not by Node's `recursive`, which tries without end where the file system says of every new directory that
 * it does not exist: below `/proc`, and where homes are mounted when they are asked for.
 */
function makeDirectory(directory: string): void {
  const make = (): unknown => {
    try {
      mkdirSync(directory, { mode: 0o700 });
      return null;
    } catch (fault) {
      // Another process may have been faster.
      return fault instanceof Error && 'code' in fault && fault.code === 'EEXIST' ? null : fault;
    }
  };
  const isMissing = (fault: unknown): boolean => fault instanceof Error && 'code' in fault && fault.code === 'ENOENT';
  let fault = make();
  if (isMissing(fault) && dirname(directory) !== directory) {
    makeDirectory(dirname(directory));
    fault = make();
  }
  if (fault !== null) throw fault;
}

/** Complete or absent: nobody reads half a file, and no disk that is full keeps one. */
function writeWhole(partial: string, file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(partial, bytes, { mode: 0o600, flag: 'wx' });
    renameSync(partial, file);
  } catch (fault) {
    remove(partial);
    throw fault;
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
  remove(file);
  return true;
}

/** On a disk that cannot be written any more it stays: what is sent twice is charged once. */
export function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch (fault) {
    sayFault('removing spans from disk', fault);
  }
}

/** A process that lives, for as long as it may take, however the clock was set meanwhile. */
function hasOwner(file: string): boolean {
  const [writtenMs = 0, pid = 0] = basename(file).split('-', 2).map(Number);
  return Math.abs(Date.now() - writtenMs) < OWNED_MS && isAlive(pid, writtenMs);
}

function isAlive(pid: number, writtenMs: number): boolean {
  if (pid === process.pid) return writtenMs >= STARTED_MS;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process of that number is no reason to leave the file.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function filesIn(directory: string, ending = ENDING): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith(ending) && NAME.test(name))
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
