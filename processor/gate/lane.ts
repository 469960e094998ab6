import { setImmediate as immediate } from 'node:timers/promises';
import { TollgateError } from '../../src/errors.ts';

/** What became of one request of a batch. */
export type Outcome<Answer> =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly fault: unknown };

export interface LaneLimits {
  /** How many requests go in one transaction. */
  readonly batchMax: number;
  /** How many may wait for theirs. */
  readonly waitingMax: number;
}

export interface Lane<Request, Answer> {
  /** Resolves to what the batch answered. Rejects with `overloaded` or `shutting_down` where it does not take the request. */
  ask(request: Request): Promise<Answer>;
  /** Takes no more; resolves when everything it took is answered. */
  close(): Promise<void>;
}

const OVERLOAD_RETRY_SECONDS = 1;

interface Waiting<Request, Answer> {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (fault: unknown) => void;
}

/**
 * One batch in flight; what arrives meanwhile goes together in the next: on a row that every call locks, several at once would only
 * wait for each other. A batch that fails is run again request by request, so that a bad one fails alone.
 */
export function createLane<Request, Answer>(
  run: (batch: readonly Request[]) => Promise<readonly Outcome<Answer>[]>,
  { batchMax, waitingMax }: LaneLimits,
): Lane<Request, Answer> {
  const queue: Waiting<Request, Answer>[] = [];
  let running: Promise<void> | null = null;
  let isClosed = false;

  async function runAll(): Promise<void> {
    while (queue.length > 0) {
      // What stands ready in sockets is read first. The embedded store gives the loop no turn by itself: all its work is done in
      // microtasks, and each batch would have one request.
      await immediate();
      await answer(run, queue.splice(0, batchMax));
    }
    // In the same turn in which the queue was found empty: a request that comes after it starts the lane again.
    running = null;
  }

  return {
    ask(request) {
      if (isClosed) return refuse('shutting_down', 'The gate takes no more requests.');
      if (queue.length >= waitingMax) return refuse('overloaded', `${queue.length} requests wait to be decided.`);
      return new Promise((resolve, reject) => {
        queue.push({ request, resolve, reject });
        running ??= runAll();
      });
    },
    async close() {
      isClosed = true;
      await running;
    },
  };
}

/** Never rejects. */
async function answer<Request, Answer>(
  run: (batch: readonly Request[]) => Promise<readonly Outcome<Answer>[]>,
  batch: readonly Waiting<Request, Answer>[],
): Promise<void> {
  try {
    const outcomes = await run(batch.map(({ request }) => request));
    batch.forEach(({ resolve, reject }, index) => {
      const outcome = outcomes[index];
      if (outcome === undefined) reject(new Error('the batch left a request without an answer'));
      else if (outcome.ok) resolve(outcome.answer);
      else reject(outcome.fault);
    });
  } catch (fault) {
    const isUnavailable = fault instanceof TollgateError && fault.code === 'store_unavailable';
    if (batch.length === 1 || isUnavailable) for (const { reject } of batch) reject(fault);
    else for (const each of batch) await answer(run, [each]);
  }
}

function refuse(code: 'overloaded' | 'shutting_down', message: string): Promise<never> {
  return Promise.reject(new TollgateError(code, message, { retryAfterSeconds: OVERLOAD_RETRY_SECONDS }));
}
