import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditCounters } from '../../processor/gate/auditCounters.ts';
import { buildCounters } from '../../processor/gate/build.ts';
import { readPolicy } from '../../processor/gate/budgetRows.ts';
import { databaseMicros, readEpoch } from '../../processor/gate/policyLock.ts';
import { createPolicyStore } from '../../processor/gate/policyStore.ts';
import { prune } from '../../processor/gate/prune.ts';
import { Windows } from '../../processor/gate/windows.ts';
import type { Database } from '../../processor/store/database.ts';
import type { Budget } from '../../src/policy/budget.ts';
import { openTestDatabase, storeKinds } from '../support/database.ts';
import { budget, Counting, facts, MICROS_A_DAY, reserved, spent, stored } from './counting.ts';
import { nobody, TENANT } from './gates.ts';

const HOUR = MICROS_A_DAY / 24;

async function pruned(database: Database): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  for await (const step of prune(database)) rows[step.table] = (rows[step.table] ?? 0) + step.rows;
  return rows;
}

/** A budget that counts from long ago on. */
async function countingOf(database: Database, parts: Partial<Budget>): Promise<Counting> {
  const policies = createPolicyStore(database, new Windows());
  await policies.put(TENANT, budget(parts), nobody);
  await database.query(`update tollgate_data.budgets set counts_from = '2020-01-01', idle_from = '2020-01-01'`);
  return new Counting(database, (await readPolicy(database, 0)).budgets);
}

async function again(database: Database): Promise<Counting> {
  return new Counting(database, (await readPolicy(database, 0)).budgets);
}

describe.each(storeKinds)('pruning in %s', (kind) => {
  it('removes counters 35 days after the end of their window, and what is posted to such a window later goes nowhere', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const counting = await countingOf(database, {});
    const now = await databaseMicros(database);
    const midnight = now - (now % MICROS_A_DAY);
    const days = [0, 1, 34, 35, 36, 37, 60].map((ago) => midnight - ago * MICROS_A_DAY);
    await counting.post(
      days.map((atMicros) => spent(1, { atMicros })),
      now,
    );
    const before = await readEpoch(database);
    // 35 days ago it was the day that began 35 midnights ago; those before it ended then at the latest.
    expect(await pruned(database)).toEqual({ counters: 3 });
    expect(await stored(database)).toHaveLength(4);
    expect(await readEpoch(database)).toBe(before + 1);
    const late = [35, 36].map((ago) => spent(2, { atMicros: midnight - ago * MICROS_A_DAY + HOUR }));
    await (await again(database)).post(late, now);
    expect((await stored(database)).map((each) => each.spent)).toEqual([3, 1, 1, 1]);
    expect(await pruned(database)).toEqual({});
    expect(await readEpoch(database)).toBe(before + 1);
  });

  it('removes runs that nobody used for 30 days, unless something is reserved', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const counting = await countingOf(database, { window: { kind: 'run' } });
    const now = await databaseMicros(database);
    const run = (name: string, ago: number): { facts: ReturnType<typeof facts>; atMicros: number } => ({
      facts: facts({ run: name }),
      atMicros: now - ago,
    });
    const old = 30 * MICROS_A_DAY + HOUR;
    await counting.post(
      [spent(1, run('idle', old)), reserved(1, run('open', old)), spent(1, run('used', old))],
      now - old,
    );
    await counting.post([spent(1, run('used', HOUR)), spent(1, run('young', HOUR))], now - 29 * MICROS_A_DAY);
    expect(await pruned(database)).toEqual({ counters: 1 });
    const next = await again(database);
    // Made anew a run counts from an hour after what was removed was last used.
    await next.post([spent(4, run('idle', old)), spent(8, run('idle', 0)), spent(16, run('used', old))], now);
    expect((await stored(database)).map(({ key, spent: usd }) => [key['run'], usd])).toEqual([
      ['idle', 8],
      ['open', 0],
      ['used', 18],
      ['young', 1],
    ]);
    expect(await pruned(database)).toEqual({});
  });

  it('removes rolling counters that all has left', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const counting = await countingOf(database, { window: { kind: 'rolling', ms: 86_400_000 }, per: ['user'] });
    const now = await databaseMicros(database);
    const post = async (user: string, ago: number): Promise<unknown> =>
      counting.post([spent(1, { facts: facts({ user }), atMicros: now - ago })], now - ago);
    await post('old', MICROS_A_DAY + 2 * HOUR);
    await post('young', MICROS_A_DAY + HOUR);
    expect(await pruned(database)).toEqual({ counters: 1 });
    expect((await stored(database)).map(({ key }) => key['user'])).toEqual(['young']);
    const [left] = await database.query<{ count: number }>(
      'select count(*)::int as count from tollgate_data.counter_buckets',
    );
    expect(left?.count).toBe(1);
  });

  it('removes what a change of budgets left behind when the process ended', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const counting = await countingOf(database, { window: { kind: 'rolling', ms: 86_400_000 } });
    const now = await databaseMicros(database);
    await counting.post([spent(1, { atMicros: now })], now);
    await database.query('delete from tollgate_data.budgets');
    expect(await pruned(database)).toEqual({ counters: 1 });
    const left = await database.query('select 1 as one from tollgate_data.counter_buckets');
    expect(left).toEqual([]);
  });

  it('removes alerts with their deliveries, approvals and raises after 400 days', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    for (const days of [399, 401]) {
      const at = `clock_timestamp() - interval '${days} days'`;
      await database.query(`
with alert as (
  insert into tollgate_data.alerts (tenant, event_key, type, severity, at, message, data)
  values ('${TENANT}', '${days}', 'budget.exceeded', 'info', ${at}, '', '{}') returning id
)
insert into tollgate_data.webhook_deliveries (tenant, alert_id, endpoint, state, next_at)
select '${TENANT}', id, 'e', 'done', ${at} from alert`);
      await database.query(`
insert into tollgate_data.budget_raises (tenant, budget, amount, starts_at, ends_at, created_at)
values ('${TENANT}', 'b', 1, '2020-01-01', ${at}, '2020-01-01')`);
      await database.query(`
insert into tollgate_data.approvals (tenant, id, state, request, request_hash, reasons, requested_at, expires_at)
values ('${TENANT}', gen_random_uuid(), 'expired', '{}', '', '[]', ${at}, ${at})`);
    }
    expect(await pruned(database)).toEqual({ alerts: 1, approvals: 1, budget_raises: 1 });
    const left = await database.query<{ count: number }>(`
select count(*)::int as count from tollgate_data.alerts union all select count(*)::int from tollgate_data.webhook_deliveries
union all select count(*)::int from tollgate_data.approvals union all select count(*)::int from tollgate_data.budget_raises`);
    expect(left.map(({ count }) => count)).toEqual([1, 1, 1, 1]);
  });
});

