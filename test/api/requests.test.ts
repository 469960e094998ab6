import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCall, openTestApi, type TestApi, traceId } from './fill.ts';

let api: TestApi;
let ready = true;
beforeAll(async () => {
  api = await openTestApi('postgres18', { isReady: async () => ready });
  await api.fill([aCall(1), aCall(2)]);
});
afterAll(() => api[Symbol.asyncDispose]());

const costs = '/api/v1/costs?';

describe('a bad parameter', () => {
  it.each([
    [`${costs}period=1h`, 'period', 'one of 24h, 7d, 30d, 90d'],
    [`${costs}period=7d&from=2026-01-01`, 'period', 'either period, or from and to'],
    [`${costs}from=yesterday`, 'from', 'a date (2026-01-31) or an instant with offset'],
    [`${costs}from=2026-01-01T00:00:00`, 'from', 'an instant with offset'],
    [`${costs}to=2026-02-30`, 'to', 'a date'],
    [`${costs}from=2026-03-01&to=2026-03-01`, 'from', 'an instant before to'],
    [`${costs}from=2027-01-01`, 'from', 'an instant before to, which is now'],
    [`${costs}timezone=Mars/Olympus`, 'timezone', 'an IANA time zone name'],
    [`${costs}timezone=%2B05:30`, 'timezone', 'an IANA time zone name'],
    [`${costs}interval=minute`, 'interval', 'one of hour, day, week, month'],
    [`${costs}group_by=colour`, 'group_by', 'any of agent, user'],
    [`${costs}group_by=agent,agent`, 'group_by', 'each dimension once'],
    [`${costs}group_by=agent,user,session,run,model`, 'group_by', '1 to 4'],
    [`${costs}group_by=tag.`, 'group_by', 'tag.NAME'],
    [`${costs}agent=`, 'agent', 'a text of 1 to 4096 characters without NUL'],
    [`${costs}agent=a,,b`, 'agent', 'a text of 1 to 4096 characters'],
    [`${costs}agent=a%00b`, 'agent', 'without NUL'],
    [`${costs}agent=${'a'.repeat(4097)}`, 'agent', 'a text of 1 to 4096 characters'],
    [`${costs}agent=${Array.from({ length: 101 }, (_, index) => index).join(',')}`, 'agent', '1 to 100'],
    [`${costs}tag.=x`, 'tag.', 'a parameter of this call'],
    [
      `${costs}${Array.from({ length: 11 }, (_, index) => `tag.t${index}=x`).join('&')}`,
      'tag.t10',
      'at most 10 tag filters',
    ],
    [`${costs}agnet=bot`, 'agnet', 'a parameter of this call: group_by, interval'],
    [`${costs}limit=0`, 'limit', 'a whole number from 1 to 1000'],
    [`${costs}limit=1001`, 'limit', 'a whole number from 1 to 1000'],
    [`${costs}limit=1e2`, 'limit', 'a whole number from 1 to 1000'],
    [`${costs}limit=5&limit=6`, 'limit', 'given once'],
    ['/api/v1/changes?interval=day', 'interval', 'a parameter of this call: group_by, period'],
    ['/api/v1/changes?cursor=abc', 'cursor', 'a parameter of this call'],
    ['/api/v1/changes?limit=1001', 'limit', 'a whole number from 1 to 1000'],
    ['/api/v1/changes?group_by=', 'group_by', 'any of agent, user'],
    ['/api/v1/whoami?tenant=other', 'tenant', 'no parameter at all'],
    [`${costs}cursor=abc`, 'cursor', 'next_cursor of an earlier answer'],
    ['/api/v1/users?sort=colour', 'sort', 'one of id, cost_usd'],
    ['/api/v1/users?sort=--cost_usd', 'sort', 'with - before it for descending'],
    ['/api/v1/users?interval=day', 'interval', 'a parameter of this call'],
    ['/api/v1/users/u1?user=u2', 'user', 'a parameter of this call'],
    ['/api/v1/users/a%00b', 'id', 'without NUL'],
    ['/api/v1/calls?charge=free', 'charge', 'one of charged, duplicate, container, pending, all'],
    ['/api/v1/calls?cost_status=cheap', 'cost_status', 'any of priced, reported'],
    ['/api/v1/calls?min_cost_usd=1e-3', 'min_cost_usd', 'a decimal number of USD'],
    ['/api/v1/calls?trace_id=xyz', 'trace_id', '32 hexadecimal digits'],
    ['/api/v1/calls/12/34', 'trace_id', '32 hexadecimal digits'],
    [`/api/v1/calls/${traceId(1)}/34`, 'span_id', '16 hexadecimal digits'],
    ['/api/v1/traces/12', 'trace_id', '32 hexadecimal digits'],
    ['/api/v1/prices?source=mine', 'source', 'one of default, correction, custom'],
    ['/api/v1/prices?at=yesterday', 'at', 'a date (2026-01-31, from midnight UTC) or an instant'],
    ['/api/v1/prices?at=2026-01-31T10:00:00.0001Z', 'at', 'at most milliseconds'],
    ['/api/v1/prices?model=', 'model', 'a text of 1 to 256 characters'],
    ['/api/v1/prices?tenant=other', 'tenant', 'a parameter of this call: provider, model, source, at'],
    [`/api/v1/prices/openai/${'a'.repeat(257)}`, 'model', 'a text of 1 to 256 characters'],
    ['/api/v1/prices/unpriced?sort=calls', 'sort', 'a parameter of this call: period, from'],
    [`/api/v1/traces/${traceId(1)}?x=1`, 'x', 'no parameter at all'],
    ['/api/v1/export?format=xml', 'format', 'one of csv, jsonl, focus'],
    ['/api/v1/export?limit=5', 'limit', 'a parameter of this call: format, group_by, interval, period'],
    ['/api/v1/export?format=focus&interval=week', 'interval', 'hour, day or month'],
    ['/api/v1/export?from=2027-01-01', 'from', 'an instant before to, which is now'],
  ])('%s is refused, naming %s and what was expected', async (path, field, expected) => {
    const { status, body, headers } = await api.get(path);
    expect([status, body.status, body.code]).toEqual([400, 400, 'bad_parameter']);
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    const fault = body.errors.find((each: { field: string }) => each.field === field);
    expect(fault?.expected, JSON.stringify(body.errors)).toContain(expected);
    expect(body.detail).toContain(`${field}: found ${fault.found}, expected ${fault.expected}`);
  });

  it('is named together with all others of the request', async () => {
    const { body } = await api.get(`${costs}limit=0&timezone=Mars&agnet=bot&tag.=x&period=1h`);
    expect(body.errors.map((each: { field: string }) => each.field).sort()).toEqual([
      'agnet',
      'limit',
      'period',
      'tag.',
      'timezone',
    ]);
  });
});

