import { describe, expect, it } from 'vitest';
import { createApi } from '../../processor/api/createApi.ts';
import { createPolicyStore } from '../../processor/gate/policyStore.ts';
import { Windows } from '../../processor/gate/windows.ts';
import { TollgateError } from '../../src/errors.ts';
import { fixedPriceBook } from '../support/prices.ts';
import { traceId } from './fill.ts';

/** The API on a store of which every question fails in one way. */
async function apiOver(failure: Error) {
  const fail = async (): Promise<never> => {
    throw failure;
  };
  const database = { kind: 'postgres', query: fail, transaction: fail, close: async () => undefined } as const;
  return createApi({
    database,
    access: { authenticate: async () => ({ tenant: 'acme', keyId: null, keyName: null, scopes: [], agent: null }) },
    metrics: fail,
    isReady: fail,
    clock: () => new Date('2026-04-01T00:00:00Z'),
    version: '1.2.3',
    policies: createPolicyStore(database, new Windows()),
    prices: fixedPriceBook(fail),
    approve: fail,
    erase: fail,
    reprice: fail,
  });
}

describe('a failing store', () => {
  it.each([
    '/api/v1/costs',
    '/api/v1/changes',
    '/api/v1/users',
    '/api/v1/users/u1',
    '/api/v1/calls',
    '/api/v1/budgets',
    '/api/v1/alerts',
    '/api/v1/approvals',
    '/api/v1/forecast',
    '/api/v1/prices',
    '/api/v1/prices/unpriced',
    `/api/v1/traces/${traceId(1)}`,
  ])('that is out of reach makes %s a 503 that says when to come again', async (url) => {
    const api = await apiOver(new TollgateError('store_unavailable', 'statement timeout', { retryAfterSeconds: 5 }));
    const response = await api.inject({ url });
    expect([response.statusCode, response.json().code, response.headers['retry-after']]).toEqual([
      503,
      'store_unavailable',
      '5',
    ]);
  });

  it('with a fault of ours is a 500 that tells nothing of the inside', async () => {
    const api = await apiOver(new Error('relation "tollgate_data.calls" does not exist'));
    const response = await api.inject({ url: '/api/v1/costs' });
    expect([response.statusCode, response.json().code]).toEqual([500, 'internal']);
    expect(response.body).not.toContain('tollgate_data');
  });

  it('is not ready', async () => {
    const api = await apiOver(new Error('gone'));
    expect((await api.inject({ url: '/readyz' })).statusCode).toBe(503);
    expect((await api.inject({ url: '/healthz' })).statusCode).toBe(200);
  });
});
