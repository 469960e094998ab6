import { TollgateError } from '../../src/errors.ts';
import type { Database, Queries } from './database.ts';
import { faultCode } from './storeFault.ts';

export interface QuestionLimits {
  /** How many statements and transactions of questions are under way at once. */
  readonly running: number;
  /** How many more may wait; the next is refused at once. */
  readonly waitingMax: number;
  readonly waitMsMax: number;
  /** What the session ends a statement after; here only for the message. Null: the store cannot. */
  readonly statementMsMax: number | null;
}

export type QuestionRefusal = 'waiting' | 'waited' | 'timeout' | 'too_large';

export interface BoundQuestions {
  readonly database: Database;
  waiting(): number;
}

const RETRY_AFTER_SECONDS = 2;
/** What takes too long now will hardly be faster at once. */
const TIMEOUT_RETRY_SECONDS = 10;
/** query_canceled: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const TIMEOUT_SQLSTATE = '57014';

/**
 * The database for questions: few at once, few that wait, none for long. What is above is refused at once with a time to come
 * again, so that a page that asks every second, or a hundred of them, cannot pile up work.
 */
export function boundQuestions(
  database: Database,
  limits: QuestionLimits,
  onRefused: (reason: QuestionRefusal) => void,
): BoundQuestions {
  const line = new QuestionLine(limits, onRefused);

  async function asking<T>(ask: () => Promise<T>): Promise<T> {
    const done = await line.enter();
    try {
      return await ask();
    } catch (fault) {
      throw tooSlow(fault) ?? fault;
    } finally {
      done();
    }
  }

  function tooSlow(fault: unknown): TollgateError | null {
    if (!(fault instanceof TollgateError) || faultCode(fault.cause) !== TIMEOUT_SQLSTATE) return null;
    onRefused('timeout');
    const message = `The question took longer than ${limits.statementMsMax} ms and was ended: a shorter period, fewer groups or fewer filters take less.`;
    return new TollgateError('question_timeout', message, { cause: fault, retryAfterSeconds: TIMEOUT_RETRY_SECONDS });
  }

  return {
    waiting: () => line.waiting,
    database: {
      kind: database.kind,
      rowsBound: database.rowsBound,
      query: (text, values) => asking(() => database.query(text, values)),
      transaction: <T>(work: (client: Queries) => Promise<T>) => asking(() => database.transaction(work)),
      close: () => database.close(),
    },
  };
}

/** Who may ask, in the order of arrival. */
class QuestionLine {
  readonly #limits: QuestionLimits;
  readonly #onRefused: (reason: QuestionRefusal) => void;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: QuestionLimits, onRefused: (reason: QuestionRefusal) => void) {
    this.#limits = limits;
    this.#onRefused = onRefused;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves to what must be called when the question is answered. */
  async enter(): Promise<() => void> {
    const { running, waitingMax } = this.#limits;
    if (this.#running < running) this.#running += 1;
    else if (this.#waiting.length < waitingMax) await this.#wait();
    else throw this.#refuse('waiting', `${this.#waiting.length} questions wait to be answered: come again.`);
    return () => this.#leave();
  }

  #wait(): Promise<void> {
    const { waitMsMax } = this.#limits;
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(deadline);
        resolve();
      };
      const deadline = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(begin), 1);
        reject(this.#refuse('waited', `The question waited ${waitMsMax} ms for others: come again.`));
      }, waitMsMax);
      this.#waiting.push(begin);
    });
  }

  /** Whoever is next takes over the place: the number under way stays. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }

  #refuse(reason: QuestionRefusal, message: string): TollgateError {
    this.#onRefused(reason);
    return new TollgateError('overloaded', message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
}
