import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBudget } from '../../processor/gate/budgetSchema.ts';
import { createPolicyStore } from '../../processor/gate/policyStore.ts';
import { Windows } from '../../processor/gate/windows.ts';
import { makeGrafanaRole } from '../../processor/commands/grafanaRole.ts';
import { migrate, migrations } from '../../processor/store/migrate.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { writeBucket, writeCounter } from '../support/counters.ts';
import { openTestDatabase, storeKinds, type TestDatabase } from '../support/database.ts';

const actor = { keyId: null, keyName: null };

function budgetOf(name: string, json: object, source: 'file' | 'api') {
  const read = readBudget(json, name, source);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.budget;
}

async function fill({ database }: TestDatabase): Promise<void> {
  const policies = createPolicyStore(database, new Windows());
  await policies.syncFile([budgetOf('everybody', { per: ['user'], window: 'hour', limit: { usd: '50' } }, 'file')]);
  await policies.put('acme', budgetOf('tokens', { window: 'rolling:60m', limit: { tokens: 1000 } }, 'api'), actor);
  await policies.put('acme', budgetOf('runs', { window: 'run', limit: { calls: 3 }, mode: 'shadow' }, 'api'), actor);
  const used = { spent: '40', reserved: '5', overrun: '1.5', expiredUnsettled: '0.25', raised: '2' };
  const window = { from: `now() - interval '30 minutes'`, to: `now() + interval '30 minutes'` };
  await writeCounter(database, { budget: 'everybody', key: { user: 'u1' }, ...used, ...window });
  const past = { from: `now() - interval '90 minutes'`, to: `now() - interval '30 minutes'` };
  await writeCounter(database, { budget: 'everybody', key: { user: 'u1' }, spent: '9', ...past });
  await writeCounter(database, { budget: 'everybody', tenant: 'other', key: { user: 'u1' }, ...window });
  await writeCounter(database, { budget: 'runs', key: { run: 'r1' }, spent: '4' });
  // 60 minutes in 96 buckets of 37.5 s: one that began 61 minutes ago is out, one of 59 minutes ago is in.
  const rolling = await writeCounter(database, { budget: 'tokens', spent: '700' });
  await writeBucket(database, { counter: rolling, at: `now() - interval '61 minutes'`, spent: '600' });
  await writeBucket(database, { counter: rolling, at: `now() - interval '59 minutes'`, spent: '100' });
  await database.query(
    `insert into tollgate_data.budget_raises (tenant, budget, key, amount, starts_at, ends_at, created_at) values
     ('acme', 'everybody', '{"user":"u1"}', 10, now() - interval '1 hour', now() + interval '1 hour', now()),
     ('acme', 'everybody', '{"user":"u2"}', 100, now() - interval '1 hour', now() + interval '1 hour', now()),
     ('acme', 'everybody', null, 1000, now() - interval '2 hours', now() - interval '1 hour', now())`,
  );
}

describe.each(storeKinds)('tollgate.budget_status on %s', (kind) => {
  let place: TestDatabase;
  beforeAll(async () => {
    place = await openTestDatabase(kind);
    await fill(place);
  });
  afterAll(() => place[Symbol.asyncDispose]());

  it('has the counters in force, with limits as they are raised now and what rolled out left out', async () => {
    const rows = await place.database.query(
      `select tenant, budget, key, unit, limit_amount::float, spent::float, reserved::float, left_amount::float, overrun::float,
         expired_unsettled::float, used_share::float, mode, window_start is null as is_endless,
         (resets_at = window_start + interval '1 hour') as is_hour
       from tollgate.budget_status order by tenant, budget`,
    );
    const nothing = { reserved: 0, overrun: 0, expired_unsettled: 0 };
    const endless = { ...nothing, is_endless: true, is_hour: null };
    expect(rows).toEqual([
      {
        tenant: 'acme',
        budget: 'everybody',
        key: { user: 'u1' },
        unit: 'usd',
        // 50 + 2 approved + 10 raised; the raise of u2 and the one that ended are not in it.
        limit_amount: 62,
        spent: 40,
        reserved: 5,
        left_amount: 17,
        overrun: 1.5,
        expired_unsettled: 0.25,
        // 45 ÷ 62
        used_share: 0.725806,
        mode: 'enforce',
        is_endless: false,
        is_hour: true,
      },
      {
        ...endless,
        tenant: 'acme',
        budget: 'runs',
        key: { run: 'r1' },
        unit: 'calls',
        limit_amount: 3,
        spent: 4,
        left_amount: -1,
        used_share: 1.333333,
        mode: 'shadow',
      },
      {
        ...endless,
        tenant: 'acme',
        budget: 'tokens',
        key: {},
        unit: 'tokens',
        limit_amount: 1000,
        spent: 100,
        left_amount: 900,
        used_share: 0.1,
        mode: 'enforce',
      },
      {
        ...nothing,
        tenant: 'other',
        budget: 'everybody',
        key: { user: 'u1' },
        unit: 'usd',
        limit_amount: 50,
        spent: 0,
        left_amount: 50,
        used_share: 0,
        mode: 'enforce',
        is_endless: false,
        is_hour: true,
      },
    ]);
  });
});

it('the views of the gate are open to a role for Grafana that was made before them', async () => {
  await using place = await openTestDatabase('postgres15');
  const { database } = place;
  await database.query('drop schema tollgate cascade; drop schema tollgate_data cascade');
  await migrate(database, migrations.slice(0, 6));
  const context = { database, now: () => new Date(), keysChanged: () => undefined };
  const { role, password } = (await makeGrafanaRole(context, { tenant: 'acme' })).data as Record<string, string>;
  await migrate(database);
  await fill(place);
  const url = new URL(place.url ?? '');
  url.username = role ?? '';
  url.password = password ?? '';
  const reader = await openDatabase({ databaseUrl: url.href, dataDir: '' });
  try {
    const seen = await reader.query('select tenant, count(*)::int as count from budget_status group by tenant');
    expect(seen).toEqual([{ tenant: 'acme', count: 3 }]);
    expect(await reader.query('select * from alerts')).toEqual([]);
  } finally {
    await reader.close();
    await database.query(`drop owned by ${role}`);
    await database.query(`drop role ${role}`);
  }
});
