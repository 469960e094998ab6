import { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import pg from 'pg';
import { TollgateError } from '../../src/errors.ts';
import type { Database } from './database.ts';
import { DurableNodeFs } from './durableNodeFs.ts';
import { columnTypes, poolDatabase } from './poolDatabase.ts';

/** What the pinned PGlite is; its files are read by no other. A test compares it with the engine. */
export const EMBEDDED_POSTGRES_MAJOR = 18;

/** How long a query waits for the one session before the store counts as unavailable. */
const SESSION_WAIT_MS = 30_000;
const RETRY_AFTER_SECONDS = 5;

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

/** `PANIC:  could not write to file …`, behind a time and a process number. */
const LAST_WORDS = /\b(?:PANIC|FATAL):\s+(.*)/;

/**
 * One engine on the files in `pgdata`, as long as it lives. PostgreSQL ends itself (PANIC) where it cannot write its log or cannot
 * bring a file to the disk. A server would be started anew; PGlite only never answers again. So from then on every query is refused
 * with `store_unavailable`, those under way too, and `onEnd` is called once with the reason.
 */
export async function openSession(pgdata: string, onEnd: (fault: TollgateError) => void): Promise<Database> {
  let lastWords: string | null = null;
  let ended: TollgateError | null = null;
  let isOpen = false;
  let isClosing = false;
  let failOpening: (fault: TollgateError) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (failOpening = reject));
  failed.catch(() => undefined);
  const files = new DurableNodeFs(pgdata, () => {
    if (ended !== null || isClosing) return;
    ended = new TollgateError('store_unavailable', `The embedded store stopped: ${lastWords ?? 'it gave no reason'}`, {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
    failOpening(ended);
    // After the engine's last call has returned.
    setImmediate((fault: TollgateError) => {
      files.closeFiles();
      if (isOpen) onEnd(fault);
    }, ended);
  });
  const onStderr = (line: string): boolean => {
    lastWords = LAST_WORDS.exec(line)?.[1] ?? lastWords;
    return false;
  };
  const pglite = await Promise.race([PGlite.create({ fs: files, startParams, onStderr }), failed]).catch(
    (cause: unknown) => {
      files.closeFiles();
      throw new Error(`The embedded store in ${pgdata} cannot be opened: ${lastWords ?? messageOf(cause)}`, { cause });
    },
  );
  isOpen = true;
  const send = pglite.execProtocolStream.bind(pglite);
  pglite.execProtocolStream = async (message, options) => {
    if (ended !== null) throw ended;
    const answers = await send(message, options);
    // The engine swallows its own end and answers nothing.
    if (ended !== null) throw ended;
    return answers;
  };
  return poolDatabase('embedded', onePool(pglite), async () => {
    isClosing = true;
    if (ended === null) await pglite.close();
  });
}

function onePool(pglite: PGlite): pg.Pool {
  return new pg.Pool(
    Object.assign(createPgConfig(pglite), {
      max: 1,
      // The one client is never dropped: a second over the same session would inherit its state.
      idleTimeoutMillis: 0,
      connectionTimeoutMillis: SESSION_WAIT_MS,
      types: columnTypes,
    }),
  );
}

function messageOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