describe('a cursor', () => {
  it('is refused when changed in any character, or with another question', async () => {
    const { next_cursor: cursor } = (await api.get('/api/v1/runs?limit=1')).body;
    expect((await api.get(`/api/v1/runs?limit=1&cursor=${cursor}`)).body.items).toHaveLength(1);
    for (let at = 0; at < cursor.length - 1; at += 7) {
      const changed = `${cursor.slice(0, at)}${cursor[at] === 'x' ? 'y' : 'x'}${cursor.slice(at + 1)}`;
      const { body } = await api.get(`/api/v1/runs?limit=1&cursor=${changed}`);
      expect([body.code, body.errors[0].field]).toEqual(['bad_parameter', 'cursor']);
    }
    for (const other of [
      '/api/v1/runs?sort=id',
      '/api/v1/runs?agent=bot',
      '/api/v1/runs?tag.a=b',
      '/api/v1/runs?period=7d',
      '/api/v1/users?limit=1',
    ]) {
      expect((await api.get(`${other}&cursor=${cursor}`)).body.detail).toContain('a cursor of the same question');
    }
  });

  it('of one tenant shows another tenant nothing', async () => {
    const { next_cursor: cursor } = (await api.get('/api/v1/runs?limit=1')).body;
    expect((await api.get(`/api/v1/runs?limit=1&cursor=${cursor}`, 'other')).body.items).toEqual([]);
  });
});

