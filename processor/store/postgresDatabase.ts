import pg from 'pg';
import type { Database } from './database.ts';
import { columnTypes, poolDatabase } from './poolDatabase.ts';
import { storeFault } from './storeFault.ts';

/** The oldest server whose SQL the statements keep to, as `server_version_num`. */
const SERVER_VERSION_MIN = 150_000;
const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_CONNECTION_MS = 60_000;
/** A transaction whose client went silent gives its locks back. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;

export interface PoolOptions {
  /** What `pg_stat_activity` shows, where the URL names nothing else. */
  readonly applicationName: string;
  readonly connections: number;
  readonly statementTimeoutMs: number;
  /** How long a statement waits for a connection, or a connection for the server. */
  readonly connectTimeoutMs: number;
}

/** For whoever has the store alone: a command, a test. */
const ONE_POOL: PoolOptions = {
  applicationName: 'tollgate',
  connections: 10,
  statementTimeoutMs: 30_000,
  connectTimeoutMs: CONNECT_TIMEOUT_MS,
};

/** Opens PostgreSQL. Throws `store_unavailable` when nobody answers, a plain error when the server is too old. */
export async function openPostgres(databaseUrl: string): Promise<Database> {
  const { pool, database } = openPool(databaseUrl, ONE_POOL);
  await checkServer(pool);
  return database;
}

/** Connects when it is first used. */
export function openPool(databaseUrl: string, options: PoolOptions): { pool: pg.Pool; database: Database } {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: options.applicationName,
    max: options.connections,
    connectionTimeoutMillis: options.connectTimeoutMs,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    keepAlive: true,
    types: columnTypes,
    verify: setSession(options.statementTimeoutMs),
  });
  return { pool, database: poolDatabase('postgres', pool, () => Promise.resolve()) };
}

/** Ends the pool where there is no server, or one that is too old. */
export async function checkServer(pool: pg.Pool): Promise<void> {
  try {
    await checkVersion(pool);
  } catch (fault) {
    await pool.end();
    throw storeFault(fault);
  }
}

/** Sums by session or run over a month are some 20 MB in memory; with PostgreSQL's 4 MB they go through files and take twice as long. */
const WORK_MEM = '32MB';
/** Starting workers and compiling an expression take some 50 ms, which most questions take less than. */
const PARALLEL_SETUP_COST = 20_000;

/** Called once for each new connection. `SET`, not start parameters: those a connection pooler in between refuses. */
function setSession(statementTimeoutMs: number): (client: pg.PoolClient, done: (fault?: Error) => void) => void {
  const settings = `set time zone 'UTC'; set statement_timeout = ${statementTimeoutMs};
set idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_TIMEOUT_MS};
set work_mem = '${WORK_MEM}'; set jit = off; set parallel_setup_cost = ${PARALLEL_SETUP_COST}`;
  return (client, done) => {
    client.query(settings).then(() => done(), done);
  };
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
