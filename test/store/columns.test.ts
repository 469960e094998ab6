import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storableText } from '../../src/storableText.ts';
import { formatUsd, parseUsd } from '../../src/money.ts';
import * as column from '../../processor/store/columns.ts';
import { openTestDatabase, storeKinds, type TestDatabase } from '../support/database.ts';

describe.each(storeKinds)('binary arrays on %s', (kind) => {
  let place: TestDatabase;
  beforeAll(async () => {
    place = await openTestDatabase(kind);
  });
  afterAll(() => place[Symbol.asyncDispose]());

  async function roundTrip<Value>(
    made: column.Column<Value | null>,
    values: readonly (Value | null)[],
    read: string,
  ): Promise<unknown[]> {
    const rows = await place.database.query<{ value: unknown }>(
      `select ${read} as value from rows from (${column.unnestOf([made])}) with ordinality as given (value, number) order by number`,
      column.encodeColumns([made], values),
    );
    return rows.map(({ value }) => value);
  }

  const cell = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<(Value | null)[]> =>
    fc.array(fc.option(value), { minLength: 1, maxLength: 20 });
  const check = async <Value>(
    values: fc.Arbitrary<Value>,
    holds: (values: (Value | null)[]) => Promise<void>,
  ): Promise<void> => fc.assert(fc.asyncProperty(cell(values), holds), { numRuns: 25 });

  it('carry money to the last digit', async () => {
    const made = column.femtoUsd<bigint | null>('value', (value) => value);
    await check(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), async (values) => {
      const read = await roundTrip(made, values, 'value::numeric(38,15)::text');
      expect(read.map((text) => (typeof text === 'string' ? parseUsd(text) : text))).toEqual(values);
    });
    expect(await roundTrip(made, [0n, 1n, -1n, 10n ** 15n, 10n ** 19n, 12_345n * 10n ** 11n], 'value::text')).toEqual(
      ['0', '0.000000000000001', '-0.000000000000001', '1', '10000', '1.2345'].map((text) => {
        const femto = parseUsd(text);
        if (femto === null) throw new Error(text);
        const [whole = '', fraction = ''] = formatUsd(femto).split('.');
        return `${whole}.${fraction.padEnd(15, '0')}`;
      }),
    );
  });

  it('carry whole numbers of any size', async () => {
    const made = column.numeric<bigint | null>('value', (value) => value);
    await check(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), async (values) => {
      const read = await roundTrip(made, values, 'value::text');
      expect(read.map((text) => (typeof text === 'string' ? BigInt(text) : text))).toEqual(values);
    });
  });

  it('carry integers, as number and as bigint', async () => {
    const made = column.int8<number | bigint | null>('value', (value) => value);
    await check(
      fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      async (values) => {
        const read = await roundTrip(made, values, 'value');
        expect(read).toEqual(values.map((value) => (value === null ? null : String(value))));
      },
    );
    for (const wrong of [2 ** 53, -(2 ** 53), 0.5, Number.NaN, 2n ** 63n]) {
      expect(() => made.encode([wrong])).toThrow(RangeError);
    }
  });

  it('carry text, with U+FFFD for what PostgreSQL cannot hold', async () => {
    const made = column.text<string | null>('value', (value) => value);
    await check(fc.string({ unit: 'binary', maxLength: 100 }), async (values) => {
      const read = await roundTrip(made, values, 'value');
      expect(read).toEqual(values.map((value) => (value === null ? null : storableText(value))));
    });
    expect(await roundTrip(made, ['', 'a\0b', '\ud800', 'ä'.repeat(70), 'é'], 'value')).toEqual([
      '',
      'a\uFFFDb',
      '\uFFFD',
      'ä'.repeat(70),
      'é',
    ]);
  });

  it('carry JSON, with U+FFFD for what jsonb cannot hold', async () => {
    const made = column.jsonb<string | null>('value', (value) => value);
    const record = { 'k\0': 'v\ud800', list: ['\0', 1, null], plain: '\\u0000 is six characters' };
    expect(await roundTrip(made, [column.storableJson(record), null], 'value')).toEqual([
      { 'k\uFFFD': 'v\uFFFD', list: ['\uFFFD', 1, null], plain: '\\u0000 is six characters' },
      null,
    ]);
  });

  it('carry ids, times to the microsecond and dates', async () => {
    const hex = column.hex<string | null>('value', (value) => value);
    expect(await roundTrip(hex, ['0123456789abcdef', null], 'value')).toEqual([
      Buffer.from('0123456789abcdef', 'hex'),
      null,
    ]);
    const time = column.timestamptz<number | null>('value', (value) => value);
    // 2026-11-20T10:00:00.000001Z, and one microsecond before 2000.
    expect(
      await roundTrip(
        time,
        [1_795_168_800_000_001, 946_684_799_999_999, null],
        `to_char(value, 'YYYY-MM-DD HH24:MI:SS.US')`,
      ),
    ).toEqual(['2026-11-20 10:00:00.000001', '1999-12-31 23:59:59.999999', null]);
    const date = column.date<number | null>('value', (value) => value);
    expect(await roundTrip(date, [20_777, 0], 'value')).toEqual(['2026-11-20', '1970-01-01']);
  });
});
