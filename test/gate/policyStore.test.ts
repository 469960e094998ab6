import { describe, expect, it } from 'vitest';
import { createPolicyStore, type PolicyStore } from '../../processor/gate/policyStore.ts';
import { Windows } from '../../processor/gate/windows.ts';
import { createStore } from '../../processor/store/createStore.ts';
import type { Database } from '../../processor/store/database.ts';
import type { Budget } from '../../src/policy/budget.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { batch, call } from '../store/samples.ts';
import { openTestDatabase, storeKinds } from '../support/database.ts';
import { budget, FEMTO, stored } from './counting.ts';
import { nobody, somebody, TENANT } from './gates.ts';
import { recount } from './recount.ts';

const DAY_MS = 86_400_000;

function policiesOf(database: Database): PolicyStore {
  return createPolicyStore(database, new Windows());
}

function current(database: Database, policies: PolicyStore): Promise<Policy> {
  return database.transaction((client) => policies.current(client));
}

/** Calls of 0.0035 USD and 1,100 tokens each, of now and by two agents in turn. */
async function storeCallsNow(database: Database, count: number, tenant = TENANT): Promise<void> {
  const store = createStore(database, { settleDelayMs: 60_000 });
  const calls = Array.from({ length: count }, (_, number) =>
    call(number + 1, number + 1, {
      startUnixNano: BigInt(Date.now() - 1000 * number) * 1_000_000n,
      own: { ...call(1, 1).own, agent: `a${number % 2}` },
    }),
  );
  await store.commit(batch(calls, [], tenant));
  await store.close();
}

const week = { kind: 'rolling', ms: 7 * DAY_MS } as const;

