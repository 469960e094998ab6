import { describe, expect, it } from 'vitest';
import { followPrices } from '../../processor/prices/followPrices.ts';
import { createLatest } from '../../processor/prices/latest.ts';
import { openPriceBook } from '../../processor/prices/openPriceBook.ts';
import { defaultPriceSettings } from '../../src/pricing/priceSettings.ts';
import { openTestDatabase } from '../support/database.ts';
import { aPrice, chatAt, costIn, nobody } from './prices.ts';

const never = (fault: unknown): never => {
  throw fault;
};

describe('a process', () => {
  it('hears of prices that another one sets', async () => {
    await using place = await openTestDatabase('postgres18');
    const { database } = place;
    const parts = { database, filePrices: [], settings: defaultPriceSettings };
    const [book, elsewhere] = [await openPriceBook(parts), await openPriceBook(parts)];
    const following = followPrices({ database, book, onFault: never, intervalMs: 1 });
    await elsewhere.put('acme', aPrice({ from: null }), nobody);
    await expect.poll(() => book.snapshot.epoch).toBe(1);
    expect(costIn(book, 'acme', chatAt('2026-10-01T12:00:00.000Z'))).toBe('0.0012');
    await following.stop();
  });

  it('keeps the prices it knows while the store is away, tells so once, and goes on', async () => {
    await using place = await openTestDatabase('postgres18');
    const { database } = place;
    const book = await openPriceBook({ database, filePrices: [], settings: defaultPriceSettings });
    let asked = 0;
    const faults: unknown[] = [];
    const away = new Error('the store is away');
    const flaky = {
      ...database,
      query: async <Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]> => {
        asked += 1;
        if (asked <= 3) throw away;
        return database.query<Row>(text, values);
      },
    };
    const following = followPrices({
      database: flaky,
      book,
      onFault: (fault) => faults.push(fault),
      intervalMs: 1,
    });
    await book.put('acme', aPrice(), nobody);
    await expect.poll(() => asked).toBeGreaterThan(4);
    await following.stop();
    expect(faults).toEqual([away]);
    expect(book.snapshot.epoch).toBe(1);
  });
});

describe('the latest answer', () => {
  it('is never that of a question that began before; those who ask meanwhile share the next', async () => {
    const answers: ((answer: number) => void)[] = [];
    const latest = createLatest(() => new Promise<number>((resolve) => answers.push(resolve)));
    const first = latest();
    const [second, third] = [latest(), latest()];
    expect(answers).toHaveLength(1);
    answers[0]?.(1);
    expect(await first).toBe(1);
    await expect.poll(() => answers.length).toBe(2);
    answers[1]?.(2);
    expect(await Promise.all([second, third])).toEqual([2, 2]);
    const fourth = latest();
    answers[2]?.(3);
    expect(await fourth).toBe(3);
  });

  it('is asked for again where the question before it failed', async () => {
    let asked = 0;
    const latest = createLatest(async () => {
      asked += 1;
      if (asked === 1) throw new Error('away');
      return asked;
    });
    const [first, second] = [latest(), latest()];
    await expect(first).rejects.toThrow('away');
    expect(await second).toBe(2);
  });
});
