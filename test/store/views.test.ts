import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBudget } from '../../processor/gate/budgetSchema.ts';
import { createPolicyStore } from '../../processor/gate/policyStore.ts';
import { Windows } from '../../processor/gate/windows.ts';
import { createStore } from '../../processor/store/createStore.ts';
import { writeCounter } from '../support/counters.ts';
import { openTestDatabase, storeKinds, type TestDatabase } from '../support/database.ts';
import { batch, call, HOUR_NANO, nobody, skeleton, START_NANO } from './samples.ts';

const views = [
  'alerts',
  'budget_status',
  'calls',
  'cost_daily',
  'cost_hourly',
  'cost_totals',
  'runs',
  'sessions',
  'spans',
];

async function fill(place: TestDatabase): Promise<void> {
  const store = createStore(place.database, { settleDelayMs: 60_000 });
  const own = { ...nobody, agent: 'bot', user: 'u1', session: 's1' };
  const root = skeleton(1, 1, { own: { ...nobody, endpoint: '/chat' } });
  await store.commit(
    batch(
      [
        call(1, 2, { own, parentSpanId: root.spanId }),
        call(1, 3, { own, parentSpanId: root.spanId, startUnixNano: START_NANO + HOUR_NANO }),
        call(1, 4, { own, role: 'container', containerRule: 'invoke_agent' }),
        call(2, 5, { price: { status: 'unpriced', reason: 'unknown_model' }, model: null }),
      ],
      [root, skeleton(1, 2)],
    ),
  );
  await store.commit(batch([call(7, 7)], [], 'other'));
  await store.close();
  const policies = createPolicyStore(place.database, new Windows());
  const read = readBudget({ window: 'run', limit: { calls: 1 } }, 'all', 'file');
  await policies.syncFile(read.ok ? [read.budget] : []);
  for (const tenant of ['default', 'other']) {
    await writeCounter(place.database, { tenant, budget: 'all', key: { run: 'r1' } });
    await place.database.query(
      `insert into tollgate_data.alerts (tenant, event_key, type, severity, at, message, data)
       values ($1, 'k', 'anomaly.detected', 'info', now(), 'm', '{}')`,
      [tenant],
    );
  }
}

