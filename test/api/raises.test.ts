import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCounter } from '../support/counters.ts';
import { openTestApi, type TestApi } from './fill.ts';

const path = '/api/v1/budgets/users/raises';
const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

describe('raises', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi('postgres18');
    await api.send('PUT', '/api/v1/budgets/users', { per: ['user'], window: 'day', limit: { usd: '10' } });
    const window = { from: `now() - interval '1 hour'`, to: `now() + interval '23 hours'` };
    for (const user of ['u1', 'u2']) {
      await writeCounter(api.database, { budget: 'users', key: { user }, spent: '9', ...window });
    }
  });
  afterAll(() => api[Symbol.asyncDispose]());

  const limits = async (): Promise<Record<string, string>> => {
    const { items } = (await api.get('/api/v1/budgets/users/status')).body;
    return Object.fromEntries(
      items.map(({ key, limit_usd, raised_usd, left_usd }: Record<string, string> & { key: { user: string } }) => [
        key.user,
        `${limit_usd} ${raised_usd} ${left_usd}`,
      ]),
    );
  };

  it('lift the limit of the counters they name until they end or are taken back', async () => {
    const all = await api.send('POST', path, { amount: { usd: '0.5' }, ends_at: inHours(1) });
    const one = await api.send('POST', path, {
      amount: { usd: '5' },
      ends_at: inHours(2),
      key: { user: 'u1' },
      reason: 'launch day',
    });
    expect([all.status, one.status]).toEqual([201, 201]);
    expect(one.body).toMatchObject({
      key: { user: 'u1' },
      amount_usd: '5',
      reason: 'launch day',
      key_id: 'k1',
      key_name: null,
    });
    expect(await limits()).toEqual({ u1: '15.5 5.5 6.5', u2: '10.5 0.5 1.5' });
    const listed = await api.walk(`${path}?limit=1`);
    expect(listed).toEqual([one.body, all.body]);
    expect((await api.send('DELETE', `${path}/${all.body.id}`)).status).toBe(204);
    expect(await limits()).toEqual({ u1: '15 5 6', u2: '10 0 1' });
    expect((await api.get(path)).body.items.map(({ id }: { id: string }) => id)).toEqual([one.body.id]);
    // Taken back twice is taken back.
    expect((await api.send('DELETE', `${path}/${all.body.id}`)).status).toBe(204);
    const audit = await api.database.query(
      `select action, key_id from tollgate_data.audit_log where action like 'budget.raise%' order by id`,
    );
    expect(audit).toEqual(
      ['budget.raise', 'budget.raise', 'budget.raise_end'].map((action) => ({ action, key_id: 'k1' })),
    );
  });

  it.each([
    [{ amount: { tokens: 5 } }, 'amount', 'usd, which the limit counts'],
    [{ amount: { usd: '-1' } }, 'amount.usd', 'a decimal number of USD above 0'],
    [{ ends_at: inHours(-1) }, 'ends_at', 'after now'],
    [{ ends_at: '2026-01-01' }, 'ends_at', 'an instant with offset'],
    [{ ends_at: inHours(401 * 24) }, 'ends_at', 'at most 400 days ahead'],
    [{ key: { agent: 'a' } }, 'key.agent', 'one of user'],
    [{ reason: '' }, 'reason', 'a text of 1 to 1000 characters'],
    [{ colour: 'red' }, 'colour', 'a mapping with the keys amount'],
  ])('with %j are refused', async (part, field, expected) => {
    const body = { amount: { usd: '1' }, ends_at: inHours(1), ...part };
    const answer = await api.send('POST', path, body);
    expect([answer.status, answer.body.errors]).toMatchObject([
      400,
      [{ field, expected: expect.stringContaining(expected) as string }],
    ]);
  });

  it('of what is not there are not found', async () => {
    const body = { amount: { usd: '1' }, ends_at: inHours(1) };
    for (const answer of [
      await api.send('POST', '/api/v1/budgets/nothing/raises', body),
      await api.get('/api/v1/budgets/nothing/raises'),
      await api.send('DELETE', `${path}/999999`),
      await api.send('POST', path, body, 'other'),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    }
    expect((await api.send('DELETE', `${path}/x`)).status).toBe(400);
  });
});
