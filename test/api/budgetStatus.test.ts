import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBucket, writeCounter } from '../support/counters.ts';
import { storeKinds } from '../support/database.ts';
import { openTestApi, type TestApi } from './fill.ts';

const HOUR_MS = 3_600_000;
/** Six hours of a day have passed, whatever time it is. */
const day = { from: `now() - interval '6 hours'`, to: `now() + interval '18 hours'` };
/** How long the test may take from writing a counter to reading it. */
const LATE_MS = 60_000;

describe.each(storeKinds)('the status of a budget on %s', (kind) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi(kind);
    await api.send('PUT', '/api/v1/budgets/users', { per: ['user'], window: 'day', limit: { usd: '10' } });
    await api.send('PUT', '/api/v1/budgets/rolling', { window: 'rolling:24h', limit: { tokens: 1000 } });
    await api.send('PUT', '/api/v1/budgets/runs', { window: 'run', limit: { calls: 2 } });
    await api.send('PUT', '/api/v1/budgets/unused', { window: 'month', timezone: 'Asia/Tokyo', limit: { usd: '1' } });
    for (const [user, spent] of Object.entries({ u1: '2', u2: '8', u3: '5', '(none)': '10' })) {
      await writeCounter(api.database, { budget: 'users', key: { user }, spent, ...day });
    }
    const past = { from: `now() - interval '30 hours'`, to: `now() - interval '6 hours'` };
    await writeCounter(api.database, { budget: 'users', key: { user: 'u1' }, spent: '99', ...past });
    await writeCounter(api.database, { budget: 'users', key: { user: 'x' }, tenant: 'acme', spent: '0', ...past });
    const rolling = await writeCounter(api.database, { budget: 'rolling', spent: '1300' });
    // 24 h in 96 buckets of 15 min: the first is out of the window, the oldest in it began 6 h ago.
    await writeBucket(api.database, { counter: rolling, at: `now() - interval '25 hours'`, spent: '700' });
    await writeBucket(api.database, { counter: rolling, at: `now() - interval '6 hours'`, spent: '100' });
    await writeBucket(api.database, { counter: rolling, at: `now() - interval '1 hour'`, spent: '500' });
    await writeCounter(api.database, { budget: 'runs', key: { run: 'r1' }, spent: '1', reserved: '1' });
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('has the counters whose window holds this moment, those that used most first, in pages', async () => {
    const items = await api.walk('/api/v1/budgets/users/status?limit=3');
    expect(items.map(({ key, spent_usd, left_usd }) => [key.user, spent_usd, left_usd])).toEqual([
      ['(none)', '10', '0'],
      ['u2', '8', '2'],
      ['u3', '5', '5'],
      ['u1', '2', '8'],
    ]);
  });

  it('can be asked of one user alone', async () => {
    const { items } = (await api.get('/api/v1/budgets/users/status?user=u3')).body;
    expect(items).toMatchObject([{ key: { user: 'u3' }, spent_usd: '5', used_share: 0.5 }]);
    expect((await api.get('/api/v1/budgets/users/status?agent=u3')).body.items).toEqual([]);
    expect((await api.get('/api/v1/budgets/unused/status?user=u3')).body.items).toEqual([]);
  });

  it('says where a window ends at this pace: spent × 24 h ÷ 6 h, the limit at 6 h × 10 ÷ spent', async () => {
    const now = Date.now();
    const { items } = (await api.get('/api/v1/budgets/users/status')).body;
    const [used, u2, u3, u1] = items.map(({ forecast }: { forecast: object }) => forecast);
    // $8 in 6 h: $32 in 24 h, and $10 after 7.5 h, which is in 1.5 h. $5: $20, in 6 h. $2 comes to $8 and stays below.
    expect(Number(u2.at_window_end_usd)).toBeCloseTo(32, 1);
    expect(Math.abs(Date.parse(u2.exhausted_at) - now - 1.5 * HOUR_MS)).toBeLessThan(LATE_MS);
    expect(Number(u3.at_window_end_usd)).toBeCloseTo(20, 1);
    expect(Math.abs(Date.parse(u3.exhausted_at) - now - 6 * HOUR_MS)).toBeLessThan(LATE_MS);
    expect(Number(u1.at_window_end_usd)).toBeCloseTo(8, 1);
    expect(u1.exhausted_at).toBeNull();
    expect(Math.abs(Date.parse(used.exhausted_at) - now)).toBeLessThan(LATE_MS);
  });

  it('of a rolling window leaves out what left it, and counts its pace from the oldest spending in it', async () => {
    const [counter] = (await api.get('/api/v1/budgets/rolling/status')).body.items;
    expect(counter).toMatchObject({ limit_tokens: 1000, spent_tokens: 600, left_tokens: 400, key: {} });
    expect([counter.window_start, counter.resets_at, counter.used_share]).toEqual([null, null, 0.6]);
    // 600 in 6 h: 2400 in 24 h, 1000 after 10 h, which is in 4 h.
    expect(Math.abs(Date.parse(counter.forecast.exhausted_at) - Date.now() - 4 * HOUR_MS)).toBeLessThan(LATE_MS);
    expect(counter.forecast.at_window_end_tokens).toBeGreaterThan(2390);
    expect(counter.forecast.at_window_end_tokens).toBeLessThanOrEqual(2400);
  });

  it('of a run has no end, and no forecast', async () => {
    expect((await api.get('/api/v1/budgets/runs/status')).body.items).toEqual([
      {
        key: { run: 'r1' },
        limit_calls: 2,
        raised_calls: 0,
        spent_calls: 1,
        reserved_calls: 1,
        left_calls: 0,
        overrun_calls: 0,
        expired_unsettled_calls: 0,
        used_share: 1,
        window_start: null,
        resets_at: null,
        forecast: null,
      },
    ]);
  });

  it('that nobody has used is a counter at 0', async () => {
    const [counter] = (await api.get('/api/v1/budgets/unused/status')).body.items;
    expect(counter).toMatchObject({ limit_usd: '1', spent_usd: '0', left_usd: '1', used_share: 0 });
    // The month begins at midnight in Tokyo, which is 15:00 UTC of the day before.
    expect(counter.window_start).toMatch(/T15:00:00\.000Z$/);
    expect(counter.forecast).toEqual({ exhausted_at: null, at_window_end_usd: '0' });
  });

  it('is the tenant’s own', async () => {
    expect((await api.get('/api/v1/budgets/users/status', 'other')).body.code).toBe('not_found');
    expect((await api.get('/api/v1/budgets/nothing/status')).body.code).toBe('not_found');
    const { body } = await api.get('/api/v1/budgets/users/status?colour=red');
    expect(body.errors).toMatchObject([
      { field: 'colour', expected: expect.stringContaining('a parameter of this call') },
    ]);
  });
});
