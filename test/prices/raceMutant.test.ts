import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { commitPriced } from '../../processor/prices/commitPriced.ts';
import { openPriceBook } from '../../processor/prices/openPriceBook.ts';
import type { PriceBook } from '../../processor/prices/priceBook.ts';
import { sharePrices } from '../../processor/prices/priceLock.ts';
import { PricesChanged } from '../../processor/prices/pricesChanged.ts';
import { audit } from '../../processor/store/audit.ts';
import { createStore } from '../../processor/store/createStore.ts';
import type { Database } from '../../processor/store/database.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import type { StoreBatch } from '../../processor/store/store.ts';
import type { LlmCall } from '../../src/call.ts';
import { defaultPriceSettings } from '../../src/pricing/priceSettings.ts';
import { emptyUsage } from '../../src/usage.ts';
import { openTestDatabase } from '../support/database.ts';
import { plainCall } from '../support/llmCall.ts';
import { fixedPrices } from '../support/prices.ts';
import { aPrice, nobody, perMillion } from './prices.ts';

const open = (database: Database): Promise<PriceBook> =>
  openPriceBook({ database, filePrices: [], settings: defaultPriceSettings });

/** A million tokens of input: what it costs in USD is the rate. */
function million(number: number): LlmCall {
  const id = number.toString(16);
  const usage = { ...emptyUsage, input_uncached: 1_000_000 };
  return { ...plainCall, traceId: id.padStart(32, '0'), spanId: id.padStart(16, '0'), usage };
}

const batchOf = (calls: readonly LlmCall[], tenant = 'acme') => ({ tenant, keyAgent: null, spans: [], calls });

const costs = async (database: Database): Promise<string[]> => {
  const rows = await database.query<{ cost: string }>(
    'select trim_scale(cost_usd)::text as cost from tollgate_data.calls order by span_id',
  );
  return rows.map(({ cost }) => cost);
};

describe.each(['postgres18', 'embedded'] as const)('calls on %s', (kind) => {
  it('have the prices in force at their commit, though this process has not heard of them yet', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const store = createStore(database, { settleDelayMs: 0 });
    const [prices, elsewhere] = [await open(database), await open(database)];
    const commit = (batch: StoreBatch) => store.commit(batch);
    await commitPriced({ prices, commit }, batchOf([million(1)]));
    await elsewhere.put('acme', aPrice({ rates: perMillion('7', '0') }), nobody);
    expect(prices.snapshot.epoch).toBe(0);
    const { priced } = await commitPriced({ prices, commit }, batchOf([million(2)]));
    // The library says 2.50 USD a million.
    expect(await costs(database)).toEqual(['2.5', '7']);
    expect(priced[0]?.price).toMatchObject({ costFemtoUsd: 7_000_000_000_000_000n, source: 'custom' });
    expect(prices.snapshot.epoch).toBe(1);
    await store.close();
  });

  it('that were priced before a change are refused without those of the same transaction that were not', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const store = createStore(database, { settleDelayMs: 0 });
    const book = await open(database);
    const before = book.snapshot;
    await book.put('acme', aPrice({ rates: perMillion('7', '0') }), nobody);
    const commit = (number: number, { pricing, epoch, overridesOf } = book.snapshot) =>
      store.commit({
        ...batchOf([]),
        calls: [pricing.price(million(number), overridesOf('acme'))],
        pricesEpoch: epoch,
      });
    const outcomes = await Promise.allSettled([commit(1), commit(2, before), commit(3)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: expect.any(PricesChanged) as unknown });
    expect(await costs(database)).toEqual(['7', '7']);
    await store.close();
  });
});

describe('a batch', () => {
  it('that brings no calls asks for no prices, so that a change does not hold it up', async () => {
    await using place = await openTestDatabase('postgres18');
    const store = createStore(place.database, { settleDelayMs: 0 });
    expect(await store.commit({ ...batchOf([]), calls: [], pricesEpoch: 99 })).toEqual({ calls: [] });
    await store.close();
  });

  it('is asked for again where prices change each time', async () => {
    let tries = 0;
    const prices = fixedPrices();
    const commit = async (): Promise<never> => {
      tries += 1;
      throw new PricesChanged(tries, tries + 1);
    };
    await expect(commitPriced({ prices, commit }, batchOf([million(1)]))).rejects.toMatchObject({
      code: 'overloaded',
      retryAfterSeconds: 1,
    });
    expect(tries).toBe(8);
  });

  it('fails with what else goes wrong, at once', async () => {
    const commit = (): Promise<never> => Promise.reject(new Error('no space'));
    await expect(commitPriced({ prices: fixedPrices(), commit }, batchOf([million(1)]))).rejects.toThrow('no space');
  });
});

describe('a change of prices on PostgreSQL', () => {
  it('waits for commits under way, and those after it wait for the change', async () => {
    await using place = await openTestDatabase('postgres18');
    const own = await openDatabase({ databaseUrl: place.url, dataDir: '' });
    const book = await open(own);
    const steps: string[] = [];
    let change: Promise<unknown> = Promise.resolve();
    await place.database.transaction(async (client) => {
      expect(await sharePrices(client)).toBe(0);
      change = book.put('acme', aPrice(), nobody).then(() => steps.push('changed'));
      // Until the change is seen to wait for this transaction.
      for (let waiting = 0; waiting === 0;) {
        const [row] = await place.database.query<{ count: number }>(
          `select count(*)::int as count from pg_locks where locktype = 'advisory' and not granted
and database = (select oid from pg_database where datname = current_database())`,
        );
        waiting = row?.count ?? 0;
      }
      steps.push('committed');
    });
    await change;
    expect(steps).toEqual(['committed', 'changed']);
    expect(await place.database.transaction(sharePrices)).toBe(1);
    await own.close();
  });

  it('leaves no call that is committed after it with an older price, whatever happens at once', async () => {
    await using place = await openTestDatabase('postgres18');
    const admin = await open(place.database);
    const replicas = await Promise.all(
      [0, 1].map(async () => {
        const database = await openDatabase({ databaseUrl: place.url, dataDir: '' });
        const store = createStore(database, { settleDelayMs: 0 });
        return { database, store, prices: await open(database) };
      }),
    );
    const CHANGES = 12;
    let isDone = false;
    let sent = 0;
    let committed = 0;
    const senders = replicas.map(async ({ store, prices }) => {
      while (!isDone) {
        sent += 1;
        await commitPriced({ prices, commit: ({ pricesEpoch: _e, ...batch }) => store.commit(batch) }, batchOf([million(sent)]));
        committed += 1;
      }
    });
    /** After change `n`, which makes a call cost `n` USD: how many cost less. None may join them. */
    const cheaper: number[] = [];
    const countCheaper = async (than: number): Promise<number> => {
      const [row] = await place.database.query<{ count: number }>(
        'select count(*)::int as count from tollgate_data.calls where cost_usd < $1',
        [than],
      );
      return row?.count ?? 0;
    };
    for (let change = 1; change <= CHANGES; change += 1) {
      const before = committed;
      while (committed === before) await nextTurn();
      await admin.put('acme', aPrice({ rates: perMillion(String(change + 2), '0') }), nobody);
      cheaper.push(await countCheaper(change + 2));
    }
    isDone = true;
    await Promise.all(senders);
    const atTheEnd = await Promise.all(cheaper.map((_, index) => countCheaper(index + 3)));
    expect(atTheEnd).toEqual(cheaper);
    for (const { store, database } of replicas) {
      await store.close();
      await database.close();
    }
    expect((await audit(place.database)).differences).toEqual([]);
  });
});
