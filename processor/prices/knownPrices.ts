import { noOverrides, type Overrides } from '../../src/pricing/overrides.ts';
import type { PriceSettings } from '../../src/pricing/priceSettings.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import { libraryData } from '../../src/pricing/rateData.ts';
import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
import type { Queries } from '../store/database.ts';
import type { CardInForce, PriceSnapshot } from './priceBook.ts';
import { readPriceEpoch } from './priceLock.ts';
import { selectChangedPrices } from './priceRows.ts';
import { readKeptCard, selectCardInForce } from './rateCards.ts';

/** What is known of one epoch; each is made of the one before, with what has changed. */
export interface KnownPrices {
  readonly snapshot: PriceSnapshot;
  /** Of tenants that have prices of their own. */
  readonly tenants: ReadonlyMap<string, TenantPrices>;
  /** Of all others. */
  readonly others: TenantPrices;
  readonly card: CardInForce;
  /** In the database; null: the library's. */
  readonly cardId: string | null;
}

/** What a process adds to the prices of the database. */
export interface OwnParts {
  /** Every tenant's, after its own. */
  readonly filePrices: readonly WrittenPrice[];
  readonly settings: PriceSettings;
}

/** Compiled when the first call of the tenant is priced; shared by snapshots between which the tenant's prices did not change. */
class TenantPrices {
  readonly #prices: readonly WrittenPrice[];
  readonly #after: TenantPrices | null;
  #compiled: Overrides | null = null;

  /** What goes after them is compiled once for all tenants. */
  constructor(prices: readonly WrittenPrice[], after: TenantPrices | null) {
    this.#prices = prices;
    this.#after = after;
  }

  compiled(): Overrides {
    this.#compiled ??= (this.#after?.compiled() ?? noOverrides).under(this.#prices);
    return this.#compiled;
  }
}

/** Reads what has changed since `before`, which is all at first. In one snapshot of the database. */
export async function readKnownPrices(
  client: Queries,
  before: KnownPrices | null,
  { filePrices, settings }: OwnParts,
): Promise<KnownPrices> {
  const epoch = await readPriceEpoch(client);
  if (before !== null && before.snapshot.epoch >= epoch) return before;
  const others = before?.others ?? new TenantPrices(filePrices, null);
  const tenants = new Map(before?.tenants);
  for (const [tenant, prices] of await selectChangedPrices(client, before?.snapshot.epoch ?? -1)) {
    if (prices.length === 0) tenants.delete(tenant);
    else tenants.set(tenant, new TenantPrices(prices, others));
  }
  const { card, cardId, pricing } = await readPricing(client, before, settings);
  const overridesOf = (tenant: string): Overrides => (tenants.get(tenant) ?? others).compiled();
  return { snapshot: { epoch, pricing, overridesOf }, tenants, others, card, cardId };
}

type KnownPricing = Pick<KnownPrices, 'card' | 'cardId'> & Pick<PriceSnapshot, 'pricing'>;

/** Another one only where another card is in force: it remembers the names it has seen. */
async function readPricing(
  client: Queries,
  before: KnownPrices | null,
  settings: PriceSettings,
): Promise<KnownPricing> {
  const kept = await selectCardInForce(client);
  if (before !== null && before.cardId === (kept?.id ?? null)) {
    return { card: before.card, cardId: before.cardId, pricing: before.snapshot.pricing };
  }
  if (kept === null) {
    const card = { data: libraryData(), importedAt: null };
    return { card, cardId: null, pricing: createPricing({ settings }) };
  }
  const data = await readKeptCard(client, kept);
  return { card: { data, importedAt: kept.importedAt }, cardId: kept.id, pricing: createPricing({ data, settings }) };
}
