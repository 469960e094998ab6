import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanDimension } from '../../src/attribution/cleanDimension.ts';
import { ERASED_USER_BYTES, ERASED_USER_PREFIX } from '../../src/attribution/erasedUser.ts';
import { TollgateError } from '../../src/errors.ts';
import { NO_DIMENSION } from '../../src/ledger.ts';
import { type Actor, recordAction } from '../access/auditLog.ts';
import type { Log } from '../log.ts';
import type { Database } from '../store/database.ts';
import type { Telemetry } from '../telemetry.ts';
import type { ErasedCounts, Erasure } from './erasure.ts';
import { type CountingBudgets, ErasureRun, ErasureStopped, ErasureTaken } from './erasureRun.ts';
import { eraseUser } from './eraseUser.ts';
import {
  deleteErasure,
  type ErasureName,
  findErasure,
  HELD_MS,
  holdErasure,
  insertErasure,
  releaseErasure,
  selectErasures,
  takeErasure,
} from './statements/erasureRows.ts';

export interface ErasuresParts {
  readonly database: Database;
  readonly budgets: CountingBudgets;
  readonly nowMs: () => number;
  readonly telemetry: Pick<Telemetry, 'usersErased' | 'erasedRows'>;
  readonly log: Pick<Log, 'info'>;
  readonly onFault: (fault: unknown) => void;
  /** How often erasures that nobody works on are looked for; the first time at once. */
  readonly resumeMs?: number;
  /** How long whoever asks waits for the end. */
  readonly waitMs?: number;
}

export interface ErasureAnswer {
  /** What stands in the id's place. */
  readonly user: string;
  readonly state: 'done' | 'running';
  /** Rows changed, by table; null while it runs, and where another process did it. */
  readonly rows: ErasedCounts | null;
}

export interface Erasures {
  /**
   * Puts a random id in the place of a user's, everywhere; resolves when that is done, or after a while: then it goes on. Asked again
   * meanwhile, it answers for the same erasure. Throws `not_found` where nothing names the user.
   */
  erase(tenant: string, user: string, actor: Actor): Promise<ErasureAnswer>;
  /** Ends what runs after its present transaction, and tells those who wait; whoever starts next goes on. */
  stop(): Promise<void>;
}

/** Shorter than what proxies wait for an answer. */
const WAIT_MS = 25_000;
const RESUME_MS = 30_000;
const POLL_MS = 250;
const FAULT_RETRY_SECONDS = 60;

interface Running {
  readonly run: ErasureRun;
  readonly done: Promise<ErasedCounts>;
}

export function createErasures(parts: ErasuresParts): Erasures {
  const { database, budgets, onFault, resumeMs = RESUME_MS, waitMs = WAIT_MS } = parts;
  const holder = randomUUID();
  const running = new Map<string, Running>();
  let isStopped = false;

  const taking = new Map<string, Promise<Running | null>>();

  /** Null where another process works on it, or it is done. Who asks meanwhile in this process gets the same. */
  function take(name: ErasureName, isAlone: boolean): Promise<Running | null> {
    const key = keyOf(name);
    const taken = taking.get(key) ?? takeOnce(name, isAlone).finally(() => taking.delete(key));
    taking.set(key, taken);
    return taken;
  }

  async function takeOnce(name: ErasureName, isAlone: boolean): Promise<Running | null> {
    const known = running.get(keyOf(name));
    if (known !== undefined) return known;
    const erasure = await takeErasure(database, name, holder, isAlone);
    if (erasure === null) return null;
    const run = new ErasureRun(database, budgets, holder, erasure);
    if (isStopped) run.stop();
    const one = { run, done: work(parts, run, holder).finally(() => running.delete(keyOf(name))) };
    one.done.catch(() => undefined);
    running.set(keyOf(name), one);
    return one;
  }

  const resuming = repeatedly(
    resumeMs,
    async (isFirst) => {
      for (const name of await selectErasures(database)) {
        // A fault is told where it happens; the next time tries again.
        await (await take(name, isFirst && database.kind === 'embedded'))?.done.catch(() => undefined);
        if (isStopped) return;
      }
    },
    onFault,
  );

  return {
    async erase(tenant, asked, actor) {
      // As it is stored: longer ids are cut.
      const user = cleanDimension(asked) ?? NO_DIMENSION;
      if (user === NO_DIMENSION) throw unknown();
      const name = { tenant, user };
      const begun = newErasure(name, actor, new Date(parts.nowMs()));
      await insertErasure(database, begun);
      const erasure = await findErasure(database, name);
      if (erasure === null) return { user: begun.erasedAs, state: 'done', rows: null };
      const one = await take(name, false);
      const ended = one === null ? ofOther(database, name, waitMs, () => isStopped) : ofOwn(one, waitMs);
      return { user: erasure.erasedAs, ...(await ended) };
    },
    async stop() {
      isStopped = true;
      for (const { run } of running.values()) run.stop();
      await resuming.stop();
      await Promise.allSettled([...running.values()].map(({ done }) => done));
    },
  };
}

