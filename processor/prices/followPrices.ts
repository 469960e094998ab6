import type { Database } from '../store/database.ts';
import type { PriceBook } from './priceBook.ts';
import { readPriceEpoch } from './priceLock.ts';

/** How old what a process knows of prices may get where nothing it commits tells it. */
const INTERVAL_MS = 1_000;

export interface FollowParts {
  readonly database: Database;
  readonly book: Pick<PriceBook, 'snapshot' | 'refresh'>;
  readonly onFault: (fault: unknown) => void;
  readonly intervalMs?: number;
}

/** Reads the prices again as other replicas and commands change them. A failure is told, once until it works again. */
export function followPrices({ database, book, onFault, intervalMs = INTERVAL_MS }: FollowParts): {
  stop(): Promise<void>;
} {
  let isStopped = false;
  let isFailing = false;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    try {
      if ((await readPriceEpoch(database)) !== book.snapshot.epoch) await book.refresh();
      isFailing = false;
    } catch (fault) {
      if (!isStopped && !isFailing) onFault(fault);
      isFailing = true;
    }
    if (!isStopped) wait();
  }

  function wait(): void {
    timer = setTimeout(() => {
      round = look();
    }, intervalMs);
  }

  wait();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await round;
    },
  };
}