describe.each(storeKinds)('the views on %s', (kind) => {
  let place: TestDatabase;
  beforeAll(async () => {
    place = await openTestDatabase(kind);
    await fill(place);
  });
  afterAll(() => place[Symbol.asyncDispose]());

  const rows = (sql: string): Promise<object[]> => place.database.query(sql);

  it('are the documented ones, and every column of them has a comment', async () => {
    const columns = await place.database.query<{ view: string; name: string; comment: string | null }>(
      `select c.relname as view, a.attname as name, col_description(c.oid, a.attnum) as comment
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'tollgate' and c.relkind = 'v'`,
    );
    expect([...new Set(columns.map(({ view }) => view))].toSorted()).toEqual(views);
    expect(
      columns.filter(({ comment }) => comment === null || comment === '').map(({ view, name }) => `${view}.${name}`),
    ).toEqual([]);
  });

  it('have cost by hour and by day, exact, null where no call has a price', async () => {
    const cost = (view: string): Promise<object[]> =>
      rows(`select to_char(start, 'DD HH24') as start, agent, user_id, model, cost_usd::text, calls::int, unpriced_calls::int
            from tollgate.${view} where tenant = 'default' order by agent, start`);
    expect(await cost('cost_hourly')).toEqual([
      {
        start: '20 10',
        agent: '(none)',
        user_id: '(none)',
        model: '(none)',
        cost_usd: null,
        calls: 1,
        unpriced_calls: 1,
      },
      {
        start: '20 10',
        agent: 'bot',
        user_id: 'u1',
        model: 'gpt-4o',
        cost_usd: '0.003500000000000',
        calls: 1,
        unpriced_calls: 0,
      },
      {
        start: '20 11',
        agent: 'bot',
        user_id: 'u1',
        model: 'gpt-4o',
        cost_usd: '0.003500000000000',
        calls: 1,
        unpriced_calls: 0,
      },
    ]);
    expect(await cost('cost_daily')).toEqual([
      {
        start: '20 00',
        agent: '(none)',
        user_id: '(none)',
        model: '(none)',
        cost_usd: null,
        calls: 1,
        unpriced_calls: 1,
      },
      {
        start: '20 00',
        agent: 'bot',
        user_id: 'u1',
        model: 'gpt-4o',
        cost_usd: '0.007000000000000',
        calls: 2,
        unpriced_calls: 0,
      },
    ]);
  });

  it('have one row a charged call', async () => {
    expect(
      await rows(`select span_id, agent, session_id, endpoint, environment, duration_ms::float, total_tokens::int, cost_usd::text, cost_parts, charge
                  from tollgate.calls where tenant = 'default' and trace_id = '00000000000000000000000000000001' order by 1 limit 1`),
    ).toEqual([
      {
        span_id: '0000000000000002',
        agent: 'bot',
        session_id: 's1',
        endpoint: '/chat',
        environment: '(none)',
        duration_ms: 1500,
        total_tokens: 1100,
        cost_usd: '0.003500000000000',
        cost_parts: { input_uncached: '0.0025', output: '0.001' },
        charge: 'charged',
      },
    ]);
    expect(await rows('select count(*)::int as count from tollgate.calls')).toEqual([{ count: 4 }]);
  });

  it('have sessions and runs over all their days', async () => {
    const seen = `to_char(first_seen, 'HH24') as first, to_char(last_seen, 'HH24') as last, total_duration_seconds::float, models`;
    expect(
      await rows(`select session_id, run_count::int, cost_usd::text, user_ids, agents, ${seen} from tollgate.sessions`),
    ).toEqual([
      {
        session_id: 's1',
        run_count: 1,
        cost_usd: '0.007000000000000',
        user_ids: ['u1'],
        agents: ['bot'],
        first: '10',
        last: '11',
        total_duration_seconds: 3,
        models: ['gpt-4o'],
      },
    ]);
    expect(
      await rows(`select run_id, calls::int, session_ids from tollgate.runs where tenant = 'default' order by 1`),
    ).toEqual([
      { run_id: '00000000000000000000000000000001', calls: 2, session_ids: ['s1'] },
      { run_id: '00000000000000000000000000000002', calls: 1, session_ids: ['(none)'] },
    ]);
  });

  it('have a span that came as a call and as a plain span once, as the call', async () => {
    expect(
      await rows(
        `select span_id, kind, charge, cost_usd::text from tollgate.spans where trace_id = '00000000000000000000000000000001' order by 1`,
      ),
    ).toEqual([
      { span_id: '0000000000000001', kind: 'server', charge: null, cost_usd: null },
      { span_id: '0000000000000002', kind: 'client', charge: 'charged', cost_usd: '0.003500000000000' },
      { span_id: '0000000000000003', kind: 'client', charge: 'charged', cost_usd: '0.003500000000000' },
      { span_id: '0000000000000004', kind: 'client', charge: 'container', cost_usd: null },
    ]);
  });
});

describe('a role of the views', () => {
  it('sees the one tenant it is bound to, nothing when it is bound to none, and no table', async () => {
    await using place = await openTestDatabase('postgres15');
    await fill(place);
    const role = `reader_${process.pid}_${Date.now()}`;
    await place.database.query(`create role ${role} login password 'reader'`);
    await place.database.query(
      `grant usage on schema tollgate to ${role}; grant select on all tables in schema tollgate to ${role}`,
    );
    const url = new URL(place.url ?? '');
    url.username = role;
    url.password = 'reader';
    const reader = new pg.Client({ connectionString: url.href });
    await reader.connect();
    const tenants = async (view: string): Promise<unknown[]> =>
      (await reader.query<{ tenant: string }>(`select distinct tenant from tollgate.${view}`)).rows.map(
        ({ tenant }) => tenant,
      );
    for (const view of views) expect(await tenants(view)).toEqual([]);
    await place.database.query('insert into tollgate_data.sql_roles (role_name, tenant) values ($1, $2)', [
      role,
      'default',
    ]);
    for (const view of views) expect(await tenants(view)).toEqual(['default']);
    await expect(reader.query('select * from tollgate_data.calls')).rejects.toThrow('permission denied');
    await reader.end();
    await place.database.query(`drop owned by ${role}`);
    await place.database.query(`drop role ${role}`);
  });
});