interface Reserved {
  readonly id: string;
  readonly ago: number;
  readonly run?: string;
  readonly phase?: 'open' | 'presumed' | 'lapsed' | 'released';
  readonly rank?: number;
  readonly exact?: number;
  /** Of a bound of 1 USD. */
  readonly claimed?: number;
  readonly calls?: number;
  readonly unpriced?: number;
}

/** Reservations as they may have come to stand, with their decision so many days ago. */
async function insertReserved(database: Database, rows: readonly Reserved[]): Promise<void> {
  for (const row of rows) {
    const { id, ago, run = null, phase = 'open', rank = 0, exact = 0, claimed = 0, calls = exact, unpriced = 0 } = row;
    await database.query(
      `insert into tollgate_data.reservations (tenant, id, request_hash, answer, decided_at, expires_at, ttl_ms, run_id, bound_usd,
  bound_tokens, phase, rank, settled_usd, settled_tokens, claims, exact_claims, claimed_usd, claimed_tokens, claimed_calls,
  unpriced_claims, claimed_unpriced_calls)
values ($1, $2::uuid, '', '{}', clock_timestamp() - $3::float8 * interval '1 day', clock_timestamp(), 1000, $4, 1, 100, $5, $6::smallint,
  case when $6::smallint > 0 then 0.5 end, 50, $9::integer, $7::integer, $8, 100, $9::integer, $10::integer, $10::integer)`,
      [
        TENANT,
        `00000000-0000-7000-8000-${id.padStart(12, '0')}`,
        ago,
        run,
        phase,
        rank,
        exact,
        claimed,
        calls,
        unpriced,
      ],
    );
  }
}

async function reservedIds(database: Database): Promise<string[]> {
  const rows = await database.query<{ id: string }>('select id from tollgate_data.reservations order by id');
  return rows.map(({ id }) => id.slice(24).replace(/^0+/, ''));
}

