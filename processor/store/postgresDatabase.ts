import pg from 'pg';
import type { Database } from './database.ts';
import { columnTypes, poolDatabase } from './poolDatabase.ts';
import { storeFault } from './storeFault.ts';

/** The oldest server whose SQL the statements keep to, as `server_version_num`. */
const SERVER_VERSION_MIN = 150_000;
const CONNECTIONS_MAX = 10;
const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_CONNECTION_MS = 60_000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** A transaction whose client went silent gives its locks back. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;

/** Opens PostgreSQL. Throws `store_unavailable` when nobody answers, a plain error when the server is too old. */
export async function openPostgres(databaseUrl: string): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'tollgate',
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    keepAlive: true,
    types: columnTypes,
    verify: setSession,
  });
  try {
    await checkVersion(pool);
  } catch (fault) {
    await pool.end();
    throw storeFault(fault);
  }
  return poolDatabase('postgres', pool, () => Promise.resolve());
}

/** Called once for each new connection. `SET`, not start parameters: those a connection pooler in between refuses. */
function setSession(client: pg.PoolClient, done: (fault?: Error) => void): void {
  const settings = `set time zone 'UTC'; set statement_timeout = ${STATEMENT_TIMEOUT_MS};
set idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_TIMEOUT_MS}`;
  client.query(settings).then(() => done(), done);
}

async function checkVersion(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ number: number; version: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version`,
  );
  const server = rows[0];
  if (server === undefined || server.number < SERVER_VERSION_MIN) {
    throw new Error(`DATABASE_URL: expected PostgreSQL 15 or newer, found ${server?.version ?? 'no version'}`);
  }
}
