import { describe, expect, it } from 'vitest';
import { createApi } from '../../processor/api/createApi.ts';
import type { Access } from '../../processor/access/caller.ts';
import { TollgateError } from '../../src/errors.ts';
import { chat } from '../charging/settle.ts';
import { fixedPriceBook } from '../support/prices.ts';
import { ADA, type Erasing, openErasing } from './erasing.ts';

/** `Bearer TENANT`; the key `query-only` lacks the scope. */
const access: Access = {
  async authenticate({ authorization }, scope) {
    const tenant = authorization?.replace('Bearer ', '');
    if (tenant === undefined) throw new TollgateError('unauthenticated', 'expected a key, found none');
    if (tenant === 'query-only') throw new TollgateError('forbidden', `expected the scope ${scope}`);
    return { tenant, keyId: 'k1', keyName: 'privacy desk', scopes: ['admin'], agent: null };
  },
};

async function openApi({ database, policies, erasures }: Erasing) {
  const never = async (): Promise<never> => {
    throw new Error('expected no such question');
  };
  const api = await createApi({
    database,
    access,
    policies,
    prices: fixedPriceBook(never),
    metrics: never,
    isReady: never,
    clock: () => new Date(),
    version: '1.2.3',
    approve: never,
    erase: (tenant, user, actor) => erasures.erase(tenant, user, actor),
    reprice: never,
  });
  return async (id: string, tenant: string | null) => {
    const headers = tenant === null ? {} : { authorization: `Bearer ${tenant}` };
    const url = `/api/v1/users/${encodeURIComponent(id)}/identity`;
    const response = await api.inject({ method: 'DELETE', url, headers });
    return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
  };
}

describe('DELETE /api/v1/users/ID/identity', () => {
  it('answers with the new id, for the tenant of an admin’s key alone', async () => {
    await using place = await openErasing('postgres18');
    await place.commit([chat(1, { own: { user: ADA } })], [], 'acme');
    await place.commit([chat(1, { own: { user: ADA } })], [], 'globex');
    const remove = await openApi(place);
    expect(await remove(ADA, null)).toMatchObject({ status: 401 });
    expect(await remove(ADA, 'query-only')).toMatchObject({ status: 403 });
    expect(await remove('nobody', 'acme')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await remove(`${ADA}\0`, 'acme')).toMatchObject({ status: 400, body: { code: 'bad_parameter' } });

    const { status, body } = await remove(ADA, 'acme');
    expect(status).toBe(200);
    expect(body).toEqual({
      user: expect.stringMatching(/^erased-[0-9a-f]{32}$/),
      state: 'done',
      rows: { calls: 1, ledger: 1 },
    });
    const users = await place.database.query('select tenant, user_id from tollgate_data.calls order by tenant');
    expect(users).toEqual([
      { tenant: 'acme', user_id: body['user'] },
      { tenant: 'globex', user_id: ADA },
    ]);
    const [action] = await place.database.query(
      `select tenant, key_name from tollgate_data.audit_log where action = 'user.erase'`,
    );
    expect(action).toEqual({ tenant: 'acme', key_name: 'privacy desk' });
    expect(await remove(ADA, 'acme')).toMatchObject({ status: 404 });
  });
});
