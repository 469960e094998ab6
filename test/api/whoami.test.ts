import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHere, type RunningHere } from '../security/running.ts';
import { bearer, makeKey } from '../security/keys.ts';
import { send } from '../security/tenants.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';

let service: RunningHere;
beforeAll(async () => {
  service = await startHere('postgres18');
});
afterAll(() => service[Symbol.asyncDispose]());

const ask = async (headers: Record<string, string> = {}) => {
  const { status, text } = await send(service.api, 'GET', { path: '/api/v1/whoami' }, headers);
  return [status, JSON.parse(text)];
};

describe('GET /api/v1/whoami', () => {
  it('is the tenant default with everything while there is no key, and then the key that asks', async () => {
    const scopes = ['ingest', 'query', 'policy', 'admin'];
    expect(await ask()).toEqual([200, { tenant: 'default', key: null, agent: null, scopes }]);

    const database = await openDatabase({ databaseUrl: service.databaseUrl, dataDir: service.dataDir });
    const reader = await makeKey(database, 'shop', { scopes: ['query'], name: 'reader' });
    const fixed = await makeKey(database, 'shop', { scopes: ['query', 'ingest'], agent: 'support-bot' });
    const writer = await makeKey(database, 'shop', { scopes: ['ingest'] });
    await database.close();
    // Another connection made them: the service sees them a second later at the latest.
    while ((await ask())[0] !== 401);
    expect(await ask(bearer(reader))).toEqual([
      200,
      { tenant: 'shop', key: { id: reader.id, name: 'reader' }, agent: null, scopes: ['query'] },
    ]);
    const [status, answer] = await ask(bearer(fixed));
    expect([status, answer.agent, answer.scopes]).toEqual([200, 'support-bot', ['query', 'ingest']]);
    expect(await ask(bearer(writer))).toMatchObject([403, { code: 'forbidden' }]);
  });
});