describe.each(storeKinds)('budgets in %s', (kind) => {
  it('are in force for who posts next, in whichever process, until they are removed', async () => {
    await using place = await openTestDatabase(kind);
    const [one, two] = [policiesOf(place.database), policiesOf(place.database)];
    const before = await current(place.database, two);
    expect(before.budgets).toEqual([]);
    expect(await one.put(TENANT, budget({ name: 'b' }), nobody)).toEqual({ created: true });
    expect(await one.put('other', budget({ name: 'a' }), nobody)).toEqual({ created: true });
    const after = await current(place.database, two);
    expect(after.budgets.map(({ tenant, budget: { name } }) => [tenant, name])).toEqual([
      [TENANT, 'b'],
      ['other', 'a'],
    ]);
    expect(after.budgets[0]?.budget).toEqual(budget({ name: 'b' }));
    expect(await current(place.database, two)).toBe(after);
    expect((await one.snapshot()).budgets).toEqual(after.budgets);
    await one.remove(TENANT, 'b', nobody);
    expect((await current(place.database, two)).budgets.map(({ tenant }) => tenant)).toEqual(['other']);
    expect((await one.snapshot()).budgets.map(({ tenant }) => tenant)).toEqual(['other']);
  });

  it('count from the calls there are, and go on where what they count stays the same', async () => {
    await using place = await openTestDatabase(kind);
    const policies = policiesOf(place.database);
    await storeCallsNow(place.database, 10);
    await storeCallsNow(place.database, 3, 'other');
    const daily = budget({ window: week, per: ['agent'] });
    await policies.put(TENANT, daily, nobody);
    const first = await current(place.database, policies);
    // 5 of 0.0035 USD each.
    const both = ['a0', 'a1'].map((agent) => ({ key: { agent }, spent: 0.0175 }));
    expect(await stored(place.database)).toMatchObject(both);
    const kept: Partial<Budget>[] = [
      { limit: { unit: 'usd', amount: FEMTO } },
      { alertAt: [10] },
      { onExceed: 'downgrade', downgrade: { 'gpt-4o': 'gpt-4o-mini' } },
      { mode: 'shadow' },
      { minOutputTokens: 1 },
      { stopStreams: true },
    ];
    for (const parts of kept) {
      const changed = { ...daily, ...parts };
      expect(await policies.put(TENANT, changed, nobody)).toEqual({ created: false });
      const policy = await current(place.database, policies);
      expect(policy.budgets).toEqual([{ ...first.budgets[0], budget: changed }]);
    }
    expect((await recount(place.database)).differences).toEqual([]);
  });

  it('are counted anew where what they count changes', async () => {
    await using place = await openTestDatabase(kind);
    const policies = policiesOf(place.database);
    await storeCallsNow(place.database, 10);
    const before = budget({ window: week });
    const recounted: readonly [Partial<Budget>, object[]][] = [
      [{ match: { agent: 'a1' } }, [{ key: {}, spent: 0.0175 }]],
      [{ per: ['agent'] }, ['a0', 'a1'].map((agent) => ({ key: { agent }, spent: 0.0175 }))],
      [{ limit: { unit: 'tokens', amount: 5n } }, [{ key: {}, spent: 11_000 }]],
      [{ limit: { unit: 'calls', amount: 5n } }, [{ key: {}, spent: 10 }]],
      [{ window: { kind: 'rolling', ms: 6 * DAY_MS } }, [{ key: {}, spent: 0.035 }]],
      [{ timezone: 'Asia/Kathmandu' }, [{ key: {}, spent: 0.035 }]],
      [{ unpriced: { kind: 'assume', femtoUsd: FEMTO } }, [{ key: {}, spent: 0.035 }]],
      [{ lostCalls: 'release' }, [{ key: {}, spent: 0.035 }]],
    ];
    for (const [parts, expected] of recounted) {
      await policies.put(TENANT, before, nobody);
      const [old] = (await current(place.database, policies)).budgets;
      await policies.put(TENANT, { ...before, ...parts }, nobody);
      const [made] = (await current(place.database, policies)).budgets;
      expect(made?.id).not.toBe(old?.id);
      const found = await stored(place.database);
      expect([parts, found.length, found]).toMatchObject([parts, expected.length, expected]);
      expect((await recount(place.database)).differences).toEqual([]);
    }
  });

  it('leave no counter behind when they are removed, and begin anew when they are made again', async () => {
    await using place = await openTestDatabase(kind);
    const policies = policiesOf(place.database);
    await storeCallsNow(place.database, 4);
    await policies.put(TENANT, budget({ window: week }), nobody);
    await policies.raise(TENANT, 'all', raiseOf(7n), nobody);
    await policies.remove(TENANT, 'all', nobody);
    const [left] = await place.database.query<{ count: number }>(`select (select count(*) from tollgate_data.counters)
+ (select count(*) from tollgate_data.counter_buckets) + (select count(*) from tollgate_data.budgets) as count`);
    expect(Number(left?.count)).toBe(0);
    await expect(policies.remove(TENANT, 'all', nobody)).rejects.toMatchObject({ code: 'not_found' });
    await policies.put(TENANT, budget({ window: week }), nobody);
    expect(await stored(place.database)).toMatchObject([{ spent: 0.014 }]);
    expect((await current(place.database, policies)).budgets).toMatchObject([{ raises: [] }]);
  });

  it('are refused where the store could not be read with them', async () => {
    await using place = await openTestDatabase(kind);
    const policies = policiesOf(place.database);
    const put = policies.put(TENANT, budget({ name: 'cheaper', onExceed: 'downgrade', downgrade: {} }), nobody);
    await expect(put).rejects.toMatchObject({ code: 'bad_parameter' });
    expect((await current(place.database, policies)).budgets).toEqual([]);
  });

  it('say the same twice without a change', async () => {
    await using place = await openTestDatabase(kind);
    const policies = policiesOf(place.database);
    const matched = budget({ match: { agent: 'a', user: 'u' } });
    await policies.put(TENANT, matched, nobody);
    const { epoch } = await current(place.database, policies);
    await policies.put(TENANT, budget({ match: { user: 'u', agent: 'a' } }), nobody);
    expect((await current(place.database, policies)).epoch).toBe(epoch);
  });
});

function raiseOf(amount: bigint): Parameters<PolicyStore['raise']>[2] {
  const startsMicros = (Date.now() - DAY_MS) * 1000;
  return { key: null, amount, startsMicros, endsMicros: startsMicros + 2 * DAY_MS * 1000, reason: 'month end' };
}

