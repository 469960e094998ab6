import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PricedCall } from '../../src/call.ts';
import { storeKinds } from '../support/database.ts';
import { aCall, costing, nanoOf, noSubject, openTestApi, type TestApi, unpriced } from './fill.ts';

const HOSTILE = `../a b/%2F?#'";,\\ é`;
const of = (
  agent: string,
  user: string,
  run: string,
  iso: string,
  usd: string | null,
  model = 'gpt-4o',
): Partial<PricedCall> => ({
  startUnixNano: nanoOf(iso),
  own: { ...noSubject, agent, user, session: `session of ${user}`, run, tags: { team: 'blue' } },
  price: usd === null ? unpriced : costing(usd),
  model,
});

const calls = [
  aCall(1, of('bot', 'u1', 'r1', '2026-03-20T10:00:00.001Z', '0.1')),
  aCall(2, of('bot', 'u1', 'r1', '2026-03-20T11:00:00Z', '0.2', 'o3')),
  aCall(3, of('cat', 'u1', 'r2', '2026-03-21T09:00:00Z', null)),
  aCall(4, of('cat', 'u2', 'r3', '2026-04-01T10:00:00Z', '0.25')),
  aCall(5, of('dog', 'u3', 'r4', '2026-04-01T10:00:00Z', null)),
  aCall(6, of('dog', HOSTILE, 'r5', '2026-03-25T00:00:00Z', '0.3')),
  // Three users alike in everything that can be sorted by but their ids.
  ...['t1', 't2', 't3'].map((user, index) =>
    aCall(10 + index, of('bot', user, `run of ${user}`, '2026-03-26T00:00:00Z', '0.01')),
  ),
];

const ids = (items: readonly { id: string }[]): string[] => items.map(({ id }) => id);
const sorts = [
  'id',
  'cost_usd',
  'calls',
  'run_count',
  'total_tokens',
  'total_duration_seconds',
  'first_seen',
  'last_seen',
];

