import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retain } from '../../processor/store/retain.ts';
import { storeKinds } from '../support/database.ts';
import { aCall, costing, nanoOf, noSubject, openTestApi, spanId, type TestApi, traceId } from './fill.ts';

const at = (iso: string, usd: string, session: string) => ({
  startUnixNano: nanoOf(iso),
  price: costing(usd),
  own: { ...noSubject, agent: 'bot', user: 'u1', session },
});

describe.each(storeKinds)('the API after 2026-03-29 was closed, on %s', (kind) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi(kind);
    await api.fill([
      aCall(1, at('2026-03-29T10:00:00Z', '0.1', 's1')),
      aCall(2, at('2026-03-31T10:00:00Z', '0.2', 's2')),
    ]);
    // 2026-04-01 less one day of retention and one of grace: 2026-03-30 is the first day kept.
    for await (const _ of retain(api.database, { nowMs: Date.UTC(2026, 3, 1), retentionDays: 1 }));
  });
  afterAll(() => api[Symbol.asyncDispose]());

  const period = 'from=2026-03-29T00:00:00Z&to=2026-04-01T00:00:00Z';

  it.each(['model', 'agent,user', 'session', 'run'])('adds up the costs by %s as before: 0.1 + 0.2', async (by) => {
    const { status, body } = await api.get(`/api/v1/costs?group_by=${by}&${period}`);
    expect(status).toBe(200);
    expect(body.totals).toMatchObject({ cost_usd: '0.3', calls: 2 });
  });

  it('has the day in the series', async () => {
    const { body } = await api.get(`/api/v1/costs?group_by=agent&interval=day&${period}`);
    const points: { start: string; cost_usd: string }[] = body.series;
    expect(points.map(({ start, cost_usd: usd }) => [start.slice(0, 10), usd])).toEqual([
      ['2026-03-29', '0.1'],
      ['2026-03-30', '0'],
      ['2026-03-31', '0.2'],
    ]);
  });

  it('lists users and sessions with what they cost on it', async () => {
    const users = await api.walk(`/api/v1/users?${period}`);
    expect(users).toMatchObject([{ id: 'u1', cost_usd: '0.3', calls: 2, first_seen: '2026-03-29T10:00:00.000Z' }]);
    const sessions = await api.walk(`/api/v1/sessions?${period}&sort=id`);
    expect(sessions).toMatchObject([
      { id: 's1', cost_usd: '0.1' },
      { id: 's2', cost_usd: '0.2' },
    ]);
  });

  it('has its calls and traces no more', async () => {
    const calls = await api.walk(`/api/v1/calls?${period}`);
    expect(calls.map(({ span_id: id }) => id)).toEqual([spanId(2)]);
    expect((await api.get(`/api/v1/calls/${traceId(1)}/${spanId(1)}`)).status).toBe(404);
    expect((await api.get(`/api/v1/traces/${traceId(1)}`)).status).toBe(404);
    expect((await api.get(`/api/v1/traces/${traceId(2)}`)).status).toBe(200);
  });
});
