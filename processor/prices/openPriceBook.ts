import { compileOverrides, type Overrides } from '../../src/pricing/overrides.ts';
import type { PriceSettings } from '../../src/pricing/priceSettings.ts';
import { createPricing, type Pricing } from '../../src/pricing/pricing.ts';
import { libraryData } from '../../src/pricing/rateData.ts';
import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
import type { Database, Queries } from '../store/database.ts';
import { createLatest } from './latest.ts';
import type { CardInForce, PriceBook, PriceSnapshot } from './priceBook.ts';
import { endPrices, putPrice } from './priceChanges.ts';
import { readPriceEpoch } from './priceLock.ts';
import { selectChangedPrices, selectPrices } from './priceRows.ts';
import { putCardInForce, readCardFile, readKeptCard, selectCardInForce } from './rateCards.ts';
import { requireTarget } from './unknownTarget.ts';

export interface PriceBookParts {
  readonly database: Database;
  /** Every tenant's, after its own. */
  readonly filePrices: readonly WrittenPrice[];
  readonly settings: PriceSettings;
}

/** What is known of one epoch; each is made of the one before, with what has changed. */
interface Known {
  readonly snapshot: PriceSnapshot;
  /** Of tenants that have prices of their own. */
  readonly tenants: ReadonlyMap<string, TenantPrices>;
  readonly card: CardInForce;
  readonly pricing: Pricing;
  /** In the database; null: the library's. */
  readonly cardId: string | null;
}

/** Compiled when the first call of the tenant is priced; shared by snapshots between which the tenant's prices did not change. */
class TenantPrices {
  readonly #layers: readonly (readonly WrittenPrice[])[];
  #compiled: Overrides | null = null;

  constructor(own: readonly WrittenPrice[], ofFile: readonly WrittenPrice[]) {
    this.#layers = [own, ofFile];
  }

  compiled(): Overrides {
    this.#compiled ??= compileOverrides(this.#layers);
    return this.#compiled;
  }
}

/** Reads the prices there are. The database stays open. */
export async function openPriceBook({ database, filePrices, settings }: PriceBookParts): Promise<PriceBook> {
  const ofFileAlone = new TenantPrices([], filePrices);

  async function read(client: Queries, before: Known | null): Promise<Known> {
    const epoch = await readPriceEpoch(client);
    if (before !== null && before.snapshot.epoch >= epoch) return before;
    const changed = await selectChangedPrices(client, before?.snapshot.epoch ?? -1);
    const tenants = new Map(before?.tenants);
    for (const [tenant, prices] of changed) {
      if (prices.length === 0) tenants.delete(tenant);
      else tenants.set(tenant, new TenantPrices(prices, filePrices));
    }
    const { card, cardId, pricing } = await readPricing(client, before);
    const overridesOf = (tenant: string): Overrides => (tenants.get(tenant) ?? ofFileAlone).compiled();
    return { snapshot: { epoch, pricing, overridesOf }, tenants, card, cardId, pricing };
  }

  async function readPricing(
    client: Queries,
    before: Known | null,
  ): Promise<Pick<Known, 'card' | 'cardId' | 'pricing'>> {
    const kept = await selectCardInForce(client);
    if (before !== null && before.cardId === (kept?.id ?? null)) return before;
    if (kept === null) {
      const data = libraryData();
      return { card: { data, importedAt: null }, cardId: null, pricing: createPricing({ settings }) };
    }
    const data = await readKeptCard(client, kept);
    return { card: { data, importedAt: kept.importedAt }, cardId: kept.id, pricing: createPricing({ data, settings }) };
  }

  /** In one snapshot of the database, so that the epoch and what it stands for belong together without the lock. */
  const readKnown = (before: Known | null): Promise<Known> =>
    database.transaction(async (client) => {
      await client.query('set transaction isolation level repeatable read, read only');
      return read(client, before);
    });

  let known = await readKnown(null);
  const refresh = createLatest(async () => {
    known = await readKnown(known);
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
      requireTarget(price, known.pricing);
      return changing((client) => putPrice(client, { tenant, price, actor }));
    },
    end: (tenant, provider, model, actor) =>
      changing((client) => endPrices(client, { tenant, provider, model, actor })),
    async list(tenant) {
      const own = await selectPrices(database, tenant);
      return [
        ...own.map(({ id: _id, ...price }) => ({ ...price, setBy: 'api' as const })),
        ...filePrices.map((price) => ({ ...price, setBy: 'file' as const, createdAt: null })),
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
