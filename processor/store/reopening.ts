import { TollgateError } from '../../src/errors.ts';
import type { Log } from '../log.ts';
import type { Database, Queries } from './database.ts';

type OpenSession = (onEnd: (fault: TollgateError) => void) => Promise<Database>;

export interface ReopeningParts {
  readonly open: OpenSession;
  /** Rejects while the disk takes nothing. Opening the engine only to find that out would cost a second of the whole process and 200 MB. */
  readonly tryRoom: () => Promise<void>;
  readonly log: Pick<Log, 'info' | 'error'>;
  /** Called once where it cannot be opened though there is room: only a new process may help. */
  readonly onLost: (fault: unknown) => void;
  /** Before each attempt after the end of a session; the last holds for all further ones. */
  readonly delaysMs?: readonly number[];
}

const DELAYS_MS: readonly number[] = [1_000, 2_000, 5_000, 10_000];
/** Each leaves up to 200 MB to the garbage collector, which does not hurry. */
const OPENINGS_MAX = 3;

/** A database over a session that may end: it is opened again until that works, and until then every query is `store_unavailable`. */
export async function keepOpen(parts: ReopeningParts): Promise<Database> {
  const session = new ReopeningSession(parts);
  await session.open();
  return {
    kind: 'embedded',
    query: async (text, values) => session.current().query(text, values),
    transaction: async <T>(work: (client: Queries) => Promise<T>) => session.current().transaction(work),
    close: () => session.close(),
  };
}

class ReopeningSession {
  readonly #parts: ReopeningParts;
  #session: Database | null = null;
  #ended: TollgateError | null = null;
  #attempts = 0;
  #openings = 0;
  #timer: NodeJS.Timeout | undefined;
  #opening: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(parts: ReopeningParts) {
    this.#parts = parts;
  }

  current(): Database {
    if (this.#session !== null) return this.#session;
    throw this.#ended ?? new TollgateError('store_unavailable', 'The embedded store is closed.');
  }

  async open(): Promise<void> {
    this.#session = await this.#parts.open((fault) => this.#end(fault));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#opening;
    await this.#session?.close();
  }

  #end(fault: TollgateError): void {
    this.#session = null;
    this.#ended = fault;
    this.#attempts = 0;
    this.#openings = 0;
    this.#parts.log.error(
      { err: fault },
      'the embedded store stopped: exports and questions are answered with 503 until it is open again',
    );
    this.#reopenLater();
  }

  #reopenLater(): void {
    if (this.#isClosed) return;
    const { delaysMs = DELAYS_MS } = this.#parts;
    const delayMs = delaysMs[Math.min(this.#attempts, delaysMs.length - 1)];
    this.#attempts += 1;
    this.#timer = setTimeout(() => {
      this.#opening = this.#reopen();
    }, delayMs);
  }

  async #reopen(): Promise<void> {
    const { log, tryRoom, onLost } = this.#parts;
    try {
      await tryRoom();
      this.#openings += 1;
      await this.open();
      log.info({ attempts: this.#attempts }, 'the embedded store is open again: all that was acknowledged is there');
    } catch (fault) {
      const isLost = this.#openings >= OPENINGS_MAX;
      log.error({ err: fault, attempts: this.#attempts }, 'the embedded store could not be opened again');
      if (isLost) onLost(fault);
      else this.#reopenLater();
    }
  }
}
