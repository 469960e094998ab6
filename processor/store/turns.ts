import { TollgateError } from '../../src/errors.ts';
import { type Share, shares } from './shares.ts';

interface Waiting {
  readonly begin: () => void;
}

/** A turn is a statement or a transaction, some 100 ms at most: who waits this long for one waits for something that is stuck. */
const TURN_WAIT_MS = 30_000;
const RETRY_AFTER_SECONDS = 5;
/**
 * Turns of the event loop between two of the store. It takes one new connection in each (libuv since 1.46), so with a single
 * one senders would wait to be let in, in no queue that anybody counts. An idle turn takes about 2 us.
 */
const LOOP_TURNS = 64;
/** Where there is much to read, no more begin after this long. */
const LOOP_MS = 25;

/**
 * Turns at the one session of the embedded store. The gate goes first, but not twice in a row while others wait; the others
 * go in turn, whoever was served longest ago. So each share waits for one turn of every other at most, and the gate's between.
 * Between two turns the event loop has some.
 */
export class Turns {
  readonly #lines: Readonly<Record<Share, Waiting[]>> = { access: [], gate: [], ingest: [], upkeep: [], questions: [] };
  /** Whoever was served longest ago first. */
  #order: readonly Share[] = shares;
  #isTaken = false;

  /** Resolves to what ends the turn. Rejects with `store_unavailable` where none comes in time. */
  async take(share: Share): Promise<() => void> {
    if (this.#isTaken) await this.#wait(share);
    this.#isTaken = true;
    this.#order = [...this.#order.filter((each) => each !== share), share];
    // Statements of the store are made of microtasks alone: without turns of the event loop in between, nothing would be
    // read from sockets as long as something waits, and so nobody be told to come again either.
    return () => this.#passAfter(LOOP_TURNS, performance.now() + LOOP_MS);
  }

  waiting(share: Share): number {
    return this.#lines[share].length;
  }

  #wait(share: Share): Promise<void> {
    const line = this.#lines[share];
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        begin() {
          clearTimeout(deadline);
          resolve();
        },
      };
      const deadline = setTimeout(() => {
        line.splice(line.indexOf(waiting), 1);
        const message = `The embedded store has been busy for ${TURN_WAIT_MS} ms: come again.`;
        reject(new TollgateError('store_unavailable', message, { retryAfterSeconds: RETRY_AFTER_SECONDS }));
      }, TURN_WAIT_MS);
      line.push(waiting);
    });
  }

  #passAfter(loopTurns: number, latestMs: number): void {
    setImmediate(() => {
      if (loopTurns > 1 && performance.now() < latestMs) this.#passAfter(loopTurns - 1, latestMs);
      else this.#pass();
    });
  }

  /** The session stays taken while it passes on: whoever asks in between waits like everybody. */
  #pass(): void {
    const waiting = this.#order.filter((share) => this.#lines[share].length > 0);
    const isGateNext = waiting.includes('gate') && (this.#order.at(-1) !== 'gate' || waiting.length === 1);
    const next = isGateNext ? 'gate' : waiting[0];
    if (next === undefined) this.#isTaken = false;
    else this.#lines[next].shift()?.begin();
  }
}
