import { createHash, randomBytes } from 'node:crypto';
import type { Queries } from '../store/database.ts';
import type { Scope } from './caller.ts';
import { type KeyLimits, noLimits } from './quota.ts';

/** 256 random bits: guessing one is hopeless, so the hash needs neither salt nor slowness. */
const KEY_RANDOM_BYTES = 32;
const KEY_ID_RANDOM_BYTES = 6;
const KEY_FORMAT = /^tg_[A-Za-z0-9_-]{43}$/;

export interface ApiKey {
  readonly id: string;
  readonly tenant: string;
  readonly name: string | null;
  readonly scopes: readonly Scope[];
  /** The agent it fixes for all it sends. */
  readonly agent: string | null;
  readonly limits: KeyLimits;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

interface ApiKeyRow {
  readonly id: string;
  readonly tenant: string;
  readonly name: string | null;
  readonly scopes: Scope[];
  readonly agent: string | null;
  readonly max_requests_per_second: number | null;
  readonly max_spans_per_second: number | null;
  readonly max_body_bytes: number | null;
  readonly created_at: Date;
  readonly revoked_at: Date | null;
}

const KEY_COLUMNS = `id, tenant, name, scopes, agent, created_at, revoked_at,
  max_requests_per_second, max_spans_per_second, max_body_bytes`;

export function isKeyFormat(text: string): boolean {
  return KEY_FORMAT.test(text);
}

/** The only form in which a key is stored or kept in memory. */
export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** Stores a new key's hash and returns the key itself, which nothing can tell again. */
export async function insertKey(
  queries: Queries,
  wanted: Omit<ApiKey, 'id' | 'limits' | 'createdAt' | 'revokedAt'> & Partial<Pick<ApiKey, 'limits'>>,
  now: Date,
): Promise<{ readonly apiKey: ApiKey; readonly key: string }> {
  const key = `tg_${randomBytes(KEY_RANDOM_BYTES).toString('base64url')}`;
  const apiKey: ApiKey = {
    ...wanted,
    limits: wanted.limits ?? noLimits,
    id: randomBytes(KEY_ID_RANDOM_BYTES).toString('hex'),
    createdAt: now,
    revokedAt: null,
  };
  await queries.query(
    `insert into tollgate_data.api_keys (id, tenant, name, key_hash, scopes, agent, created_at,
  max_requests_per_second, max_spans_per_second, max_body_bytes) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      apiKey.id,
      apiKey.tenant,
      apiKey.name,
      hashKey(key),
      apiKey.scopes,
      apiKey.agent,
      now,
      apiKey.limits.maxRequestsPerSecond,
      apiKey.limits.maxSpansPerSecond,
      apiKey.limits.maxBodyBytes,
    ],
  );
  return { apiKey, key };
}

export async function findKeyByHash(queries: Queries, keyHash: Buffer): Promise<ApiKey | null> {
  const rows = await queries.query<ApiKeyRow>(`select ${KEY_COLUMNS} from tollgate_data.api_keys where key_hash = $1`, [
    keyHash,
  ]);
  return rows[0] === undefined ? null : toApiKey(rows[0]);
}

/** Oldest first; of every tenant where none is named. */
export async function listKeys(queries: Queries, tenant: string | null): Promise<readonly ApiKey[]> {
  const rows = await queries.query<ApiKeyRow>(
    `select ${KEY_COLUMNS} from tollgate_data.api_keys where $1::text is null or tenant = $1 order by created_at, id`,
    [tenant],
  );
  return rows.map(toApiKey);
}

/** Returns null where no key has the id; a key revoked before keeps its first time. */
export async function revokeKey(queries: Queries, id: string, now: Date): Promise<ApiKey | null> {
  const rows = await queries.query<ApiKeyRow>(
    `update tollgate_data.api_keys set revoked_at = coalesce(revoked_at, $2) where id = $1 returning ${KEY_COLUMNS}`,
    [id, now],
  );
  return rows[0] === undefined ? null : toApiKey(rows[0]);
}

/** Revoked ones count: taking back the last key must not open the door to everybody. */
export async function hasAnyKey(queries: Queries): Promise<boolean> {
  const rows = await queries.query('select 1 from tollgate_data.api_keys limit 1');
  return rows.length > 0;
}

function toApiKey(row: ApiKeyRow): ApiKey {
  const { id, tenant, name, scopes, agent } = row;
  const limits = {
    maxRequestsPerSecond: row.max_requests_per_second,
    maxSpansPerSecond: row.max_spans_per_second,
    maxBodyBytes: row.max_body_bytes,
  };
  return { id, tenant, name, scopes, agent, limits, createdAt: row.created_at, revokedAt: row.revoked_at };
}
