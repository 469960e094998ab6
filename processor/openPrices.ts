import type { Config } from './config.ts';
import type { Log } from './log.ts';
import { followPrices } from './prices/followPrices.ts';
import { openPriceBook } from './prices/openPriceBook.ts';
import type { PriceBook } from './prices/priceBook.ts';
import { unknownTarget } from './prices/unknownTarget.ts';
import type { SharedDatabase } from './store/shares.ts';

export interface PricesGround {
  readonly config: Pick<Config, 'prices' | 'pricing'>;
  readonly shared: Pick<SharedDatabase, 'access'>;
  readonly log: Log;
  /** Closed from the last to the first. */
  readonly opened: { push(close: () => Promise<void>): unknown };
}

/** The prices in force, followed as others change them. On the connections of keys: exports wait for both, and for nothing slow. */
export async function openPrices(
  { config, shared, log, opened }: PricesGround,
  onFault: (fault: unknown) => void,
): Promise<PriceBook> {
  const database = shared.access;
  const book = await openPriceBook({ database, filePrices: config.prices, settings: config.pricing });
  for (const price of config.prices) {
    const unknown = unknownTarget(price, book.snapshot.pricing);
    if (unknown === null) continue;
    const { provider, model } = price;
    log.warn(
      { provider, model, ...unknown },
      'a price of the file maps to a model that nobody knows: it prices nothing',
    );
  }
  const { importedAt, data } = await book.cardInForce();
  if (importedAt !== null) log.info({ version: data.version, importedAt }, 'an imported rate card is in force');
  const following = followPrices({ database, book, onFault });
  opened.push(() => following.stop());
  return book;
}