describe.each(storeKinds)('lists on %s', (kind) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi(kind);
    await api.fill(calls);
    await api.fill([aCall(1, of('spy', 'other tenant', 'r1', '2026-03-20T10:00:00Z', '99'))], [], 'other');
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('gives each user a row: u1 spent 0.1 + 0.2 in two runs, 3 calls of 1.5 s', async () => {
    const { body } = await api.get('/api/v1/users?limit=1');
    expect(body.items).toEqual([
      {
        id: HOSTILE,
        cost_usd: '0.3',
        calls: 1,
        run_count: 1,
        total_tokens: 15,
        total_duration_seconds: 1.5,
        first_seen: '2026-03-25T00:00:00.000Z',
        last_seen: '2026-03-25T00:00:00.000Z',
        agents: ['dog'],
        models: ['gpt-4o'],
      },
    ]);
    const { body: second } = await api.get(`/api/v1/users?limit=1&cursor=${body.next_cursor}`);
    expect(second.items).toEqual([
      {
        id: 'u1',
        cost_usd: '0.3',
        calls: 3,
        run_count: 2,
        total_tokens: 45,
        total_duration_seconds: 4.5,
        first_seen: '2026-03-20T10:00:00.001Z',
        last_seen: '2026-03-21T09:00:00.000Z',
        agents: ['bot', 'cat'],
        models: ['gpt-4o', 'o3'],
      },
    ]);
  });

  it.each([
    ['models', ['gpt-4o', 'o3']],
    ['agents', ['bot', 'dog', 'cat']], // 0.33, 0.3, 0.25
    ['sessions', [HOSTILE, 'u1', 'u2', 't1', 't2', 't3', 'u3'].map((user) => `session of ${user}`)],
    ['runs', ['r1', 'r5', 'r3', 'run of t1', 'run of t2', 'run of t3', 'r2', 'r4']],
  ])('lists %s dearest first, ties by id, unknown costs last', async (name, expected) => {
    expect(ids((await api.get(`/api/v1/${name}`)).body.items)).toEqual(expected);
  });

  it.each(sorts.flatMap((sort) => [sort, `-${sort}`]))(
    'walks pages of one by %s through every user once, in the order of one large page',
    async (sort) => {
      const { body } = await api.get(`/api/v1/users?sort=${sort}&limit=1000`);
      expect(body.items).toHaveLength(7);
      expect(ids(await api.walk(`/api/v1/users?sort=${sort}&limit=1`))).toEqual(ids(body.items));
      const values = body.items
        .map((item: Record<string, unknown>) => item[sort.replace('-', '')])
        .filter((value: unknown) => value !== null);
      const number = (value: string): number | string => (Number.isNaN(Number(value)) ? value : Number(value));
      const ascending = [...values].map(number).sort((a, b) => (a < b ? -1 : Number(a > b)));
      expect(values.map(number)).toEqual(sort.startsWith('-') ? ascending.toReversed() : ascending);
    },
  );

  it('counts only what the filters and the period leave', async () => {
    expect(ids((await api.get('/api/v1/users?agent=bot&model=o3')).body.items)).toEqual(['u1']);
    expect(ids((await api.get('/api/v1/users?tag.team=blue&operation=chat&agent=dog&sort=id')).body.items)).toEqual([
      HOSTILE,
      'u3',
    ]);
    const part = (await api.get('/api/v1/users?user=u1&from=2026-03-20T10:00:00.002Z&to=2026-03-21T09:00:00.001Z')).body
      .items[0];
    expect([part.cost_usd, part.calls, part.run_count, part.first_seen]).toEqual([
      '0.2',
      2,
      2,
      '2026-03-20T11:00:00.000Z',
    ]);
  });

  it('tells one user with cost by model and agent and a point a day, all adding up', async () => {
    const { body } = await api.get('/api/v1/users/u1?from=2026-03-20&to=2026-03-22');
    expect([body.id, body.cost_usd, body.run_count]).toEqual(['u1', '0.3', 2]);
    const brief = (rows: Record<string, unknown>[], key: string): unknown[] =>
      rows.map((row) => [row[key], row['cost_usd'], row['calls']]);
    expect(brief(body.cost_by_model, 'model')).toEqual([
      ['o3', '0.2', 1],
      ['gpt-4o', '0.1', 2], // one of the two has no price
    ]);
    expect(brief(body.cost_by_agent, 'agent')).toEqual([
      ['bot', '0.3', 2],
      ['cat', null, 1],
    ]);
    expect(brief(body.series, 'start')).toEqual([
      ['2026-03-20T00:00:00.000Z', '0.3', 2],
      ['2026-03-21T00:00:00.000Z', null, 1],
    ]);
  });

  it.each([
    ['users', HOSTILE],
    ['agents', 'dog'],
    ['models', 'o3'],
    ['sessions', `session of ${HOSTILE}`],
    ['runs', 'run of t2'],
  ])('finds one of %s by its percent-encoded id', async (name, id) => {
    const { status, body } = await api.get(`/api/v1/${name}/${encodeURIComponent(id)}`);
    expect([status, body.id]).toEqual([200, id]);
  });

  it('does not find who is unknown, outside the period, or of another tenant', async () => {
    const statusOf = async (path: string): Promise<unknown> => {
      const { status, body } = await api.get(path);
      return [status, body.code];
    };
    expect(await statusOf('/api/v1/users/nobody')).toEqual([404, 'not_found']);
    expect(await statusOf('/api/v1/users/u1?from=2026-03-22&to=2026-03-23')).toEqual([404, 'not_found']);
    expect(await statusOf('/api/v1/users/other%20tenant')).toEqual([404, 'not_found']);
    expect((await api.get('/api/v1/users/other%20tenant', 'other')).body.cost_usd).toBe('99');
  });
});
