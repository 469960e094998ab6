import { hash } from 'node:crypto';
import type { Database } from '../../processor/store/database.ts';
import { fnv1a128, fnv1a64 } from '../../src/hash.ts';

/** Every table of the store, its partitions by way of their parents. */
async function tablesOf(database: Database): Promise<readonly string[]> {
  const rows = await database.query<{ name: string }>(
    `select relname as name from pg_class join pg_namespace on pg_namespace.oid = relnamespace
where nspname = 'tollgate_data' and relkind in ('r', 'p') and not relispartition order by relname`,
  );
  return rows.map(({ name }) => name);
}

/** What a row may say of an id: itself, as JSON has it, its bytes, and the hashes that the code makes of ids and keys. */
function formsOf(id: string): readonly string[] {
  const keys = [id, JSON.stringify({ user: id }), JSON.stringify([['user', id]]), `\0${id}`];
  const hashes = keys.flatMap((key) => [hash('md5', key), hash('sha1', key), hash('sha256', key)]);
  const bytes = Buffer.from(id);
  return [
    id,
    JSON.stringify(id).slice(1, -1),
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    fnv1a64(id),
    fnv1a128(id),
    ...hashes,
  ].map((form) => form.toLowerCase());
}

/** `table.column` of each place in the whole store where the id stands in any form, once each. */
export async function placesOf(database: Database, id: string): Promise<readonly string[]> {
  const forms = formsOf(id);
  const places = new Set<string>();
  for (const table of await tablesOf(database)) {
    const rows = await database.query<{ row: Record<string, unknown> }>(
      `select to_jsonb(kept) as row from tollgate_data.${table} as kept`,
    );
    for (const { row } of rows) {
      for (const [column, value] of Object.entries(row)) {
        const text = (typeof value === 'string' ? value : JSON.stringify(value)).toLowerCase();
        if (forms.some((form) => text.includes(form))) places.add(`${table}.${column}`);
      }
    }
  }
  return [...places].sort();
}

/** Tables in which a row of the tenant has a value that is the id: for ids that are parts of other words. */
export async function tablesNaming(database: Database, tenant: string, id: string): Promise<readonly string[]> {
  const naming: string[] = [];
  for (const table of await tablesOf(database)) {
    const rows = await database.query(
      `select 1 as one from tollgate_data.${table} as kept
where to_jsonb(kept) ->> 'tenant' = $1 and strpos(to_jsonb(kept)::text, to_jsonb($2::text)::text) > 0 limit 1`,
      [tenant, id],
    );
    if (rows.length > 0) naming.push(table);
  }
  return naming;
}

const rollupDimensions: Readonly<Record<string, readonly string[]>> = {
  rollup_hourly: ['agent', 'user_id', 'model', 'provider', 'service', 'operation', 'environment', 'endpoint'],
  session_daily: ['session_id', 'user_id', 'agent', 'model'],
  run_daily: ['run_id', 'session_id', 'user_id', 'agent', 'model'],
};

/** Rows whose hash is not that of the dimensions or the key beside it: the hash of something else. */
export async function strangeHashes(database: Database): Promise<readonly string[]> {
  const strange: string[] = [];
  for (const [table, dimensions] of Object.entries(rollupDimensions)) {
    const rows = await database.query<Record<string, string>>(
      `select encode(dims, 'hex') as dims, ${dimensions.join(', ')} from tollgate_data.${table}`,
    );
    for (const row of rows) {
      if (row['dims'] !== hash('md5', dimensions.map((name) => `\0${row[name]}`).join(''))) strange.push(table);
    }
  }
  const counters = await database.query<{ key_hash: string; key: Record<string, string> }>(
    `select encode(key_hash, 'hex') as key_hash, key from tollgate_data.counters`,
  );
  for (const { key_hash: keyHash, key } of counters) {
    const sorted = Object.fromEntries(Object.entries(key).sort(([one], [other]) => (one < other ? -1 : 1)));
    if (keyHash !== hash('md5', JSON.stringify(sorted))) strange.push('counters');
  }
  return strange;
}

const measures = `sum(calls)::text as calls, sum(input_tokens)::text as tokens, trim_scale(sum(cost_usd))::text as usd`;

/** Sums by everything but the user: what an erasure does not change. */
export async function sumsWithoutUsers(database: Database): Promise<unknown> {
  const of = (table: string, by: string): Promise<object[]> =>
    database.query(`select tenant, ${by}, ${measures} from tollgate_data.${table} group by tenant, ${by}
having sum(calls) <> 0 order by tenant, ${by}`);
  return {
    ledger: await of('ledger', `agent, model, session_id, date_trunc('day', started_at, 'UTC')`),
    daily: await of('rollup_daily', 'agent, model, day'),
    hourly: await of('rollup_hourly', 'agent, model, endpoint, hour'),
    sessions: await of('session_daily', 'session_id, agent, model, day'),
    runs: await of('run_daily', 'run_id, session_id, agent, model, day'),
  };
}

/** All rows of calls, spans, ledger, rollups, reservations and counters but those of the tenant that name the user, whole. */
export async function rowsOfOthers(database: Database, tenant: string, user: string): Promise<readonly string[]> {
  const found: string[] = [];
  const tables = [
    'calls',
    'spans',
    'ledger',
    'rollup_daily',
    'rollup_hourly',
    'session_daily',
    'run_daily',
    'reservations',
  ];
  for (const table of [...tables, 'counters', 'traces']) {
    const rows = await database.query<{ row: string }>(
      `select (to_jsonb(kept) - 'updated_at')::text as row from tollgate_data.${table} as kept
where tenant <> $1 or strpos(to_jsonb(kept)::text, to_jsonb($2::text)::text) = 0 order by 1`,
      [tenant, user],
    );
    found.push(...rows.map(({ row }) => `${table} ${row}`));
  }
  return found;
}
