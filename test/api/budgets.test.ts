import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBudget } from '../../processor/gate/budgetSchema.ts';
import { storeKinds } from '../support/database.ts';
import { openTestApi, type TestApi } from './fill.ts';

const daily = { window: 'day', limit: { usd: '50' } };
/** What `daily` is with every default written out. */
const dailyInFull = {
  match: {},
  per: [],
  window: 'day',
  timezone: 'UTC',
  limit: { usd: '50' },
  alert_at: [50, 80, 100],
  on_exceed: 'deny',
  downgrade: {},
  unpriced: 'deny',
  lost_calls: 'presume',
  mode: 'enforce',
  min_output_tokens: 64,
  stop_streams: false,
};

describe.each(storeKinds)('budgets by API on %s', (kind) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi(kind);
    const file = readBudget({ ...daily, per: ['user'] }, 'of-the-file', 'file');
    await api.policies.syncFile(file.ok ? [file.budget] : []);
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('are made, changed and ended, each with a line in the audit log', async () => {
    const made = await api.send('PUT', '/api/v1/budgets/daily', daily, 'one');
    expect([made.status, made.body]).toEqual([201, { name: 'daily', source: 'api', definition: dailyInFull }]);
    const changed = await api.send('PUT', '/api/v1/budgets/daily', { ...daily, limit: { usd: 60.5 } }, 'one');
    expect([changed.status, changed.body.definition.limit]).toEqual([200, { usd: '60.5' }]);
    expect((await api.send('DELETE', '/api/v1/budgets/daily', undefined, 'one')).status).toBe(204);
    expect((await api.send('DELETE', '/api/v1/budgets/daily', undefined, 'one')).body.code).toBe('not_found');
    const audit = await api.database.query(
      `select key_id, action, detail ->> 'budget' as budget from tollgate_data.audit_log where tenant = 'one' order by id`,
    );
    expect(audit).toEqual(
      ['budget.put', 'budget.put', 'budget.delete'].map((action) => ({ key_id: 'k1', action, budget: 'daily' })),
    );
  });

  it('come back as they were written, whatever the order of their downgrades', async () => {
    const written = {
      match: { agent: 'bot-*', 'tag.feature': 'faq' },
      per: ['user', 'tag.feature'],
      window: 'rolling:24h',
      timezone: 'Europe/Berlin',
      limit: { tokens: 1_000_000 },
      alert_at: [90],
      on_exceed: 'downgrade',
      // By length and bytes, as jsonb has its keys, the second would be first.
      downgrade: { 'gpt-4o-2024-*': 'gpt-4o-mini', 'gpt-*': 'gpt-4.1-nano' },
      unpriced: { assume: { usd: '0.1' } },
      lost_calls: 'release',
      mode: 'shadow',
      min_output_tokens: 1,
      stop_streams: true,
    };
    await api.send('PUT', '/api/v1/budgets/all-keys', written, 'two');
    const { items } = (await api.get('/api/v1/budgets', 'two')).body;
    expect(items[0]).toMatchObject({ name: 'all-keys', source: 'api', definition: written, state: null });
    expect(JSON.stringify(items[0].definition.downgrade)).toBe(JSON.stringify(written.downgrade));
  });

  it('are listed by name in pages, the file’s among them, with what is left of those with one counter', async () => {
    for (const name of ['b', 'a', 'z']) await api.send('PUT', `/api/v1/budgets/${name}`, daily, 'acme');
    const items = await api.walk('/api/v1/budgets?limit=2');
    expect(items.map(({ name, source }) => `${name} ${source}`)).toEqual([
      'a api',
      'b api',
      'of-the-file file',
      'z api',
    ]);
    expect(items[2].state).toBeNull();
    expect(items[0].state).toMatchObject({ limit_usd: '50', spent_usd: '0', left_usd: '50', used_share: 0, key: {} });
    expect(Date.parse(items[0].state.resets_at) - Date.parse(items[0].state.window_start)).toBe(86_400_000);
  });

  it('of the file are every tenant’s, and can only be read', async () => {
    expect((await api.get('/api/v1/budgets', 'nobody')).body.items.map(({ name }: { name: string }) => name)).toEqual([
      'of-the-file',
    ]);
    for (const method of ['PUT', 'DELETE'] as const) {
      const body = method === 'PUT' ? daily : undefined;
      const { status, body: problem } = await api.send(method, '/api/v1/budgets/of-the-file', body);
      expect([status, problem.code]).toEqual([409, 'read_only']);
    }
  });
});

describe('a budget that cannot be', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi('postgres18');
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('is refused with everything that is wrong with it', async () => {
    const body = { match: { agnet: 'x' }, window: 'rolling:91d', limit: { usd: '1', tokens: 1 }, colour: 'red' };
    const { status, body: problem } = await api.send('PUT', '/api/v1/budgets/b', body);
    expect([status, problem.code]).toEqual([400, 'bad_parameter']);
    expect(problem.errors.map(({ field, found }: { field: string; found: string }) => [field, found])).toEqual([
      ['match.agnet', '"x"'],
      ['window', '"rolling:91d"'],
      ['limit', '{"usd":"1","tokens":1}'],
      ['colour', 'the unknown key "colour"'],
    ]);
  });

  it.each([
    ['nothing', undefined, 'body', 'a mapping with the keys match, per'],
    ['a list', [], 'body', 'a mapping with the keys match, per'],
    ['a name of its own', { ...daily, name: 'b' }, 'name', 'one of the keys match, per'],
  ])('such as %s is refused', async (_what, body, field, expected) => {
    const { status, body: problem } = await api.send('PUT', '/api/v1/budgets/b', body);
    expect([status, problem.errors]).toMatchObject([
      400,
      [{ field, expected: expect.stringContaining(expected) as string }],
    ]);
  });

  it('such as one of a name with a blank, or of 101 characters, is refused', async () => {
    expect((await api.send('PUT', `/api/v1/budgets/${'b'.repeat(100)}`, daily)).status).toBe(201);
    for (const name of ['a%20b', 'b'.repeat(101)]) {
      const { status, body } = await api.send('PUT', `/api/v1/budgets/${name}`, daily);
      expect([status, body.errors[0].field]).toEqual([400, 'name']);
    }
  });

  it('is read by the scope query and changed by the scope admin', async () => {
    expect((await api.get('/api/v1/budgets', 'query-only')).status).toBe(200);
    for (const [method, path] of [
      ['PUT', '/api/v1/budgets/b'],
      ['DELETE', '/api/v1/budgets/b'],
      ['POST', '/api/v1/budgets/b/raises'],
      ['DELETE', '/api/v1/budgets/b/raises/1'],
      ['POST', '/api/v1/approvals/0'],
    ] as const) {
      const { status, body } = await api.send(method, path, method === 'DELETE' ? undefined : {}, 'query-only');
      expect([path, status, body.code]).toEqual([path, 403, 'forbidden']);
    }
  });
});
