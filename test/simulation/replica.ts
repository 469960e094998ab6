import { createStore, type Store } from '../../processor/store/createStore.ts';
import type { Database, Queries } from '../../processor/store/database.ts';
import type { StoreBatch } from '../../processor/store/store.ts';

export interface Clock {
  nowMs: number;
}

export const SETTLE_DELAY_MS = 60_000;

/**
 * A replica of the service on a database, as far as its store goes. A crash takes it away in the middle of whatever it does:
 * its transactions end unfinished, and nobody hears from it again.
 */
export class Replica {
  readonly #store: Store;
  readonly #ended: Promise<never>;
  #isDead = false;
  #end: (fault: Error) => void = () => undefined;

  constructor(database: Database, clock: Clock) {
    this.#ended = new Promise((_, reject) => (this.#end = reject));
    this.#ended.catch(() => undefined);
    this.#store = createStore(this.#mortal(database), { nowMs: () => clock.nowMs, settleDelayMs: SETTLE_DELAY_MS });
  }

  /** Rejects where the batch is not known to be committed. */
  commit(batch: StoreBatch): Promise<unknown> {
    return this.#orEnd(this.#store.commit(batch));
  }

  settle(): Promise<number> {
    return this.#orEnd(this.#store.settle());
  }

  /** What it has taken goes on unless it is dead. */
  async close(): Promise<void> {
    await this.#store.close();
  }

  crash(): void {
    this.#isDead = true;
    this.cutOff();
  }

  /** Nobody hears from it again, but what it has taken goes on: a replica behind a broken network. */
  cutOff(): void {
    this.#end(new Error('the replica is gone'));
  }

  async #orEnd<Answer>(work: Promise<Answer>): Promise<Answer> {
    work.catch(() => undefined);
    return Promise.race([work, this.#ended]);
  }

  #mortal(database: Database): Database {
    const alive = <Answer>(work: () => Promise<Answer>): Promise<Answer> =>
      this.#isDead ? Promise.reject(new Error('the replica is dead')) : work();
    const mortal = (queries: Queries): Queries => ({
      query: (text, values) => alive(() => queries.query(text, values)),
    });
    return {
      kind: database.kind,
      ...mortal(database),
      transaction: (work) => alive(() => database.transaction((client) => alive(() => work(mortal(client))))),
      close: () => Promise.resolve(),
    };
  }
}
