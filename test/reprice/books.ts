import { Alerts } from '../../processor/alerts/alerts.ts';
import { createPolicyStore } from '../../processor/gate/policyStore.ts';
import { Windows } from '../../processor/gate/windows.ts';
import type { PriceSnapshot } from '../../processor/prices/priceBook.ts';
import { readPriceEpoch, seizePrices } from '../../processor/prices/priceLock.ts';
import { PricesChanged } from '../../processor/prices/pricesChanged.ts';
import { createRepricing, type RepriceReport, type RepriceRequest } from '../../processor/reprice/repricing.ts';
import { audit } from '../../processor/store/audit.ts';
import { createStore, type Store } from '../../processor/store/createStore.ts';
import type { Database } from '../../processor/store/database.ts';
import type { LlmCall, Priced, PricedCall, SpanSkeleton, Unpriced } from '../../src/call.ts';
import { formatUsd } from '../../src/money.ts';
import type { Budget } from '../../src/policy/budget.ts';
import { noOverrides } from '../../src/pricing/overrides.ts';
import { isUsageUnknown } from '../../src/usage.ts';
import { openTestDatabase, type StoreKind } from '../support/database.ts';
import { batch, countSamples, START_NANO } from '../store/samples.ts';

export const TENANT = 'default';
const ops = { keyId: 'key-1', keyName: 'ops' };
export const START_MICROS = Number(START_NANO / 1000n);

/** USD per million input and output tokens of a model. */
export type PriceList = Readonly<Record<string, readonly [input: number, output: number]>>;

const FEMTO_PER_USD_A_MTOK = 1_000_000_000n;

/** As the real pricing answers, by a list instead of cards. */
function priceBy(list: PriceList, call: LlmCall): PricedCall {
  return { ...call, price: priceOf(list, call) };
}

function priceOf(list: PriceList, call: LlmCall): Priced | Unpriced {
  if (call.usageFault !== null) return { status: 'unpriced', reason: 'inconsistent_usage' };
  if (isUsageUnknown(call.usage)) return { status: 'unpriced', reason: 'no_usage' };
  const rates = list[call.model ?? ''];
  if (rates === undefined) return { status: 'unpriced', reason: 'unknown_model' };
  const part = (tokens: number | null, rate: number): bigint =>
    BigInt(tokens ?? 0) * BigInt(Math.round(rate * 1000)) * (FEMTO_PER_USD_A_MTOK / 1000n);
  const input = part(call.usage.input_uncached, rates[0]);
  const output = part(call.usage.output, rates[1]);
  return {
    status: call.lossy ? 'lossy' : 'priced',
    costFemtoUsd: input + output,
    partsFemtoUsd: { ...(input > 0n && { input_uncached: input }), ...(output > 0n && { output }) },
    source: 'custom',
    card: `custom/${call.provider ?? '*'}/${call.model ?? ''}`,
    effectiveFrom: null,
    serviceTier: call.serviceTier ?? 'standard',
  };
}

/** Prices that a test sets: their epoch is the one in the database, as that of the real ones is. */
class ListedPrices {
  readonly #database: Database;
  #lists: PriceList[] = [];

  constructor(database: Database, list: PriceList) {
    this.#database = database;
    this.#lists[0] = list;
  }

  /** Those of the epoch that the change begins. */
  async set(list: PriceList): Promise<void> {
    await this.#database.transaction(async (client) => {
      const { epoch } = await seizePrices(client);
      this.#lists[epoch] = list;
    });
  }

  readonly refresh = async (): Promise<PriceSnapshot> => {
    const epoch = await readPriceEpoch(this.#database);
    const list = this.#lists[epoch] ?? {};
    const pricing = { price: (call: LlmCall) => priceBy(list, call) };
    return { epoch, pricing: pricing as PriceSnapshot['pricing'], overridesOf: () => noOverrides };
  };
}

export interface Books extends AsyncDisposable {
  readonly url: string | undefined;
  readonly database: Database;
  readonly store: Store;
  readonly prices: ListedPrices;
  /** As the pipeline does: priced by the prices in force, anew where they change before the commit. */
  commit(calls: readonly LlmCall[], spans?: readonly SpanSkeleton[], tenant?: string): Promise<void>;
  reprice(asked?: Partial<RepriceRequest>): Promise<RepriceReport>;
  differences(): Promise<readonly unknown[]>;
  stop(): Promise<void>;
}

export interface BooksOptions {
  readonly list?: PriceList;
  readonly budgets?: readonly Budget[];
  readonly settleDelayMs?: number;
  /** What repricing sees of the database. */
  readonly seen?: (database: Database) => Database;
}

/** A store that counts in budgets, and what prices its calls anew. */
export async function openBooks(kind: StoreKind, options: BooksOptions = {}): Promise<Books> {
  const place = await openTestDatabase(kind);
  const books = await openBooksOn(place.database, options);
  return {
    ...books,
    url: place.url,
    [Symbol.asyncDispose]: async () => {
      await books[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    },
  };
}

export async function openBooksOn(
  database: Database,
  { list = {}, budgets = [], settleDelayMs = 0, seen = (same) => same }: BooksOptions = {},
  prices = new ListedPrices(database, list),
): Promise<Omit<Books, 'url'>> {
  const windows = new Windows();
  const policies = createPolicyStore(database, windows);
  await policies.syncFile(budgets);
  await countSamples(database);
  const counting = { policies, windows, alerts: new Alerts([]) };
  const store = createStore(database, { settleDelayMs, budgets: counting });
  const repricing = createRepricing({
    database: seen(database),
    prices,
    budgets: counting,
    settleDelayMicros: settleDelayMs * 1000,
    nowMs: Date.now,
  });

  return {
    database,
    store,
    prices,
    async commit(calls, spans = [], tenant = TENANT) {
      for (;;) {
        const { epoch, pricing } = await prices.refresh();
        const priced = calls.map((call) => pricing.price(call));
        try {
          await store.commit({ ...batch(priced, spans, tenant), pricesEpoch: epoch });
          return;
        } catch (fault) {
          if (!(fault instanceof PricesChanged)) throw fault;
        }
      }
    },
    reprice: (asked = {}) => repricing.reprice({ ...everything, ...asked }, ops),
    differences: async () => (await audit(database)).differences,
    stop: () => repricing.stop(),
    [Symbol.asyncDispose]: async () => {
      await repricing.stop();
      await store.close();
    },
  };
}

/** All that samples of calls start in. */
const everything: RepriceRequest = {
  tenant: TENANT,
  fromMicros: 0,
  toMicros: Number.MAX_SAFE_INTEGER,
  models: null,
  isDryRun: false,
};

/** `PROVIDER/MODEL: calls, before → after`, with what got and what lost its price. */
export function told({ byModel }: RepriceReport): readonly string[] {
  return byModel.map((sum) => {
    const { provider, model, calls, newlyPricedCalls, newlyUnpricedCalls, beforeFemtoUsd, afterFemtoUsd } = sum;
    const moved = newlyPricedCalls + newlyUnpricedCalls === 0 ? '' : ` +${newlyPricedCalls} -${newlyUnpricedCalls}`;
    return `${provider}/${model}: ${calls}${moved}, ${formatUsd(beforeFemtoUsd)} → ${formatUsd(afterFemtoUsd)}`;
  });
}
