import { cleanDimension } from '../../src/attribution/cleanDimension.ts';
import { TollgateError } from '../../src/errors.ts';
import type { Database } from '../store/database.ts';
import { createBriefCache } from './briefCache.ts';
import { type Access, type Caller, type RequestHeaders, type Scope, scopes } from './caller.ts';
import { findKeyByHash, hashKey, hasAnyKey, isKeyFormat, type ApiKey } from './keys.ts';
import { isLoopbackHost, isLoopbackOrigin } from './loopback.ts';
import { createQuota, type Quota } from './quota.ts';

/** How long an answer about a key holds: a key made or revoked elsewhere is seen after this at the latest. */
export const KEY_TTL_MS = 1_000;
/** Some 300 bytes each. Strangers' keys fill it too, which costs known keys a lookup, no more. */
const KEYS_CACHED_MAX = 10_000;

const DEFAULT_CALLER: Caller = { tenant: 'default', keyId: null, keyName: null, scopes, agent: null };
const EXPECTED = 'expected "Authorization: Bearer tg_…"';

export interface KeyedAccess extends Access {
  /** True once a key exists, revoked or not. */
  hasKeys(): Promise<boolean>;
  /**
   * For what needs no key. Without any key in the store `Host` and `Origin` are held against the same rule as for all else: a web
   * page whose name resolves to this machine must not show it as its own.
   */
  admitWithoutKey(headers: RequestHeaders): Promise<void>;
  /** Called where this process has changed a key, so that the change holds at once. */
  forget(): void;
}

export function createAccess(database: Database, nowMs: () => number): KeyedAccess {
  const cacheOptions = { ttlMs: KEY_TTL_MS, entriesMax: KEYS_CACHED_MAX, nowMs };
  const keyByHash = createBriefCache<ApiKey | null>(cacheOptions);
  const anyKey = createBriefCache<boolean>(cacheOptions);
  // Of keys that have limits, which never change: as many as there are in the database.
  const quotas = new Map<string, Quota>();
  let keysWereSeen = false;

  function quotaOf({ id, limits }: ApiKey): Quota | undefined {
    const known = quotas.get(id);
    if (known !== undefined) return known;
    if (Object.values(limits).every((limit) => limit === null)) return undefined;
    const quota = createQuota(limits, id, nowMs);
    quotas.set(id, quota);
    return quota;
  }

  async function hasKeys(): Promise<boolean> {
    // Keys are revoked, never deleted: once there is one, there always is.
    keysWereSeen ||= await ask(() => anyKey.get('', () => hasAnyKey(database)));
    return keysWereSeen;
  }

  return {
    hasKeys,
    async admitWithoutKey(headers) {
      const refusal = refusalOf(headers);
      // Most come from this machine, and then the store need not be asked.
      if (refusal !== null && !(await hasKeys())) throw refusal;
    },
    forget() {
      keyByHash.clear();
      anyKey.clear();
    },
    async authenticate(headers, scope) {
      if (!(await hasKeys())) return admitLocal(headers);
      const hash = hashKey(readBearer(headers.authorization));
      const apiKey = await ask(() => keyByHash.get(hash.toString('base64'), () => findKeyByHash(database, hash)));
      const admitted = admitKey(apiKey, scope);
      const quota = quotaOf(admitted);
      quota?.takeRequest(scope === 'ingest');
      return callerOf(admitted, quota);
    },
  };
}

async function ask<Value>(question: () => Promise<Value>): Promise<Value> {
  try {
    return await question();
  } catch (cause) {
    throw new TollgateError('store_unavailable', 'The API key cannot be checked: the store does not answer.', {
      cause,
      retryAfterSeconds: 1,
    });
  }
}

function admitLocal(headers: RequestHeaders): Caller {
  const refusal = refusalOf(headers);
  if (refusal !== null) throw refusal;
  return DEFAULT_CALLER;
}

function refusalOf({ host, origin }: RequestHeaders): TollgateError | null {
  if (host === undefined || !isLoopbackHost(host)) {
    return new TollgateError(
      'forbidden_origin',
      `Without any API key the Host must be a loopback name such as localhost, got ${quote(host)}. Make a key: tollgate keys create.`,
    );
  }
  if (origin !== undefined && !isLoopbackOrigin(origin)) {
    return new TollgateError(
      'forbidden_origin',
      `Without any API key the Origin must be a loopback one such as http://localhost:3000, got ${quote(origin)}.`,
    );
  }
  return null;
}

function readBearer(authorization: string | undefined): string {
  if (authorization === undefined) throw new TollgateError('unauthenticated', `No API key was sent: ${EXPECTED}.`);
  const [, token = ''] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
  if (!isKeyFormat(token)) {
    // What was sent may be a key for something else, so it is not repeated.
    throw new TollgateError('unauthenticated', `The Authorization header holds no Tollgate key: ${EXPECTED}.`);
  }
  return token;
}

function admitKey(apiKey: ApiKey | null, scope: Scope): ApiKey {
  if (apiKey === null) throw new TollgateError('unauthenticated', `The API key is not known here: ${EXPECTED}.`);
  if (apiKey.revokedAt !== null) throw new TollgateError('unauthenticated', `The API key ${apiKey.id} is revoked.`);
  if (!apiKey.scopes.includes(scope)) {
    throw new TollgateError(
      'forbidden',
      `This needs an API key with the scope ${scope}; key ${apiKey.id} has ${apiKey.scopes.join(', ')}.`,
    );
  }
  return apiKey;
}

function callerOf({ id, tenant, name, scopes: granted, agent }: ApiKey, quota: Quota | undefined): Caller {
  // As spans and decisions have it stored: they are compared.
  const fixed = agent === null ? null : (cleanDimension(agent) ?? agent);
  const caller = { tenant, keyId: id, keyName: name, scopes: granted, agent: fixed };
  return quota === undefined ? caller : { ...caller, quota };
}

function quote(value: string | undefined): string {
  return value === undefined ? 'none' : JSON.stringify(value.slice(0, 100));
}
