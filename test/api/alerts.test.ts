import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeKinds } from '../support/database.ts';
import { NOW, openTestApi, type TestApi } from './fill.ts';

interface Written {
  readonly tenant?: string;
  readonly type: string;
  readonly budget?: string;
  readonly at: string;
}

async function write(api: TestApi, alerts: readonly Written[]): Promise<void> {
  for (const [index, { tenant = 'acme', type, budget = null, at }] of alerts.entries()) {
    await api.database.query(
      `insert into tollgate_data.alerts (tenant, event_key, type, severity, budget, at, message, data)
       values ($1, $2, $3, 'warning', $4, $5, $6, '{"limit_usd":"50"}')`,
      [tenant, `k${index}`, type, budget, at, `alert ${index}`],
    );
  }
}

describe.each(storeKinds)('alerts on %s', (kind) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi(kind);
    await write(api, [
      { type: 'budget.threshold_reached', budget: 'daily', at: '2026-03-31T10:00:00.000001Z' },
      { type: 'budget.exceeded', budget: 'daily', at: '2026-03-31T11:00:00Z' },
      { type: 'call.denied', budget: 'daily', at: '2026-03-31T11:00:00Z' },
      { type: 'budget.exceeded', budget: 'users', at: '2026-03-31T12:00:00Z' },
      { type: 'anomaly.detected', at: '2026-01-01T00:00:00Z' },
      { type: 'budget.exceeded', budget: 'daily', tenant: 'other', at: '2026-03-31T12:00:00Z' },
    ]);
  });
  afterAll(() => api[Symbol.asyncDispose]());

  const messages = (items: { message: string }[]): string[] => items.map(({ message }) => message);

  it('are listed latest first, in pages, those of the period asked for', async () => {
    expect(messages(await api.walk('/api/v1/alerts?limit=1'))).toEqual(['alert 3', 'alert 2', 'alert 1', 'alert 0']);
    expect(messages(await api.walk(`/api/v1/alerts?from=2026-01-01&to=${NOW}`))).toHaveLength(5);
    const edge = '/api/v1/alerts?from=2026-03-31T11:00:00Z&to=2026-03-31T12:00:00Z';
    expect(messages((await api.get(edge)).body.items)).toEqual(['alert 2', 'alert 1']);
  });

  it('are found by type and by budget', async () => {
    const found = async (query: string): Promise<string[]> =>
      messages((await api.get(`/api/v1/alerts?${query}`)).body.items);
    expect(await found('type=budget.*')).toEqual(['alert 3', 'alert 1', 'alert 0']);
    expect(await found('type=budget.exceeded&budget=daily')).toEqual(['alert 1']);
    expect(await found('type=*.denied')).toEqual(['alert 2']);
    expect(await found('budget=nothing')).toEqual([]);
  });

  it('have what webhooks get', async () => {
    const { items } = (await api.get('/api/v1/alerts?type=budget.threshold_reached')).body;
    expect(items).toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        at: '2026-03-31T10:00:00.000001Z',
        type: 'budget.threshold_reached',
        severity: 'warning',
        budget: 'daily',
        message: 'alert 0',
        data: { limit_usd: '50' },
      },
    ]);
  });

  it('of no known type are a question nobody meant', async () => {
    const { status, body } = await api.get('/api/v1/alerts?type=budgets.*&agent=x');
    expect([status, body.errors.map(({ field }: { field: string }) => field)]).toEqual([400, ['type', 'agent']]);
  });
});
