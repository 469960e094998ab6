import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { inject } from 'vitest';
import type { Database } from '../../processor/store/database.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { clearOfMidnight } from './midnight.ts';
import { TEMPLATE_DATABASE } from './servers.ts';

export const storeKinds = ['postgres15', 'postgres18', 'embedded'] as const;
export type StoreKind = (typeof storeKinds)[number];

export interface TestPlace extends AsyncDisposable {
  /** Of a database of its own; absent for the embedded store. */
  readonly url?: string;
  /** A directory of its own; for the embedded store the migrated data directory. */
  readonly dataDir: string;
}

export interface TestDatabase extends TestPlace {
  readonly database: Database;
}

/** A migrated place that nobody has open: for tests that start the service, or several, on it. */
export async function makeTestPlace(kind: StoreKind): Promise<TestPlace> {
  const source = await ask(kind);
  await clearOfMidnight();
  const dataDir = fs.mkdtempSync(path.join(inject('runDirectory'), `${kind}-`));
  const removeDataDir = (): void => fs.rmSync(dataDir, { recursive: true, force: true });
  if (kind === 'embedded') {
    fs.cpSync(source, dataDir, { recursive: true });
    return { dataDir, [Symbol.asyncDispose]: () => Promise.resolve(removeDataDir()) };
  }
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await runAdmin(source, `create database ${name} template ${TEMPLATE_DATABASE}`);
  const url = new URL(source);
  url.pathname = name;
  return {
    url: url.href,
    dataDir,
    [Symbol.asyncDispose]: async () => {
      removeDataDir();
      await runAdmin(source, `drop database if exists ${name} with (force)`);
    },
  };
}

/** A migrated, empty, open store of its own. */
export async function openTestDatabase(kind: StoreKind): Promise<TestDatabase> {
  const place = await makeTestPlace(kind);
  const database = await openDatabase({ databaseUrl: place.url, dataDir: place.dataDir });
  return {
    ...place,
    database,
    [Symbol.asyncDispose]: async () => {
      await database.close();
      await place[Symbol.asyncDispose]();
    },
  };
}

async function ask(kind: StoreKind): Promise<string> {
  const response = await fetch(`${inject('storesUrl')}/${kind}`);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

async function runAdmin(adminUrl: string, statement: string): Promise<void> {
  const admin = await openDatabase({ databaseUrl: adminUrl, dataDir: '' });
  try {
    await admin.query(statement);
  } finally {
    await admin.close();
  }
}
