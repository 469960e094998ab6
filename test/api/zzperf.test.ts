import { it } from 'vitest';
import { createApi } from '../../processor/api/createApi.ts';
import { openTestDatabase } from '../support/database.ts';
import { createPartitions } from '../../processor/store/partitions.ts';
const N = 800_000;
it('perf', async () => {
  const test = await openTestDatabase('postgres18');
  const db = test.database;
  const long = (q: string) =>
    db.transaction(async (c) => {
      await c.query('set local statement_timeout = 0');
      return c.query(q);
    });
  const now = Date.parse('2026-04-01T10:20:30.456Z');
  await createPartitions(db).ensure(Array.from({ length: 32 }, (_, i) => (now - i * 86_400_000) * 1000));
  let t = performance.now();
  await long(`insert into tollgate_data.calls (tenant, trace_id, span_id, started_at, duration_nano, name, kind, status, service, environment, operation, provider, model, dialect, agent, user_id, session_id, run_id, input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens, cost_usd, cost_status, charge, completeness, content_hash, received_at)
   select 'acme', decode(lpad(to_hex(i/5),32,'0'),'hex'), decode(lpad(to_hex(i),16,'0'),'hex'), timestamptz '2026-04-01T10:20:30Z' - (i::float8/${N} * 30) * interval '1 day', 1000000000, 'chat', 3, 'ok', 'svc'||((i/25)%5), 'prod', 'chat', 'openai', 'm'||((i/25)%20), 'otel', 'agent'||((i/25)%10), 'user'||((i/25)%5000), 'sess'||(i/25), 'run'||(i/5), 100, 10, 5, 20, 3, 0.001234, 'priced', 'charged', 1, '\\x00', now() from generate_series(1, ${N}) i`);
  const m = [
    'calls',
    'unpriced_calls',
    'error_calls',
    'input_tokens',
    'cache_read_tokens',
    'cache_write_tokens',
    'output_tokens',
    'reasoning_tokens',
    'duration_nano',
    'cost_usd',
  ];
  const sums = `count(*), 0, 0, sum(input_tokens), sum(cache_read_tokens), sum(cache_write_tokens), sum(output_tokens), sum(reasoning_tokens), sum(duration_nano), sum(cost_usd)`;
  const roll = async (table: string, period: string, periodCol: string, dims: string[], seen: boolean) => {
    const d = dims.map((x) => `coalesce(${x},'(none)')`);
    await long(
      `insert into tollgate_data.${table} (tenant, ${periodCol}, dims, ${dims.join(',')}, ${seen ? 'first_seen,last_seen,' : ''} ${m.join(',')}) select tenant, ${period}, decode(md5(concat_ws('|',${d.join(',')})),'hex'), ${d.join(',')}, ${seen ? 'min(started_at),max(started_at),' : ''} ${sums} from tollgate_data.calls group by tenant, ${period}, ${d.join(',')}`,
    );
    console.log(table, await db.query(`select count(*) from tollgate_data.${table}`));
  };
  const day = `(started_at at time zone 'UTC')::date`;
  await roll('rollup_daily', day, 'day', ['agent', 'model', 'provider', 'service', 'environment'], false);
  await roll(
    'rollup_hourly',
    `date_trunc('hour', started_at)`,
    'hour',
    ['agent', 'user_id', 'model', 'provider', 'service', 'operation', 'environment', 'endpoint'],
    false,
  );
  await roll('session_daily', day, 'day', ['session_id', 'user_id', 'agent', 'model'], true);
  await roll('run_daily', day, 'day', ['run_id', 'session_id', 'user_id', 'agent', 'model'], true);
  await long('analyze');
  console.log('filled', performance.now() - t);
  const app = await createApi({
    database: {
      ...db,
      query: async (a: string, b: any) => {
        (globalThis as any).last = [a, b];
        return db.query(a, b);
      },
    } as any,
    access: { authenticate: async () => ({ tenant: 'acme', keyId: null, keyName: null, agent: null }) },
    metrics: async () => '',
    isReady: async () => true,
    clock: () => new Date(now),
    version: '0',
  });
  for (const url of [
    '/api/v1/costs?group_by=agent&interval=day',
    '/api/v1/costs?group_by=user',
    '/api/v1/costs?group_by=session&limit=20',
    '/api/v1/costs?group_by=agent&tag.x=1',
    '/api/v1/agents',
    '/api/v1/models',
    '/api/v1/users',
    '/api/v1/users?sort=-last_seen',
    '/api/v1/sessions',
    '/api/v1/sessions?sort=-last_seen',
    '/api/v1/runs',
    '/api/v1/users/user17',
    '/api/v1/sessions/sess17',
    '/api/v1/calls',
    '/api/v1/calls?sort=-cost_usd',
    '/api/v1/calls?period=24h&sort=-cost_usd',
    '/api/v1/calls?user=user3',
    '/api/v1/traces/000000000000000000000000000000ff',
  ]) {
    const times: number[] = [];
    let status = 0;
    for (let i = 0; i < 4; i++) {
      const s = performance.now();
      status = (await app.inject({ url })).statusCode;
      times.push(performance.now() - s);
    }
    console.log(url, status, times.map((x) => x.toFixed(0)).join(' '));
    if (process.env.EXPLAIN && url.includes(process.env.EXPLAIN)) {
      const [a, b] = (globalThis as any).last;
      console.log(a);
      console.log(
        (await db.query('explain (analyze, buffers, settings) ' + a, b)).map((r: any) => r['QUERY PLAN']).join('\n'),
      );
    }
  }
  await app.close();
  await test[Symbol.asyncDispose]();
}, 900_000);
