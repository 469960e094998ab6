import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccess, KEY_TTL_MS } from '../../processor/access/access.ts';
import type { Scope } from '../../processor/access/caller.ts';
import { insertKey, revokeKey } from '../../processor/access/keys.ts';
import type { Database } from '../../processor/store/database.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const NOW = new Date('2026-11-21T12:00:00Z');

let test: TestDatabase;
let database: Database;
beforeAll(async () => {
  test = await openTestDatabase('postgres18');
  ({ database } = test);
});
afterAll(() => test[Symbol.asyncDispose]());

async function makeKey(
  tenant: string,
  scopes: Scope[],
  agent: string | null = null,
): Promise<{ id: string; key: string }> {
  const { apiKey, key } = await insertKey(database, { tenant, name: `of ${tenant}`, scopes, agent }, NOW);
  return { id: apiKey.id, key };
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}`, host: 'tollgate.example.com' });

/** A clock that stands still until it is moved. */
function stoppedClock() {
  let nowMs = 0;
  return { nowMs: () => nowMs, pass: (ms: number) => void (nowMs += ms) };
}

describe('access without any key', () => {
  it('gives this machine the tenant default and everything', async () => {
    const access = createAccess(database, () => 0);
    const scopes = ['ingest', 'query', 'policy', 'admin'];
    const caller = { tenant: 'default', keyId: null, keyName: null, scopes, agent: null };
    expect(await access.authenticate({ host: 'localhost:4318' }, 'ingest')).toEqual(caller);
    expect(await access.authenticate({ host: '127.0.0.1', origin: 'http://localhost:3000' }, 'admin')).toEqual(caller);
  });

  it.each([
    [{ host: 'rebound.example.com:4319' }],
    [{}],
    [{ host: 'localhost', origin: 'https://example.com' }],
    [{ host: 'localhost', origin: 'null' }],
  ])('refuses %j', async (headers) => {
    const access = createAccess(database, () => 0);
    await expect(access.authenticate(headers, 'query')).rejects.toMatchObject({ code: 'forbidden_origin' });
  });
});

describe('access with keys', () => {
  it('asks for one once there is one, a second after another process made it, at once after this one did', async () => {
    const clock = stoppedClock();
    const access = createAccess(database, clock.nowMs);
    const informed = createAccess(database, clock.nowMs);
    for (const each of [access, informed]) await each.authenticate({ host: 'localhost' }, 'query');
    await makeKey('first', ['query']);
    informed.forget();
    await expect(informed.authenticate({ host: 'localhost' }, 'query')).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    clock.pass(KEY_TTL_MS - 1);
    expect(await access.authenticate({ host: 'localhost' }, 'query')).toMatchObject({ tenant: 'default' });
    clock.pass(1);
    await expect(access.authenticate({ host: 'localhost' }, 'query')).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('gives a key its tenant, its name and the agent it fixes, whatever the Host', async () => {
    const { id, key } = await makeKey('acme', ['ingest', 'query'], 'support-bot');
    const access = createAccess(database, () => 0);
    const scopes = ['ingest', 'query'];
    const caller = { tenant: 'acme', keyId: id, keyName: 'of acme', scopes, agent: 'support-bot' };
    expect(await access.authenticate({ ...bearer(key), origin: 'https://example.com' }, 'ingest')).toEqual(caller);
  });

  it('refuses a scope that the key lacks and names both', async () => {
    const { id, key } = await makeKey('acme', ['ingest']);
    const access = createAccess(database, () => 0);
    await expect(access.authenticate(bearer(key), 'query')).rejects.toMatchObject({
      code: 'forbidden',
      message: `This needs an API key with the scope query; key ${id} has ingest.`,
    });
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Basic dXNlcjpwYXNz',
    'Bearer tg_short',
    `Bearer tg_${'a'.repeat(43)} tg_x`,
    `Bearer tg_${'a'.repeat(44)}`,
    `Bearer tg_${'a'.repeat(43)}`,
  ])('refuses Authorization %j and says what it expected', async (authorization) => {
    const access = createAccess(database, () => 0);
    const refusal = access.authenticate({ authorization, host: 'localhost' }, 'query');
    await expect(refusal).rejects.toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('expected "Authorization: Bearer tg_…"') as string,
    });
  });

  it('refuses a key a second after another process revoked it', async () => {
    const { id, key } = await makeKey('acme', ['query']);
    const clock = stoppedClock();
    const access = createAccess(database, clock.nowMs);
    await access.authenticate(bearer(key), 'query');
    await revokeKey(database, id, NOW);
    clock.pass(KEY_TTL_MS - 1);
    expect(await access.authenticate(bearer(key), 'query')).toMatchObject({ keyId: id });
    clock.pass(1);
    await expect(access.authenticate(bearer(key), 'query')).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('stores no key, only its hash', async () => {
    const { key } = await makeKey('acme', ['query']);
    const rows = await database.query<{ row: string }>('select to_jsonb(k)::text as row from tollgate_data.api_keys k');
    expect(rows.filter(({ row }) => row.includes(key) || row.includes(Buffer.from(key).toString('hex')))).toEqual([]);
  });

  it('asks to come again where the store does not answer, and asks the store again then', async () => {
    let isDown = true;
    const shaky: Database = {
      ...database,
      query: (text, values) => (isDown ? Promise.reject(new Error('gone')) : database.query(text, values)),
    };
    const { id, key } = await makeKey('acme', ['query']);
    const access = createAccess(shaky, () => 0);
    const refused = { code: 'store_unavailable', retryAfterSeconds: 1 };
    await expect(access.authenticate(bearer(key), 'query')).rejects.toMatchObject(refused);
    isDown = false;
    expect(await access.authenticate(bearer(key), 'query')).toMatchObject({ keyId: id });
  });
});
