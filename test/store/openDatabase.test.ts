import { describe, expect, it } from 'vitest';
import { openTestDatabase, storeKinds } from '../support/database.ts';

describe.each(storeKinds)('openDatabase on %s', (kind) => {
  it('runs a query with the types of pg in a UTC session', async () => {
    const { database, ...rest } = await openTestDatabase(kind);
    const rows = await database.query<Record<string, unknown>>(
      `select $1::bigint as big, 0.10::numeric(38,15) as money, current_setting('timezone') as zone,
              date '2026-11-21' as day, $2::bytea as bytes, $3::bytea[] as many`,
      ['9007199254740993', Buffer.from('00ff', 'hex'), [Buffer.from('aa', 'hex')]],
    );
    expect(rows).toEqual([
      {
        big: '9007199254740993',
        money: '0.100000000000000',
        zone: 'UTC',
        day: '2026-11-21',
        bytes: Buffer.from('00ff', 'hex'),
        many: [Buffer.from('aa', 'hex')],
      },
    ]);
    await database.close();
    await rest[Symbol.asyncDispose]();
  });
});