describe.each(storeKinds)('pruning of reservations in %s', (kind) => {
  it('keeps those that count, and those whose call may still be told', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const counting = await countingOf(database, { window: { kind: 'run' } });
    const now = await databaseMicros(database);
    await counting.post([spent(1, { facts: facts({ run: 'lives' }), atMicros: now })], now);
    await insertReserved(database, [
      { id: 'a1', ago: 1.9, exact: 1, claimed: 1 },
      { id: 'a2', ago: 2.1, exact: 1, claimed: 1 },
      { id: 'a3', ago: 2.1, exact: 1, claimed: 1.000000000000001 },
      { id: 'a4', ago: 2.1, exact: 1, claimed: 1, phase: 'lapsed' },
      { id: 'a5', ago: 2.1, rank: 2 },
      { id: 'a6', ago: 2.1, exact: 2, claimed: 1 },
      { id: 'a7', ago: 2.1, exact: 1, claimed: 1, calls: 1, unpriced: 1 },
      { id: 'b1', ago: 69.9, rank: 2 },
      { id: 'b2', ago: 70.1, rank: 2 },
      { id: 'b3', ago: 70.1, rank: 2, run: 'lives' },
      { id: 'b4', ago: 70.1, rank: 2, run: 'gone' },
    ]);
    expect(await pruned(database)).toEqual({ reservations: 3 });
    expect(await reservedIds(database)).toEqual(['a1', 'a3', 'a4', 'a5', 'a6', 'a7', 'b1', 'b3']);
  });

  it('keeps them as long as a rolling window is', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    await countingOf(database, { window: { kind: 'rolling', ms: 90 * 86_400_000 } });
    await insertReserved(database, [
      { id: 'c1', ago: 92, rank: 2 },
      { id: 'c2', ago: 94, rank: 2 },
    ]);
    expect(await pruned(database)).toEqual({ reservations: 1 });
    expect(await reservedIds(database)).toEqual(['c1']);
  });

  it('changes no sum that is still there', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const policies = createPolicyStore(database, new Windows());
    const windows: Budget['window'][] = [
      { kind: 'run' },
      { kind: 'day' },
      { kind: 'month' },
      { kind: 'rolling', ms: 60 * 86_400_000 },
    ];
    for (const [index, window] of windows.entries())
      await policies.put(TENANT, budget({ name: `b${index}`, window }), nobody);
    const rows = fc.sample(
      fc.record({
        ago: fc.integer({ min: 0, max: 990 }).map((tenths) => tenths / 10),
        run: fc.constantFrom('r1', 'r2', 'r3', 'r4', 'r5', 'r6'),
        phase: fc.constantFrom('open' as const, 'presumed' as const, 'lapsed' as const, 'released' as const),
        rank: fc.integer({ min: 0, max: 2 }),
        exact: fc.integer({ min: 0, max: 1 }),
        claimed: fc.constantFrom(0.5, 1, 2),
      }),
      { numRuns: 300, seed: 35 },
    );
    await insertReserved(
      database,
      rows.map((row, index) => ({ ...row, id: `${index + 1}` })),
    );
    await countFrom100DaysAgo(database);
    // Runs were used when their last reservation was made; two of them long ago.
    await database.query(
      `delete from tollgate_data.reservations where run_id in ('r1', 'r2') and decided_at > clock_timestamp() - interval '40 days'`,
    );
    await countFrom100DaysAgo(database);
    await database.query(
      `update tollgate_data.counters as kept set updated_at = clock_timestamp() - interval '40 days' where key->>'run' in ('r1', 'r2')`,
    );
    expect(await wrongCounters(database)).toEqual([]);
    const steps = await pruned(database);
    expect(steps['counters']).toBeGreaterThan(2);
    expect(steps['reservations']).toBeGreaterThan(5);
    expect(await wrongCounters(database)).toEqual([]);
    expect(await stored(database)).not.toHaveLength(0);
  });
});

/** The claims of these reservations are of calls that nobody stored. */
async function wrongCounters(database: Database): Promise<object[]> {
  return (await auditCounters(database, 1000)).differences.filter(({ table }) => table === 'counters');
}

/** Makes the counters of all budgets again as if they had been there for that long. */
async function countFrom100DaysAgo(database: Database): Promise<void> {
  const past = `clock_timestamp() - interval '100 days'`;
  await database.query('delete from tollgate_data.counters');
  await database.query('delete from tollgate_data.counter_buckets');
  await database.query(`update tollgate_data.budgets set counts_from = ${past}, idle_from = ${past}`);
  await database.transaction(async (client) => {
    const { budgets } = await readPolicy(client, 0);
    await buildCounters(client, new Windows(), budgets, await databaseMicros(client));
  });
}
