import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { openTestDatabase, storeKinds, type TestDatabase } from '../support/database.ts';

describe.each(storeKinds)('a database on %s', (kind) => {
  let place: TestDatabase;
  beforeAll(async () => {
    place = await openTestDatabase(kind);
    await place.database.query('create table public.notes (note text)');
  });
  afterAll(() => place[Symbol.asyncDispose]());

  const notes = async (): Promise<string[]> =>
    (await place.database.query<{ note: string }>('select note from public.notes order by note')).map(
      ({ note }) => note,
    );

  it('answers with the types of pg in a UTC session', async () => {
    const rows = await place.database.query<Record<string, unknown>>(
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
  });

  it('keeps what a transaction wrote, and nothing of one that throws', async () => {
    await place.database.transaction((client) => client.query(`insert into public.notes values ('kept')`));
    const failed = place.database.transaction(async (client) => {
      await client.query(`insert into public.notes values ('lost')`);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await notes()).toEqual(['kept']);
  });

  it('refuses to call committed what the server rolled back', async () => {
    const swallowed = place.database.transaction(async (client) => {
      await client.query(`insert into public.notes values ('lost')`);
      await client.query('select 1 / 0').catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow('expected COMMIT, the store answered ROLLBACK');
    expect(await notes()).toEqual(['kept']);
  });

  it('keeps queries beside an open transaction out of it', async () => {
    const { database } = place;
    const beside: Promise<string[]>[] = [];
    await database.transaction(async (client) => {
      await client.query(`insert into public.notes values ('uncommitted')`);
      beside.push(notes());
      await client.query(`delete from public.notes where note = 'uncommitted'`);
    });
    expect(await Promise.all(beside)).toEqual([['kept']]);
  });
});

describe('the embedded store', () => {
  it('brings every commit to the disk with fsync', async () => {
    await using place = await openTestDatabase('embedded');
    await place.database.query('create table public.notes (note text)');
    const fsync = vi.spyOn(fs, 'fsyncSync');
    for (let count = 0; count < 10; count += 1) await place.database.query(`insert into public.notes values ('x')`);
    expect(fsync.mock.calls.length).toBeGreaterThanOrEqual(10);
    fsync.mockRestore();
  });

  it('refuses a directory that is open, before it touches the files in it', async () => {
    await using place = await openTestDatabase('embedded');
    const before = fs.readdirSync(path.join(place.dataDir, 'pgdata'));
    await expect(openDatabase({ dataDir: place.dataDir })).rejects.toThrow(`is in use by process ${process.pid}`);
    expect(fs.readdirSync(path.join(place.dataDir, 'pgdata'))).toEqual(before);
  });

  it('keeps its write-ahead log short, though no background process makes checkpoints', async () => {
    await using place = await openTestDatabase('embedded');
    await place.database.query('create table public.notes (note text)');
    // 128 transactions of about 2 MB are 256 MB of log; a checkpoint is due after each 64.
    for (let count = 0; count < 128; count += 1) {
      await place.database.transaction((client) =>
        client.query(`insert into public.notes select repeat('x', 1000) from generate_series(1, 1800)`),
      );
    }
    const [log] = await place.database.query<{ bytes: string }>(
      'select pg_current_wal_lsn() - redo_lsn as bytes from pg_control_checkpoint()',
    );
    expect(Number(log?.bytes)).toBeLessThan(160 * 1024 * 1024);
    const segments = fs
      .readdirSync(path.join(place.dataDir, 'pgdata', 'pg_wal'))
      .filter((name) => /^[0-9A-F]{24}$/.test(name));
    expect(segments.length * 16).toBeLessThanOrEqual(240);
  });

  it('opens again after it was closed', async () => {
    await using place = await openTestDatabase('embedded');
    await place.database.query('create table public.notes (note text)');
    await place.database.close();
    const again = await openDatabase({ dataDir: place.dataDir });
    expect(await again.query('select note from public.notes')).toEqual([]);
    await again.close();
  });
});

describe('PostgreSQL', () => {
  it('is unavailable, with a time to come again, where nobody listens', async () => {
    const opened = openDatabase({ databaseUrl: 'postgres://t:t@127.0.0.1:1/t', dataDir: '' });
    await expect(opened).rejects.toMatchObject({ code: 'store_unavailable', retryAfterSeconds: 5 });
  });

  it('is unavailable when the server ends the session, and answers again afterwards', async () => {
    await using place = await openTestDatabase('postgres18');
    const ended = place.database.transaction(async (client) => {
      const [row] = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      await place.database.query('select pg_terminate_backend($1)', [row?.pid]);
      await client.query('select 1');
    });
    await expect(ended).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await place.database.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('fails at once, as it is, when the statement is wrong', async () => {
    await using place = await openTestDatabase('postgres15');
    await expect(place.database.query('select nothing')).rejects.toMatchObject({ code: '42703' });
  });
});