describe('access', () => {
  const asked = [
    '/api/v1/costs',
    '/api/v1/changes',
    '/api/v1/export',
    '/api/v1/whoami',
    '/api/v1/users',
    '/api/v1/users/u1',
    '/api/v1/calls',
    `/api/v1/traces/${traceId(1)}`,
    '/api/v1/prices',
    '/api/v1/prices/openai/gpt-4o',
    '/api/v1/prices/unpriced',
    '/metrics',
  ];

  it.each(asked)('%s needs a key, and one with the scope', async (path) => {
    const [without, wrong] = [await api.get(path, null), await api.get(path, 'ingest-only')];
    expect([without.status, without.body.code]).toEqual([401, 'unauthenticated']);
    expect(without.headers['www-authenticate']).toBe('Bearer realm="tollgate"');
    expect([wrong.status, wrong.body.code]).toEqual([403, 'forbidden']);
    expect(wrong.body.detail).toContain(path === '/metrics' ? 'admin' : 'query');
  });

  it('is asked for before parameters are looked at', async () => {
    expect((await api.get(`${costs}limit=0`, null)).status).toBe(401);
  });

  it('shows a tenant nothing of another', async () => {
    expect((await api.get('/api/v1/costs', 'other')).body.totals.calls).toBe(0);
    expect((await api.get('/api/v1/runs', 'other')).body.items).toEqual([]);
    expect((await api.get('/api/v1/calls', 'other')).body.items).toEqual([]);
    expect((await api.get('/api/v1/costs')).body.totals.calls).toBe(2);
  });
});

describe('operations', () => {
  it('/healthz and /readyz need no key; readiness is the store’s', async () => {
    expect((await api.get('/healthz', null)).body).toEqual({ status: 'ok' });
    expect((await api.get('/readyz', null)).body).toEqual({ status: 'ready' });
    ready = false;
    const { status, body } = await api.get('/readyz', null);
    expect([status, body]).toEqual([503, { status: 'not_ready' }]);
    ready = true;
  });

  it('/metrics is Prometheus text', async () => {
    const { body, headers } = await api.get('/metrics');
    expect([body, headers['content-type']]).toEqual([
      'tollgate_calls_total 1\n',
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
  });

  it('/openapi.json describes every call, with its parameters and answers', async () => {
    const { body } = await api.get('/openapi.json', null);
    expect([body.openapi, body.info.version]).toEqual(['3.1.0', '1.2.3']);
    const lists = ['models', 'agents', 'users', 'sessions', 'runs'].flatMap((name) => [
      `/api/v1/${name}`,
      `/api/v1/${name}/{id}`,
    ]);
    expect(Object.keys(body.paths).sort()).toEqual(
      [
        ...lists,
        '/api/v1/alerts',
        '/api/v1/approvals',
        '/api/v1/approvals/{id}',
        '/api/v1/audit-log',
        '/api/v1/budgets',
        '/api/v1/budgets/{name}',
        '/api/v1/budgets/{name}/raises',
        '/api/v1/budgets/{name}/raises/{id}',
        '/api/v1/budgets/{name}/status',
        '/api/v1/calls',
        '/api/v1/calls/{trace_id}/{span_id}',
        '/api/v1/changes',
        '/api/v1/costs',
        '/api/v1/export',
        '/api/v1/forecast',
        '/api/v1/prices',
        '/api/v1/prices/unpriced',
        '/api/v1/prices/{provider}/{model}',
        '/api/v1/reprice',
        '/api/v1/traces/{trace_id}',
        '/api/v1/users/{id}/identity',
        '/api/v1/whoami',
        '/healthz',
        '/metrics',
        '/openapi.json',
        '/readyz',
      ].sort(),
    );
    const names = body.paths['/api/v1/users'].get.parameters.map((parameter: { name: string }) => parameter.name);
    expect(names).toEqual(
      expect.arrayContaining(['sort', 'period', 'from', 'to', 'timezone', 'limit', 'cursor', 'agent', 'endpoint']),
    );
    expect(Object.keys(body.components.schemas).sort()).toEqual([
      'AdministrativeAction',
      'Alert',
      'Approval',
      'Budget',
      'BudgetDefinition',
      'Call',
      'ChangedGroup',
      'Copy',
      'Counter',
      'Decision',
      'Erasure',
      'Group',
      'LedgerEntry',
      'ListedRow',
      'Point',
      'Price',
      'Problem',
      'Raise',
      'Reason',
      'Reprice',
      'Row',
      'Span',
      'TraceAgent',
      'UnpricedModel',
    ]);
  });

  it('an unknown path and a malformed one are problems too', async () => {
    const [unknown, malformed] = [await api.get('/api/v1/nothing'), await api.get('/api/v1/users/%zz')];
    expect([unknown.status, unknown.body.code]).toEqual([404, 'not_found']);
    expect([malformed.status, malformed.body.code]).toEqual([400, 'bad_request']);
  });
});
