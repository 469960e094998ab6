import { describe, expect, it } from 'vitest';
import { migrate, type Migration, migrations } from '../../processor/store/migrate.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { openTestDatabase, storeKinds } from '../support/database.ts';

const count = migrations.length;
const next: Migration = { number: count + 1, name: 'note', sql: 'create table public.notes (note text)' };

describe.each(storeKinds)('migrations on %s', (kind) => {
  it('run once each', async () => {
    await using place = await openTestDatabase(kind);
    await migrate(place.database, [...migrations, next]);
    await migrate(place.database, [...migrations, next]);
    const applied = await place.database.query('select number from tollgate_data.migrations order by number');
    expect(applied).toEqual([...migrations, next].map(({ number }) => ({ number })));
  });

  it('leave nothing behind when one fails', async () => {
    await using place = await openTestDatabase(kind);
    const broken = { number: count + 2, name: 'broken', sql: 'create table public.more (note text); select 1 / 0' };
    await expect(migrate(place.database, [...migrations, next, broken])).rejects.toThrow('division by zero');
    const [found] = await place.database.query(
      `select to_regclass('public.notes') as notes, to_regclass('public.more') as more`,
    );
    expect(found).toEqual({ notes: null, more: null });
  });

  it('refuse a database that a newer program made', async () => {
    await using place = await openTestDatabase(kind);
    await migrate(place.database, [...migrations, next]);
    await expect(migrate(place.database)).rejects.toThrow(
      `The database has migration ${count + 1} (note); this program knows ${count}. Run the newer Tollgate that made it.`,
    );
  });

  it('refuse a migration that was edited after it ran', async () => {
    await using place = await openTestDatabase(kind);
    const edited = migrations.map((each) => (each.number === 1 ? { ...each, sql: `${each.sql} -- edited` } : each));
    await expect(migrate(place.database, edited)).rejects.toThrow(
      'Migration 1 (tables) is not the one the database has',
    );
  });
});

describe('migrations of replicas that start together', () => {
  it('run once', async () => {
    await using place = await openTestDatabase('postgres15');
    const replicas = await Promise.all([1, 2, 3].map(() => openDatabase({ databaseUrl: place.url, dataDir: '' })));
    await Promise.all(replicas.map((replica) => migrate(replica, [...migrations, next])));
    await Promise.all(replicas.map((replica) => replica.close()));
    const [applied] = await place.database.query('select count(*)::int as count from tollgate_data.migrations');
    expect(applied).toEqual({ count: count + 1 });
  });
});