describe.each(storeKinds)('budgets of the file, in %s', (kind) => {
  it('are made, changed and removed with it, and hold for every tenant', async () => {
    await using place = await openTestDatabase(kind);
    const policies = policiesOf(place.database);
    const [a, b, c] = (['a', 'b', 'c'] as const).map((name) => budget({ name, source: 'file', window: week }));
    if (a === undefined || b === undefined || c === undefined) throw new Error('expected three budgets');
    await storeCallsNow(place.database, 2);
    await storeCallsNow(place.database, 3, 'other');
    await policies.put('other', budget({ name: 'a' }), nobody);
    const counted = { ...c, per: ['agent'] as const };
    expect(await policies.syncFile([a, b, c])).toEqual({
      made: ['a', 'b', 'c'],
      changed: [],
      removed: [],
      replaced: [{ tenant: 'other', name: 'a' }],
    });
    // 2 and 3 calls of 0.0035 USD, in each of three budgets.
    expect((await stored(place.database)).map(({ spent }) => spent).sort((a, b) => a - b)).toEqual([
      0.007, 0.007, 0.007, 0.0105, 0.0105, 0.0105,
    ]);
    const nothing = { made: [], changed: [], removed: [], replaced: [] };
    expect(await policiesOf(place.database).syncFile([c, a, b])).toEqual(nothing);
    expect(await policies.syncFile([{ ...a, onExceed: 'warn' }, counted])).toEqual({
      ...nothing,
      changed: ['a', 'c'],
      removed: ['b'],
    });
    const { budgets } = await current(place.database, policies);
    expect(budgets.map(({ tenant, budget: { name, onExceed } }) => [tenant, name, onExceed])).toEqual([
      [null, 'a', 'warn'],
      [null, 'c', 'deny'],
    ]);
    expect((await recount(place.database)).differences).toEqual([]);
  });

  it('cannot be changed by API, but raised by a tenant for itself', async () => {
    await using place = await openTestDatabase(kind);
    const policies = policiesOf(place.database);
    await policies.syncFile([budget({ source: 'file' })]);
    await expect(policies.put(TENANT, budget(), nobody)).rejects.toMatchObject({ code: 'read_only' });
    await expect(policies.remove(TENANT, 'all', nobody)).rejects.toMatchObject({ code: 'read_only' });
    await expect(policies.raise(TENANT, 'none', raiseOf(7n), nobody)).rejects.toMatchObject({ code: 'not_found' });
    await policies.raise(TENANT, 'all', raiseOf(7n), nobody);
    const { budgets } = await current(place.database, policies);
    expect(budgets.map(({ raises }) => raises.map(({ key, amount }) => [key, amount]))).toEqual([
      [[{ tenant: TENANT }, 7n]],
    ]);
  });

  it('and all changes stand in the audit log, with who made them', async () => {
    await using place = await openTestDatabase(kind);
    const policies = policiesOf(place.database);
    await policies.put(TENANT, budget({ name: 'own' }), somebody);
    await policies.raise(TENANT, 'own', raiseOf(FEMTO / 2n), somebody);
    await policies.remove(TENANT, 'own', somebody);
    await policies.syncFile([budget({ name: 'filed', source: 'file' })]);
    const rows = await place.database.query(
      `select tenant, key_name, action, detail->>'budget' as budget, detail->>'amount' as amount,
  detail->'before'->'limit'->>'usd' as before, detail->'after'->'limit'->>'usd' as after
from tollgate_data.audit_log order by id`,
    );
    const plain = { amount: null, before: null, after: null };
    expect(rows).toEqual([
      { ...plain, tenant: TENANT, key_name: 'ops', action: 'budget.put', budget: 'own', after: '50' },
      { ...plain, tenant: TENANT, key_name: 'ops', action: 'budget.raise', budget: 'own', amount: '0.5' },
      { ...plain, tenant: TENANT, key_name: 'ops', action: 'budget.delete', budget: 'own', before: '50' },
      { ...plain, tenant: '', key_name: null, action: 'budget.put', budget: 'filed', after: '50' },
    ]);
  });
});
