import { describe, expect, it } from 'vitest';
import { openPriceBook } from '../../processor/prices/openPriceBook.ts';
import type { PriceBook } from '../../processor/prices/priceBook.ts';
import type { Database } from '../../processor/store/database.ts';
import { defaultPriceSettings } from '../../src/pricing/priceSettings.ts';
import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
import { openTestDatabase } from '../support/database.ts';
import { aPrice, chatAt, costIn, nobody, perMillion } from './prices.ts';

const open = (database: Database, filePrices: readonly WrittenPrice[] = []): Promise<PriceBook> =>
  openPriceBook({ database, filePrices, settings: defaultPriceSettings });

describe.each(['postgres15', 'embedded'] as const)('prices on %s', (kind) => {
  it("that a tenant sets hold from their instant on, for that tenant alone, and before the file's", async () => {
    await using place = await openTestDatabase(kind);
    const book = await open(place.database, [aPrice({ rates: perMillion('7', '70') })]);
    const call = chatAt('2026-10-01T12:00:00.000Z');
    // 1,000 in and 100 out. The file's: 1,000 × 7e-6 + 100 × 70e-6.
    expect(costIn(book, 'acme', call)).toBe('0.014');
    expect(
      await book.put('acme', aPrice({ rates: perMillion('1', '2'), from: '2026-10-01T12:00:00.000Z' }), nobody),
    ).toMatchObject({ created: true });
    // The tenant's: 1,000 × 1e-6 + 100 × 2e-6; a millisecond before it still the file's.
    expect(costIn(book, 'acme', call)).toBe('0.0012');
    expect(costIn(book, 'acme', chatAt('2026-10-01T11:59:59.999Z'))).toBe('0.014');
    expect(costIn(book, 'globex', call)).toBe('0.014');
  });

  it('end with `to`, and what held before holds again', async () => {
    await using place = await openTestDatabase(kind);
    const book = await open(place.database);
    await book.put('acme', aPrice({ rates: perMillion('1', '2'), from: null }), nobody);
    await book.put(
      'acme',
      aPrice({ rates: perMillion('3', '6'), from: '2026-02-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' }),
      nobody,
    );
    const at = (iso: string): string => costIn(book, 'acme', chatAt(iso));
    expect([at('2026-01-31T23:59:59.999Z'), at('2026-02-01T00:00:00.000Z')]).toEqual(['0.0012', '0.0036']);
    expect([at('2026-02-28T23:59:59.999Z'), at('2026-03-01T00:00:00.000Z')]).toEqual(['0.0036', '0.0012']);
  });

  it('with the same start are replaced, with another one added, and what was is kept as a row', async () => {
    await using place = await openTestDatabase(kind);
    const book = await open(place.database);
    const from = '2026-02-01T00:00:00.000Z';
    expect((await book.put('acme', aPrice({ from }), nobody)).created).toBe(true);
    expect((await book.put('acme', aPrice({ from, rates: perMillion('5', '5') }), nobody)).created).toBe(false);
    expect((await book.put('acme', aPrice({ from: null }), nobody)).created).toBe(true);
    expect((await book.put('acme', aPrice({ from: null }), nobody)).created).toBe(false);
    const listed = await book.list('acme');
    expect(listed.map((each) => [each.from, each.rates.input_usd_per_mtok])).toEqual([
      [null, '1'],
      [from, '5'],
    ]);
    const rows = await place.database.query<{ replaced: boolean }>(
      'select replaced_at is not null as replaced from tollgate_data.prices order by id',
    );
    expect(rows.map(({ replaced }) => replaced)).toEqual([true, false, true, false]);
  });

  it('are ended now and dropped where they would hold later; a second time there is none', async () => {
    await using place = await openTestDatabase(kind);
    const book = await open(place.database);
    await book.put('acme', aPrice({ from: null }), nobody);
    await book.put('acme', aPrice({ from: '2126-01-01T00:00:00.000Z' }), nobody);
    expect(await book.end('acme', 'openai', 'gpt-4o', nobody)).toBe(2);
    const [ended, ...others] = await book.list('acme');
    expect(others).toEqual([]);
    const endMs = Date.parse(ended?.to ?? '');
    // What started before keeps it: the library says 1,000 × 2.5e-6 + 100 × 10e-6.
    expect(costIn(book, 'acme', chatAt(new Date(endMs - 1).toISOString()))).toBe('0.0012');
    expect(costIn(book, 'acme', chatAt(new Date(endMs).toISOString()))).toBe('0.0035');
    await expect(book.end('acme', 'openai', 'gpt-4o', nobody)).rejects.toMatchObject({ code: 'not_found' });
    await expect(book.end('globex', 'openai', 'gpt-4o', nobody)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('come back as they were written after a restart, long context and mapping too', async () => {
    await using place = await openTestDatabase(kind);
    const book = await open(place.database);
    const longContext = [{ aboveInputTokens: 200_000, rates: { input_usd_per_mtok: '6' } }];
    const written = [
      aPrice({
        model: 'a',
        from: null,
        longContext,
        rates: { ...perMillion('0.000000001', '0'), request_usd_per_kcount: '5' },
      }),
      aPrice({
        model: 'b',
        from: null,
        to: '2126-01-01T00:00:00.000Z',
        rates: {},
        mapsTo: 'anthropic/claude-sonnet-4-5',
      }),
    ];
    for (const price of written) await book.put('acme', price, nobody);
    const again = await open(place.database);
    expect(await again.list('acme')).toEqual(
      written.map((price) => ({ ...price, setBy: 'api', createdAt: expect.any(Date) as Date })),
    );
    expect(again.snapshot.epoch).toBe(2);
  });

  it('say in the log of actions what was and what is', async () => {
    await using place = await openTestDatabase(kind);
    const book = await open(place.database);
    await book.put('acme', aPrice({ from: null }), { keyId: 'k1', keyName: 'finance' });
    await book.end('acme', 'openai', 'gpt-4o', { keyId: 'k1', keyName: 'finance' });
    const logged = await place.database.query<{ action: string; key_name: string; detail: object }>(
      `select action, key_name, detail from tollgate_data.audit_log where tenant = 'acme' order by id`,
    );
    const price = { provider: 'openai', model: 'gpt-4o', effective_from: null, effective_to: null, maps_to: null };
    const rates = { input_usd_per_mtok: '1', output_usd_per_mtok: '2' };
    expect(logged).toEqual([
      { action: 'price.put', key_name: 'finance', detail: { before: null, after: { ...price, rates } } },
      {
        action: 'price.end',
        key_name: 'finance',
        detail: { provider: 'openai', model: 'gpt-4o', ended: [{ ...price, rates }], dropped: [] },
      },
    ]);
  });
});

describe('a process that reads what has changed', () => {
  it('compiles anew the prices of those tenants alone', async () => {
    await using place = await openTestDatabase('postgres18');
    const [book, elsewhere] = [await open(place.database), await open(place.database)];
    await book.put('acme', aPrice(), nobody);
    await book.put('globex', aPrice({ from: '2126-01-01T00:00:00.000Z' }), nobody);
    await elsewhere.refresh();
    const [acme, globex] = ['acme', 'globex'].map((tenant) => elsewhere.snapshot.overridesOf(tenant));
    // The only one there is has not begun: nothing is left of it.
    await book.end('globex', 'openai', 'gpt-4o', nobody);
    const before = elsewhere.snapshot;
    await elsewhere.refresh();
    expect(elsewhere.snapshot.pricing).toBe(before.pricing);
    expect(elsewhere.snapshot.overridesOf('acme')).toBe(acme);
    expect(elsewhere.snapshot.overridesOf('globex')).not.toBe(globex);
    expect(elsewhere.snapshot.overridesOf('globex').isEmpty).toBe(true);
    // What a call was priced by stays what it was.
    expect(before.overridesOf('globex')).toBe(globex);
  });
});

describe('a tenant', () => {
  it('has 10,000 prices at most, and may still replace one of them', async () => {
    await using place = await openTestDatabase('postgres18');
    await place.database.query(
      `insert into tollgate_data.prices (tenant, provider, model, maps_to, created_at, changed_epoch)
select 'acme', 'openai', 'm' || number, 'gpt-4o', now(), 0 from generate_series(1, 9999) as number`,
    );
    const book = await open(place.database);
    const price = aPrice({ model: 'one more' });
    expect((await book.put('acme', price, nobody)).created).toBe(true);
    expect((await book.put('acme', price, nobody)).created).toBe(false);
    await expect(book.put('acme', aPrice({ model: 'too many' }), nobody)).rejects.toMatchObject({ code: 'conflict' });
    expect((await book.put('globex', price, nobody)).created).toBe(true);
  });
});

describe('what a price maps to', () => {
  it('has to be a model that has a price; the nearest are named', async () => {
    await using place = await openTestDatabase('postgres18');
    const book = await open(place.database);
    const price = aPrice({ provider: 'azure.ai.openai', model: 'prod-eu', rates: {}, mapsTo: 'gpt-4oo' });
    await expect(book.put('acme', price, nobody)).rejects.toMatchObject({
      code: 'bad_parameter',
      message: expect.stringMatching(
        /^maps_to: found "gpt-4oo", expected a model that has a price.*azure\/gpt-4o/,
      ) as string,
    });
    await book.put('acme', { ...price, mapsTo: 'gpt-4o', from: null }, nobody);
    const call = { ...chatAt('2026-10-01T12:00:00.000Z'), provider: 'azure.ai.openai', model: 'prod-eu' };
    expect(costIn(book, 'acme', call)).toBe('0.0035');
  });
});
