import { runRounds } from '../rounds.ts';
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
  let isFailing = false;
  return runRounds(
    async () => {
      if ((await readPriceEpoch(database)) !== book.snapshot.epoch) await book.refresh();
      isFailing = false;
    },
    {
      firstMs: intervalMs,
      waitMs: () => intervalMs,
      onFault(fault) {
        if (!isFailing) onFault(fault);
        isFailing = true;
      },
    },
  );
}
