import type { Queries } from '../store/database.ts';
import { finishDeliveries, type EndedAttempt } from './statements/finishDeliveries.ts';

/** Writes what came of attempts: those that end while one statement runs go together in the next. */
export class EndedAttempts {
  readonly #queries: Queries;
  #waiting: EndedAttempt[] = [];
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  constructor(queries: Queries) {
    this.#queries = queries;
  }

  /** Resolves when it is written. */
  write(ended: EndedAttempt): Promise<void> {
    this.#waiting.push(ended);
    this.#next ??= this.#writing.then(() => this.#writeWaiting());
    return this.#next;
  }

  #writeWaiting(): Promise<void> {
    const ended = this.#waiting;
    this.#waiting = [];
    this.#next = null;
    const written = finishDeliveries(this.#queries, ended);
    // Whoever waits for it is told of a failure; the next does not fail with it.
    this.#writing = written.catch(() => undefined);
    return written;
  }
}
