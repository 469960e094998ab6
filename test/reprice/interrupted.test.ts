import { describe, expect, it } from 'vitest';
import type { Database } from '../../processor/store/database.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { budget } from '../store/gateIngest.ts';
import { call, START_NANO } from '../store/samples.ts';
import { contents, totals } from '../store/totals.ts';
import { storeKinds } from '../support/database.ts';
import { openBooks, openBooksOn, type PriceList } from './books.ts';

const old: PriceList = { 'gpt-4o': [2.5, 10] };
const cut: PriceList = { 'gpt-4o': [2, 8] };
const budgets = [budget('all'), budget('days', { window: { kind: 'day' } })];
/** More than one transaction of the embedded store prices anew (200). */
const CALLS = 450;
const calls = Array.from({ length: CALLS }, (_, number) =>
  call(number % 150, number, { startUnixNano: START_NANO + BigInt(number) * 1_000_000_000n }),
);

/** Works for so many transactions; nothing reaches the store from then on, as after a crash. */
function crashingAfter(database: Database, transactions: number): Database {
  let left = transactions;
  const alive = (): void => {
    if (left <= 0) throw new Error('crashed');
  };
  return {
    ...database,
    query: async (text, values) => {
      alive();
      return database.query(text, values);
    },
    transaction: async (work) => {
      alive();
      left -= 1;
      return database.transaction(work);
    },
  };
}

describe('a run that is killed', { timeout: 300_000 }, () => {
  it('leaves the books right wherever it stood, and the next one does the rest', async () => {
    await using books = await openBooks('embedded', { list: old, budgets });
    await using fresh = await openBooks('embedded', { list: cut, budgets });
    await books.commit(calls);
    await fresh.commit(calls);
    await books.prices.set(cut);
    const costs: string[] = [];
    for (const transactions of [0, 1, 2]) {
      await using killed = await openBooksOn(
        books.database,
        { budgets, seen: (database) => crashingAfter(database, transactions) },
        books.prices,
      );
      await expect(killed.reprice()).rejects.toThrow('crashed');
      const { calls: ofCalls, ledger } = await totals(books.database);
      expect(ledger).toEqual(ofCalls);
      expect(await books.differences()).toEqual([]);
      costs.push(ofCalls?.cost ?? '');
    }
    // 450 calls of 0.0035 USD; then 200 of them 0.0007 USD cheaper: 0.14; then the rest of their number. Whole traces go together.
    expect(costs[0]).toBe('1.575');
    expect(Number(costs[1])).toBeLessThan(1.575);
    expect(Number(costs[2])).toBeLessThan(Number(costs[1]));
    await books.reprice();
    const logged = await books.database.query(
      `select action, detail ->> 'is_whole' as whole from tollgate_data.audit_log where action like 'reprice%' order by id`,
    );
    expect(logged.at(-1)).toEqual({ action: 'reprice', whole: 'true' });
    expect(await contents(books.database)).toEqual(await contents(fresh.database));
    expect((await books.reprice()).restated).toBe(0);
    expect(await books.differences()).toEqual([]);
  });

  it('ends after its transaction when the service stops, and says so', async () => {
    await using books = await openBooks('postgres18', { list: old });
    await books.commit(calls.slice(0, 10));
    await books.prices.set(cut);
    const stopping = books.reprice();
    const stopped = books.stop();
    await expect(stopping).rejects.toMatchObject({ code: 'shutting_down' });
    await stopped;
    expect(await books.differences()).toEqual([]);
  });
});

describe.each(storeKinds)('repricing beside others on %s', { timeout: 300_000 }, (kind) => {
  it('ends with every call at the last price, though exports come and prices change meanwhile', async () => {
    await using books = await openBooks(kind, { list: old, budgets });
    await books.commit(calls.slice(0, 150));
    const sending = async (): Promise<void> => {
      for (let from = 150; from < CALLS; from += 50) await books.commit(calls.slice(from, from + 50));
    };
    const changing = async (): Promise<void> => {
      for (const list of [{ 'gpt-4o': [1, 1] }, {}, cut] as const) {
        await books.prices.set(list);
        await books.reprice();
      }
    };
    await Promise.all([sending(), changing()]);
    // What was committed before the last change and after the run had passed it.
    await books.reprice();
    // 450 calls of 0.002 + 0.0008 = 0.0028 USD.
    const sums = Object.values(await totals(books.database)).map(({ calls: count, cost }) => `${count} ${cost}`);
    expect(new Set(sums)).toEqual(new Set(['450 1.26']));
    expect(await books.differences()).toEqual([]);
  });

  it('is one at a time for a tenant: another one is refused', async () => {
    await using books = await openBooks(kind, { list: old });
    await books.commit(calls.slice(0, 20));
    await books.prices.set(cut);
    const [first, second] = await Promise.allSettled([books.reprice(), books.reprice()]);
    expect([first?.status, second?.status]).toEqual(['fulfilled', 'rejected']);
    expect(second).toMatchObject({ reason: { code: 'conflict' } });
    expect((await books.reprice()).restated).toBe(0);
  });
});

describe.each(['postgres15', 'postgres18'] as const)('two processes on one %s', { timeout: 300_000 }, (kind) => {
  it('never reprice one tenant at the same time', async () => {
    await using books = await openBooks(kind, { list: old, budgets });
    await books.commit(calls);
    await books.prices.set(cut);
    const other = await openDatabase({ databaseUrl: books.url, dataDir: '' });
    const replica = await openBooksOn(other, { budgets }, books.prices);
    const both = await Promise.allSettled([books.reprice(), replica.reprice()]);
    const codes = both.map((each) => (each.status === 'fulfilled' ? 'done' : (each.reason as { code: string }).code));
    expect(codes.sort()).toEqual(['conflict', 'done']);
    expect((await replica.reprice()).restated).toBe(0);
    await replica[Symbol.asyncDispose]();
    await other.close();
    expect(await books.differences()).toEqual([]);
  });
});
