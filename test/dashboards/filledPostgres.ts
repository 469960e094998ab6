import pg from 'pg';
import { makeGrafanaRole } from '../../processor/commands/grafanaRole.ts';
import { type Database } from '../../processor/store/database.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { allScopes, bearer, makeKey } from '../security/keys.ts';
import { startHere } from '../security/running.ts';
import { makeCall, postCalls } from '../support/exports.ts';
import { fillStore } from '../support/fillStore/fillStore.ts';
import type { Result } from './result.ts';

/** The tenant whose role the queries run under, and another one that they must never show. */
export const TENANT = 'acme';
export const OTHER_TENANT = 'globex';
/** Panels of a dashboard ask at the same time. */
const CONNECTIONS = 4;
const SESSION_TIMEZONE = 'Asia/Tokyo';
/** Grafana gives up after 30 s; a panel that takes ten on so few rows is wrong. */
const STATEMENT_TIMEOUT_MS = 10_000;

export interface FilledPostgres extends AsyncDisposable {
  /** All of it is before this: ranges of panels end here. */
  readonly now: Date;
  /** As Grafana would: under the role of `tollgate grafana-role`. */
  readonly ask: (sql: string) => Promise<Result>;
  /** The API's answer for the tenant; throws where it is no 200. */
  readonly get: (path: string) => Promise<ReturnType<typeof JSON.parse>>;
}

/** A service on a PostgreSQL of its own, filled through OTLP and the policy API, with the two tenants. */
export async function startFilledPostgres({
  kind = 'postgres18',
  turnsADay,
}: { kind?: 'postgres15' | 'postgres18'; turnsADay?: number } = {}): Promise<FilledPostgres> {
  const service = await startHere(kind);
  const filledAt = new Date();
  const database = await openDatabase({ databaseUrl: service.databaseUrl, dataDir: service.dataDir });
  const headersOf = async (tenant: string) => bearer(await makeKey(database, tenant, { scopes: allScopes }));
  const headers = await headersOf(TENANT);
  const otherHeaders = await headersOf(OTHER_TENANT);
  const [http, api] = [`http://${service.http}`, `http://${service.api}`];
  // Another connection made the keys: the service sees them a second later at the latest.
  while ((await fetch(`${api}/api/v1/costs`)).status !== 401);
  await fillStore(http, api, { now: filledAt, headers, ...(turnsADay === undefined ? {} : { turnsADay }) });
  const small = { seed: 7, turnsADay: 3, users: 9, hasPolicies: false };
  await fillStore(http, api, { now: filledAt, headers: otherHeaders, ...small });
  // In the first hours of a month nobody else may have made a call in it.
  const { status } = await postCalls(http, [makeCall({ startedAtMs: Date.now(), agent: 'just-now' })], headers);
  if (status !== 200) throw new Error(`expected a call of now to be taken, found ${status}`);
  // As the server's own upkeep would have done by now.
  await database.query('analyze');
  const role = await openRole(database, service.databaseUrl ?? '');
  return {
    now: new Date(),
    ask: role.ask,
    get: async (path) => {
      const response = await fetch(`${api}${path}`, { headers });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${text}`);
      return JSON.parse(text);
    },
    [Symbol.asyncDispose]: async () => {
      await role.close();
      await database.close();
      await service[Symbol.asyncDispose]();
    },
  };
}

const asText = { getTypeParser: () => (text: string | Buffer) => String(text) };

async function openRole(database: Database, databaseUrl: string) {
  const context = { database, now: () => new Date(), keysChanged: () => undefined };
  const made = await makeGrafanaRole(context, { tenant: TENANT });
  const { role, password } = made.data as { role: string; password: string };
  const url = new URL(databaseUrl);
  url.username = role;
  url.password = password;
  const pool = new pg.Pool({
    connectionString: url.href,
    max: CONNECTIONS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    types: asText,
    // Grafana sends no zone: what a panel shows must not depend on the server's.
    options: `-c timezone=${SESSION_TIMEZONE}`,
  });
  const ask = async (sql: string): Promise<Result> => {
    const { fields, rows } = await pool.query<(string | null)[]>({ text: sql, rowMode: 'array' });
    return { columns: fields.map(({ name, dataTypeID }) => ({ name, typeId: dataTypeID })), rows };
  };
  const close = async (): Promise<void> => {
    await pool.end();
    await database.query(`drop owned by ${role}`);
    await database.query(`drop role ${role}`);
  };
  return { ask, close };
}
