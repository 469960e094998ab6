import { createHash } from 'node:crypto';
import type { Database, Queries } from './database.ts';
import * as tables from './migrations/0001Tables.ts';
import * as views from './migrations/0002Views.ts';
import * as traces from './migrations/0003Traces.ts';
import * as retention from './migrations/0004Retention.ts';
import * as chargingViews from './migrations/0005Views.ts';
import * as gate from './migrations/0006Gate.ts';
import * as gateViews from './migrations/0007Views.ts';
import * as keys from './migrations/0008Keys.ts';
import * as erasure from './migrations/0009Erasure.ts';
import * as prices from './migrations/0010Prices.ts';
import * as indexes from './migrations/0011Indexes.ts';
import * as quickViews from './migrations/0012Views.ts';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** In order. A released migration is never edited: its checksum stands in every database. */
export const migrations: readonly Migration[] = [
  { number: 1, name: 'tables', sql: tables.sql },
  { number: 2, name: 'views', sql: views.sql },
  { number: 3, name: 'traces', sql: traces.sql },
  { number: 4, name: 'retention', sql: retention.sql },
  { number: 5, name: 'charging views', sql: chargingViews.sql },
  { number: 6, name: 'gate', sql: gate.sql },
  { number: 7, name: 'gate views', sql: gateViews.sql },
  { number: 8, name: 'keys', sql: keys.sql },
  { number: 9, name: 'erasure', sql: erasure.sql },
  { number: 10, name: 'prices', sql: prices.sql },
  { number: 11, name: 'indexes', sql: indexes.sql },
  { number: 12, name: 'quick views', sql: quickViews.sql },
];

/** Any number, the same in every replica: those that start together wait here for the first. */
const ADVISORY_LOCK = 7_405_117_001n;

const createMigrationsTable = `
create table if not exists tollgate_data.migrations (
  number integer primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now()
)`;

/** Brings the schema up to date, all or nothing. Throws when the database is newer than this program or was altered. */
export async function migrate(database: Database, known: readonly Migration[] = migrations): Promise<void> {
  await database.transaction(async (client) => {
    // An index over fifty million calls takes minutes.
    await client.query('set local statement_timeout = 0');
    await client.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
    await client.query('create schema if not exists tollgate_data');
    await client.query(createMigrationsTable);
    const applied = await client.query<{ number: number; name: string; checksum: string }>(
      'select number, name, checksum from tollgate_data.migrations order by number',
    );
    for (const { number, name, checksum } of applied) check(known, number, name, checksum);
    for (const migration of known.slice(applied.length)) await apply(client, migration);
  });
}

function check(known: readonly Migration[], number: number, name: string, checksum: string): void {
  const migration = known[number - 1];
  if (migration === undefined) {
    throw new Error(
      `The database has migration ${number} (${name}); this program knows ${known.length}. Run the newer Tollgate that made it.`,
    );
  }
  const expected = checksumOf(migration);
  if (checksum !== expected) {
    throw new Error(
      `Migration ${number} (${name}) is not the one the database has: expected checksum ${checksum}, found ${expected}.`,
    );
  }
}

async function apply(client: Queries, migration: Migration): Promise<void> {
  await client.query(migration.sql);
  await client.query('insert into tollgate_data.migrations (number, name, checksum) values ($1, $2, $3)', [
    migration.number,
    migration.name,
    checksumOf(migration),
  ]);
}

function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex');
}
