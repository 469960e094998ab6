import { setTimeout as sleep } from 'node:timers/promises';
import { transact } from '../gate/transact.ts';
import type { PolicyStore } from '../gate/policyStore.ts';
import type { Windows } from '../gate/windows.ts';
import type { Database, Queries } from '../store/database.ts';
import { addCounts, type ErasedCounts, type Erasure, type ErasureStep } from './erasure.ts';
import { noteErasure } from './statements/erasureRows.ts';

/** What counts calls and reservations, and has to count them under the other id. */
export interface CountingBudgets {
  readonly policies: PolicyStore;
  readonly windows: Windows;
}

/** Another process goes on with the erasure. */
export class ErasureTaken extends Error {}
/** The service is stopping; the erasure goes on when it starts again. */
export class ErasureStopped extends Error {}

/**
 * How many spans, reservations or rows of a table one transaction changes at most. One of the embedded store holds up the
 * whole process while it runs.
 */
const ROWS_A_BATCH: Readonly<Record<Database['kind'], number>> = { postgres: 1000, embedded: 200 };
/**
 * How long it lets others go before its next transaction, as a share of what the last one took. The embedded store works
 * in this process, without ever giving way to what waits for an event.
 */
const PAUSE_SHARE: Readonly<Record<Database['kind'], number>> = { postgres: 0, embedded: 1 };
/** Looking for the id reads a whole day; the pool's own limit is for questions. */
const STATEMENT_TIMEOUT_MS = 600_000;

/** One process at work on an erasure, in transactions that are small and each leave all sums right. */
export class ErasureRun {
  readonly database: Database;
  readonly budgets: CountingBudgets;
  readonly rowsABatch: number;
  readonly #holder: string;
  #erasure: Erasure;
  #isStopped = false;

  constructor(database: Database, budgets: CountingBudgets, holder: string, erasure: Erasure) {
    this.database = database;
    this.budgets = budgets;
    this.rowsABatch = ROWS_A_BATCH[database.kind];
    this.#holder = holder;
    this.#erasure = erasure;
  }

  /** As far as it is committed. */
  get erasure(): Erasure {
    return this.#erasure;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Written with the next commit. */
  goTo(step: ErasureStep, day: string | null): void {
    this.#erasure = { ...this.#erasure, step, day };
  }

  /** A question that may take long. */
  ask<Answer>(question: (client: Queries) => Promise<Answer>): Promise<Answer> {
    return this.#inTurn(() =>
      this.database.transaction(async (client) => {
        await client.query(`set transaction read only; set local statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
        return question(client);
      }),
    );
  }

  /**
   * One transaction, which notes how far the erasure is; resolves to the rows that `work` says it changed. It is run again where it lost a
   * race: what was done already is not found again.
   */
  async commit(work: (client: Queries) => Promise<ErasedCounts>): Promise<number> {
    const done = await this.#inTurn(() =>
      transact(this.database, async (client) => {
        await client.query(`set local statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
        const changed = await work(client);
        const erasure = { ...this.#erasure, counts: addCounts(this.#erasure.counts, changed) };
        if (!(await noteErasure(client, erasure, this.#holder))) throw new ErasureTaken();
        return { changed, erasure };
      }),
    );
    this.#erasure = done.erasure;
    return Object.values(done.changed).reduce((sum, rows) => sum + rows, 0);
  }

  async #inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (this.#isStopped) throw new ErasureStopped();
    const startMs = performance.now();
    const answer = await work();
    await sleep((performance.now() - startMs) * PAUSE_SHARE[this.database.kind]);
    return answer;
  }
}
