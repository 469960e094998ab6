import { join } from 'node:path';
import pg from 'pg';
import { fillStore } from './filledStore.ts';
import { startBenchPostgres } from './ingestServers.ts';

/** Where a filled store is, or is to be. */
export interface FillOptions {
  /** A database of somebody else's server. */
  readonly use: string | undefined;
  /** A folder for a server of our own, whose data stays there; without it they are removed. */
  readonly keep: string | undefined;
  readonly calls: number;
  readonly days: number;
}

const DATABASE = 'five_million';

/** Opens it, and fills it where it is empty. */
export async function openFilled(options: FillOptions): Promise<{ databaseUrl: string; stop(): Promise<void> }> {
  const { use, keep, calls, days } = options;
  if (use !== undefined) {
    if (!(await isFilled(use))) await fillStore({ databaseUrl: use, calls, days });
    return { databaseUrl: use, stop: async () => undefined };
  }
  const postgres = await startBenchPostgres(keep === undefined ? undefined : join(keep, 'postgres'));
  try {
    const databaseUrl = await postgres.openDatabase(DATABASE);
    if (!(await isFilled(databaseUrl))) await fillStore({ databaseUrl, calls, days });
    return { databaseUrl, stop: () => postgres.stop() };
  } catch (fault) {
    await postgres.stop();
    throw fault;
  }
}

async function isFilled(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ filled: boolean }>(
      `select to_regclass('tollgate_data.migrations') is not null as filled`,
    );
    return rows[0]?.filled === true;
  } finally {
    await client.end();
  }
}
