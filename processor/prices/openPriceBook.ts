import type { Database, Queries } from '../store/database.ts';
import { type OwnParts, readKnownPrices } from './knownPrices.ts';
import { createLatest } from './latest.ts';
import type { PriceBook } from './priceBook.ts';
import { endPrices, putPrice } from './priceChanges.ts';
import { selectPrices } from './priceRows.ts';
import { putCardInForce, readCardFile } from './rateCards.ts';
import { requireTarget } from './unknownTarget.ts';

export interface PriceBookParts extends OwnParts {
  readonly database: Database;
}

/** Reads the prices there are. The database stays open. */
export async function openPriceBook({ database, ...own }: PriceBookParts): Promise<PriceBook> {
  /** In one snapshot of the database, so that the epoch and what it stands for belong together without the lock. */
  const read = (before: Parameters<typeof readKnownPrices>[1]) =>
    database.transaction(async (client) => {
      await client.query('set transaction isolation level repeatable read, read only');
      return readKnownPrices(client, before, own);
    });

  let known = await read(null);
  const refresh = createLatest(async () => {
    known = await read(known);
    return known.snapshot;
  });

  async function changing<T>(change: (client: Queries) => Promise<T>): Promise<T> {
    const result = await database.transaction(change);
    await refresh();
    return result;
  }

  return {
    get snapshot() {
      return known.snapshot;
    },
    refresh,
    async put(tenant, price, actor) {
      requireTarget(price, known.snapshot.pricing);
      return changing((client) => putPrice(client, { tenant, price, actor }));
    },
    end: (tenant, provider, model, actor) =>
      changing((client) => endPrices(client, { tenant, provider, model, actor })),
    async list(tenant) {
      const set = await selectPrices(database, tenant);
      return [
        ...set.map(({ id: _id, ...price }) => ({ ...price, setBy: 'api' as const })),
        ...own.filePrices.map((price) => ({ ...price, setBy: 'file' as const, createdAt: null })),
      ];
    },
    async importCard(file, actor) {
      const card = file === null ? null : await readCardFile(file);
      return changing((client) => putCardInForce(client, card, actor));
    },
    async cardInForce() {
      await refresh();
      return known.card;
    },
  };
}
