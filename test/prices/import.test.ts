import { describe, expect, it } from 'vitest';
import { openPriceBook } from '../../processor/prices/openPriceBook.ts';
import type { ImportFile, PriceBook } from '../../processor/prices/priceBook.ts';
import { RATE_CARD_BYTES_MAX } from '../../processor/prices/rateCards.ts';
import type { Database } from '../../processor/store/database.ts';
import { defaultPriceSettings } from '../../src/pricing/priceSettings.ts';
import { openTestDatabase } from '../support/database.ts';
import { aPrice, chatAt, costIn, nobody, perMillion } from './prices.ts';

const open = (database: Database): Promise<PriceBook> =>
  openPriceBook({ database, filePrices: [], settings: defaultPriceSettings });

/** A rate card with one model, gpt-9 of OpenAI. */
function cardFile(version: string, inputMtok: number): ImportFile {
  const models = [{ id: 'gpt-9', match: { equals: 'gpt-9' }, prices: { input_mtok: inputMtok, output_mtok: 20 } }];
  const data = [{ id: 'openai', name: 'OpenAI', api_pattern: '', models }];
  return { version, content: Buffer.from(JSON.stringify(data)) };
}

const call = chatAt('2026-10-01T12:00:00.000Z', { model: 'gpt-9', requestModel: 'gpt-9' });

describe.each(['postgres15', 'embedded'] as const)('a rate card that is imported on %s', (kind) => {
  it('prices from then on, in every process and after a restart, until another one takes its place', async () => {
    await using place = await openTestDatabase(kind);
    const [book, elsewhere] = [await open(place.database), await open(place.database)];
    expect(() => costIn(book, 'acme', call)).toThrow('unknown_model');
    expect(await book.importCard(cardFile('october', 5), nobody)).toMatchObject({ version: 'october', isNew: true });
    // 1,000 × 5e-6 + 100 × 20e-6.
    expect(costIn(book, 'acme', call)).toBe('0.007');
    await elsewhere.refresh();
    expect(costIn(elsewhere, 'acme', call)).toBe('0.007');
    await elsewhere.importCard(cardFile('november', 6), nobody);
    const again = await open(place.database);
    // 1,000 × 6e-6 + 100 × 20e-6.
    expect(costIn(again, 'acme', call)).toBe('0.008');
    expect(await again.cardInForce()).toMatchObject({ data: { version: 'november' }, importedAt: expect.any(Date) });
  });

  it('that is in force already changes nothing; an earlier one and the library’s can be put back', async () => {
    await using place = await openTestDatabase(kind);
    const book = await open(place.database);
    await book.importCard(cardFile('october', 5), nobody);
    expect(await book.importCard(cardFile('october', 5), nobody)).toMatchObject({ isNew: false });
    expect(book.snapshot.epoch).toBe(1);
    await book.importCard(cardFile('november', 6), nobody);
    await book.importCard(cardFile('october', 5), nobody);
    expect(costIn(book, 'acme', call)).toBe('0.007');
    await book.importCard(null, nobody);
    expect(() => costIn(book, 'acme', call)).toThrow('unknown_model');
    expect(await book.cardInForce()).toMatchObject({ importedAt: null });
    const kept = await place.database.query(`select version from tollgate_data.rate_cards order by version`);
    expect(kept).toEqual([{ version: 'november' }, { version: 'october' }]);
    const logged = await place.database.query<{ after: string }>(
      `select detail -> 'after' ->> 'version' as after from tollgate_data.audit_log where action = 'price.import' order by id`,
    );
    expect(logged.map(({ after }) => after)).toEqual([
      'october',
      'november',
      'october',
      expect.stringMatching(/^genai-prices /) as string,
    ]);
  });
});

describe('a rate card', () => {
  it('leaves prices that a tenant set before its own', async () => {
    await using place = await openTestDatabase('postgres18');
    const book = await open(place.database);
    await book.put('acme', aPrice({ model: 'gpt-9', rates: perMillion('1', '2'), from: null }), nobody);
    await book.importCard(cardFile('october', 5), nobody);
    expect([costIn(book, 'acme', call), costIn(book, 'globex', call)]).toEqual(['0.0012', '0.007']);
  });

  it.each([
    ['no JSON', Buffer.from('{'), 'file: expected JSON'],
    ['no list', Buffer.from('{}'), 'data: expected'],
    ['too large', Buffer.alloc(RATE_CARD_BYTES_MAX + 1, 32), `expected at most ${RATE_CARD_BYTES_MAX}`],
  ])('that is %s is refused, and the one in force stays', async (_, content, message) => {
    await using place = await openTestDatabase('postgres18');
    const book = await open(place.database);
    await expect(book.importCard({ version: 'x', content }, nobody)).rejects.toMatchObject({
      code: 'bad_parameter',
      message: expect.stringContaining(message) as string,
    });
    expect(book.snapshot.epoch).toBe(0);
  });
});
