import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Alerts } from '../../processor/alerts/alerts.ts';
import { watchSpending } from '../../processor/alerts/watchSpending.ts';
import { createPolicyStore } from '../../processor/gate/policyStore.ts';
import { Windows } from '../../processor/gate/windows.ts';
import type { Database, Queries } from '../../processor/store/database.ts';
import { openTestDatabase, storeKinds } from '../support/database.ts';
import { daily, usd } from './budgets.ts';
import { until } from './delivering.ts';

const NOW_ISO = '2026-11-22T10:20:00Z';

interface Used {
  readonly tenant?: string;
  /** Before the hour and day that it is. */
  readonly hoursAgo?: number;
  readonly daysAgo?: number;
  readonly agent?: string;
  readonly model?: string;
  readonly calls?: number;
  readonly errors?: number;
  readonly unpriced?: number;
  readonly costUsd?: number;
}

/** Books calls into both rollups. */
async function use(database: Queries, used: Used): Promise<void> {
  const { tenant = 'acme', agent = 'bot', model = 'gpt-4o', hoursAgo = 0, daysAgo = 0 } = used;
  const { calls = 1, errors = 0, unpriced = 0, costUsd = 0 } = used;
  const dims = `\\x${hash('md5', `${agent} ${model}`)}`;
  const measures = [calls, unpriced, errors, costUsd];
  for (const [table, period, values] of [
    ['rollup_hourly', 'hour', ['user_id', 'operation', 'endpoint']],
    ['rollup_daily', 'day', []],
  ] as const) {
    await database.query(
      `insert into tollgate_data.${table} (tenant, ${period}, dims, agent, model, provider, service, environment,
         ${values.map((name) => `${name}, `).join('')}
         calls, unpriced_calls, error_calls, cost_usd,
         input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens, duration_nano)
       select $1, date_trunc('${period}', '${NOW_ISO}'::timestamptz) - make_interval(hours => $5, days => $6), $2::bytea, $3, $4, 'openai', 'shop', '(none)',
         ${values.map(() => "'(none)', ").join('')}
         $7, $8, $9, $10, 0, 0, 0, 0, 0, 0`,
      [tenant, dims, agent, model, period === 'hour' ? hoursAgo : 0, daysAgo, ...measures],
    );
  }
}

interface Told {
  readonly tenant: string;
  readonly type: string;
  readonly kind: string | null;
  readonly agent: string | null;
}

async function told(database: Database): Promise<Told[]> {
  return database.query<Told>(
    `select tenant, type, data ->> 'kind' as kind, data ->> 'agent' as agent from tollgate_data.alerts
     order by type, kind, agent`,
  );
}

/** Watches for `rounds` rounds. */
async function watch(database: Database, rounds = 1): Promise<void> {
  const faults: unknown[] = [];
  let begun = 0;
  const policies = createPolicyStore(database, new Windows());
  const watching = watchSpending({
    database,
    policies: {
      snapshot: () => {
        begun += 1;
        return policies.snapshot();
      },
    },
    alerts: new Alerts([]),
    onFault: (fault) => faults.push(fault),
    times: { firstMs: 0, intervalMs: 0, baselineRounds: 1 },
    now: () => Promise.resolve(Date.parse(NOW_ISO) * 1000),
  });
  await until(() => begun > rounds);
  await watching.stop();
  expect(faults).toEqual([]);
}

describe.each(storeKinds)('watching what is spent, on %s', (kind) => {
  it('tells spikes, a new model, a drift, a storm and a model without a price, each once', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    await database.transaction(async (client) => {
      for (let daysAgo = 1; daysAgo <= 14; daysAgo += 1) {
        // 1 USD in this hour of each day, 0.01 a call; 0.1 a call at another agent, which is even.
        await use(client, { daysAgo, calls: 100, costUsd: 1 });
        await use(client, { daysAgo, agent: 'even', calls: 100, costUsd: 10 });
      }
      // 60 USD are 60 times the mean, and 1 USD a call; all together 70 after 11.
      await use(client, { calls: 60, costUsd: 60 });
      await use(client, { agent: 'even', calls: 100, costUsd: 10 });
      await use(client, { model: 'o3', calls: 2, costUsd: 0.1 });
      await use(client, { agent: 'stormy', calls: 80, errors: 60 });
      await use(client, { agent: 'odd', model: 'acme-1', calls: 3, unpriced: 3 });
    });
    await watch(database, 3);
    const found = (await told(database)).map(({ tenant, type, kind: of, agent }) => [tenant, of ?? type, agent]);
    expect(found).toEqual([
      ['acme', 'cost_drift', 'bot'],
      ['acme', 'new_model', 'bot'],
      ['acme', 'retry_storm', 'stormy'],
      ['acme', 'spike_day', 'bot'],
      ['acme', 'spike_day', null],
      ['acme', 'spike_hour', 'bot'],
      ['acme', 'spike_hour', null],
      ['acme', 'price.unknown_model', null],
    ]);
  });

  it('tells nothing of even days, of agents that are new as a whole, and of other tenants', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    await database.transaction(async (client) => {
      for (let daysAgo = 0; daysAgo <= 14; daysAgo += 1) await use(client, { daysAgo, calls: 100, costUsd: 10 });
      await use(client, { tenant: 'globex', calls: 100, costUsd: 100 });
    });
    await watch(database);
    expect(await told(database)).toEqual([]);
  });

  it('looks at every tenant that made calls of late, whatever the order of names', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const storm = { calls: 100, errors: 100 };
    for (const tenant of ['acme', 'Zeta', 'ümlaut']) await use(database, { tenant, ...storm });
    await use(database, { tenant: 'idle', hoursAgo: 5, ...storm });
    await watch(database);
    expect((await told(database)).map(({ tenant }) => tenant).sort()).toEqual(['Zeta', 'acme', 'ümlaut']);
  });

  it('tells counters that are used too fast, and thresholds that a lowered limit has passed', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const actor = { keyId: null, keyName: null };
    const policies = createPolicyStore(database, new Windows());
    const lasting = { ...daily, source: 'api', match: {}, per: [], window: { kind: 'session' } } as const;
    await policies.put('acme', { ...lasting, name: 'lasting' }, actor);
    await policies.put('acme', { ...lasting, name: 'monthly', window: { kind: 'month' }, alertAt: [] }, actor);
    // 20 of 50 USD are 40 %, after 10 h 20 min of 30 days: 1.4 %.
    await database.query(
      `insert into tollgate_data.counters
         (tenant, budget_id, key_hash, key, window_start, window_end, spent, counts_from, updated_at)
       select tenant, budget_id, '\\x00', '{}',
         case name when 'monthly' then '2026-11-22T00:00:00Z' else '-infinity' end::timestamptz,
         case name when 'monthly' then '2026-12-22T00:00:00Z' else 'infinity' end::timestamptz,
         20, $1::timestamptz, $1
       from tollgate_data.budgets`,
      [NOW_ISO],
    );
    await watch(database);
    expect(await told(database)).toMatchObject([{ type: 'anomaly.detected', kind: 'burn_rate' }]);
    await policies.put('acme', { ...lasting, name: 'lasting', limit: { unit: 'usd', amount: usd(25) } }, actor);
    await watch(database, 2);
    // 20 of 25 USD are 80 %.
    expect((await told(database)).map(({ type }) => type)).toEqual([
      'anomaly.detected',
      'budget.threshold_reached',
      'budget.threshold_reached',
    ]);
  });
});
