import { describe, expect, it } from 'vitest';
import type { Database } from '../../processor/store/database.ts';
import { migrate, migrations } from '../../processor/store/migrate.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeCall, postCalls } from '../support/exports.ts';
import { runTollgate, SERVICE_TEST_TIMEOUT_MS, startService } from '../support/service.ts';
import { statusAt } from './senders.ts';

const REPLICAS = 3;
const next = {
  number: migrations.length + 1,
  name: 'of the next version',
  sql: `alter table tollgate_data.calls add column next text; create table tollgate_data.next (id bigint primary key)`,
};

async function dropSchema(database: Database): Promise<void> {
  await database.query('drop schema tollgate cascade; drop schema tollgate_data cascade');
}

async function appliedNumbers(database: Database): Promise<number[]> {
  const rows = await database.query<{ number: number }>('select number from tollgate_data.migrations order by number');
  return rows.map(({ number }) => number);
}

describe('the schema of PostgreSQL', { timeout: SERVICE_TEST_TIMEOUT_MS }, () => {
  it.each([
    ['an empty database', 0],
    ['the schema of an older version', 4],
  ])(`is migrated once by ${REPLICAS} processes that start together on %s`, async (_, before) => {
    await using place = await openTestDatabase('postgres15');
    await dropSchema(place.database);
    if (before > 0) await migrate(place.database, migrations.slice(0, before));
    const args = ['--database-url', place.url ?? ''];
    const replicas = await Promise.all(Array.from({ length: REPLICAS }, () => startService({ args })));
    try {
      expect(await appliedNumbers(place.database)).toEqual(migrations.map(({ number }) => number));
      for (const replica of replicas) expect((await postCalls(replica.http, [makeCall()])).status).toBe(200);
    } finally {
      await Promise.all(replicas.map((replica) => replica[Symbol.asyncDispose]()));
    }
  });

  it('is refused by a process of an older version, in one line that says what to do', async () => {
    await using place = await openTestDatabase('postgres15');
    await migrate(place.database, [...migrations, next]);
    const refused = await runTollgate(['serve', '--database-url', place.url ?? '', '--http-port', '0']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(
      refused.stderr
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { msg: string }).msg),
    ).toEqual([
      `The database has migration ${next.number} (${next.name}); this program knows ${migrations.length}. Run the newer Tollgate that made it.`,
    ]);
  });

  it('may grow under a process of the version before, which goes on until it is started anew', async () => {
    await using place = await openTestDatabase('postgres15');
    await using old = await startService({ args: ['--database-url', place.url ?? ''] });
    expect((await postCalls(old.http, [makeCall()])).status).toBe(200);
    await migrate(place.database, [...migrations, next]);
    expect((await postCalls(old.http, [makeCall()])).status).toBe(200);
    expect(await statusAt(`${old.api}/readyz`)).toBe(200);
    expect(await statusAt(`${old.api}/api/v1/costs`)).toBe(200);
    expect(await old.stop()).toBe(0);
    expect((await runTollgate(['serve', '--database-url', place.url ?? '', '--http-port', '0'])).code).toBe(1);
  });
});