/** Throws what keeps it from its end; the erasure is then somebody else's, or waits to be tried again. */
async function work(parts: ErasuresParts, run: ErasureRun, holder: string): Promise<ErasedCounts> {
  const { database, telemetry, log, onFault } = parts;
  const { tenant, user, erasedAs, actor, askedAt } = run.erasure;
  const beating = repeatedly(HELD_MS / 4, () => holdErasure(database, { tenant, user }, holder), onFault);
  try {
    log.info({ erasedAs, askedAt, step: run.erasure.step }, 'a user’s id is being erased');
    await eraseUser(run);
    const { counts } = run.erasure;
    await database.transaction(async (client) => {
      if (!(await deleteErasure(client, { tenant, user }, holder))) throw new ErasureTaken();
      if (Object.keys(counts).length === 0) return;
      const detail = { user: erasedAs, asked_at: askedAt, rows: counts };
      await recordAction(client, actor, { tenant, name: 'user.erase', detail, at: new Date(parts.nowMs()) });
    });
    if (Object.keys(counts).length > 0) telemetry.usersErased.inc();
    for (const [table, rows] of Object.entries(counts)) telemetry.erasedRows.inc({ table }, rows);
    log.info({ erasedAs, rows: counts }, 'a user’s id was erased');
    return counts;
  } catch (fault) {
    if (fault instanceof ErasureStopped) await releaseErasure(database, { tenant, user }, holder);
    else if (!(fault instanceof ErasureTaken)) onFault(fault);
    throw fault;
  } finally {
    await beating.stop();
  }
}

function newErasure({ tenant, user }: ErasureName, actor: Actor, askedAt: Date): Erasure {
  const erasedAs = `${ERASED_USER_PREFIX}${randomBytes(ERASED_USER_BYTES).toString('hex')}`;
  return { tenant, user, erasedAs, askedAt, actor, step: 'policy', day: null, counts: {} };
}

type Ended = Pick<ErasureAnswer, 'state' | 'rows'>;

async function ofOwn({ done }: Running, waitMs: number): Promise<Ended> {
  const waiting = new AbortController();
  const late = sleep(waitMs, null, { signal: waiting.signal }).catch(() => null);
  try {
    const rows = await Promise.race([done, late]);
    if (rows === null) return { state: 'running', rows };
    if (Object.keys(rows).length === 0) throw unknown();
    return { state: 'done', rows };
  } catch (fault) {
    if (fault instanceof TollgateError && fault.code === 'not_found') throw fault;
    if (fault instanceof ErasureTaken) return { state: 'running', rows: null };
    // Its reason is in the log, where the id is not: a failed request would be logged with its address.
    throw new TollgateError('store_unavailable', 'The erasure was interrupted; it goes on by itself.', {
      retryAfterSeconds: FAULT_RETRY_SECONDS,
    });
  } finally {
    waiting.abort();
  }
}

async function ofOther(
  database: Database,
  name: ErasureName,
  waitMs: number,
  isStopped: () => boolean,
): Promise<Ended> {
  for (let waitedMs = 0; waitedMs < waitMs && !isStopped(); waitedMs += POLL_MS) {
    if ((await findErasure(database, name)) === null) return { state: 'done', rows: null };
    await sleep(POLL_MS);
  }
  return { state: 'running', rows: null };
}

function unknown(): TollgateError {
  return new TollgateError('not_found', 'Nothing that is stored names this user.');
}

function keyOf({ tenant, user }: ErasureName): string {
  return JSON.stringify([tenant, user]);
}

function repeatedly(
  intervalMs: number,
  work: (isFirst: boolean) => Promise<void>,
  onFault: (fault: unknown) => void,
): { stop(): Promise<void> } {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = once(true);

  async function once(isFirst: boolean): Promise<void> {
    try {
      await work(isFirst);
    } catch (fault) {
      if (!isStopped) onFault(fault);
    }
    if (!isStopped) {
      timer = setTimeout(() => {
        round = once(false);
      }, intervalMs);
    }
  }

  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await round;
    },
  };
}
