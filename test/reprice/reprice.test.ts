import { describe, expect, it } from 'vitest';
import { emptyUsage } from '../../src/usage.ts';
import { chat } from '../charging/settle.ts';
import { budget, counted } from '../store/gateIngest.ts';
import { batch, call, START_NANO } from '../store/samples.ts';
import { contents, totals } from '../store/totals.ts';
import { storeKinds } from '../support/database.ts';
import { type Books, openBooks, START_MICROS, told } from './books.ts';

const DAY_NANO = 86_400_000_000_000n;

/** Of 1,000 tokens of input and 100 of output: 0.0025 + 0.001 = 0.0035 USD. */
const old = { 'gpt-4o': [2.5, 10], 'gpt-4o-mini': [0.15, 0.6] } as const;
/** 0.002 + 0.0008 = 0.0028 USD. */
const cut = { 'gpt-4o': [2, 8], 'gpt-4o-mini': [0.15, 0.6] } as const;

async function actions({ database }: Books): Promise<unknown[]> {
  return database.query(
    `select tenant, key_name, action, detail from tollgate_data.audit_log where action like 'reprice%' order by id`,
  );
}

describe.each(storeKinds)('repricing on %s', { timeout: 120_000 }, (kind) => {
  it('first says and writes nothing, then books the difference, and then finds nothing more', async () => {
    const budgets = [budget('all'), budget('agents', { per: ['agent'] })];
    await using books = await openBooks(kind, { list: old, budgets });
    const { database } = books;
    const calls = [1, 2, 3].map((trace) =>
      call(trace, 1, { startUnixNano: START_NANO + BigInt(trace) * DAY_NANO, own: { ...chat(1).own, agent: 'bot' } }),
    );
    await books.commit([...calls, call(4, 1, { model: 'gpt-4o-mini', requestModel: 'gpt-4o-mini' })]);
    await books.prices.set(cut);
    const before = await contents(database);

    const dry = await books.reprice({ isDryRun: true });
    // Three calls of 0.0035 USD are 0.0105, and of 0.0028 they are 0.0084.
    expect(told(dry)).toEqual(['openai/gpt-4o: 3, 0.0105 → 0.0084']);
    expect([dry.examined, dry.restated, dry.total.calls]).toEqual([4, 3, 3]);
    expect(await contents(database)).toEqual(before);
    expect(await actions(books)).toEqual([]);

    const applied = await books.reprice();
    expect({ ...applied, request: null }).toEqual({ ...dry, request: null });
    expect(await books.differences()).toEqual([]);
    // 0.0084 and of gpt-4o-mini 0.00015 + 0.00006 = 0.00021 USD.
    const sums = await totals(database);
    expect(new Set(Object.values(sums).map(({ calls: count, cost }) => `${count} ${cost}`))).toEqual(
      new Set(['4 0.00861']),
    );
    expect(await counted(database)).toMatchObject({ all: { spent: '0.00861' }, 'agents bot': { spent: '0.0084' } });
    const reasons = await database.query(
      `select reason, count(*)::int as entries, trim_scale(sum(cost_usd))::text as cost_usd from tollgate_data.ledger group by reason order by reason`,
    );
    expect(reasons).toEqual([
      { reason: 'charge', entries: 4, cost_usd: '0.01071' },
      { reason: 'repriced', entries: 6, cost_usd: '-0.0021' },
    ]);
    const asked = { from: '1970-01-01T00:00:00.000Z', to: expect.any(String), models: null };
    const done = {
      is_whole: true,
      examined: 4,
      restated: 3,
      calls: 3,
      before_usd: '0.0105',
      after_usd: '0.0084',
      delta_usd: '-0.0021',
    };
    expect(await actions(books)).toEqual([
      { tenant: 'default', key_name: 'ops', action: 'reprice.begin', detail: asked },
      { tenant: 'default', key_name: 'ops', action: 'reprice', detail: { ...asked, ...done } },
    ]);

    const after = await contents(database);
    const again = await books.reprice();
    expect([again.examined, again.restated, again.byModel]).toEqual([4, 0, []]);
    expect(await contents(database)).toEqual(after);
  });

  it('leaves a store as one that had the prices from the start', async () => {
    await using books = await openBooks(kind, { list: { 'gpt-4o': [1, 1] } });
    await using fresh = await openBooks(kind, { list: old });
    const calls = [
      chat(1, { own: { user: 'u1', session: 's1' } }),
      chat(2, { below: 1, from: 10, lasts: 500 }, { scope: 'gateway', lossy: true }),
      chat(3, { trace: 2 }, { model: 'gpt-4o-mini', requestModel: 'gpt-4o-mini' }),
      chat(4, { trace: 2, from: 5000 }, { status: 'error', errorType: 'timeout' }),
    ];
    for (const each of [books, fresh]) await each.commit(calls);
    await books.prices.set(old);
    await books.reprice();
    expect(await contents(books.database)).toEqual(await contents(fresh.database));
    expect(await books.differences()).toEqual([]);
  });

  it('prices calls when a price appears, and takes their price away when it goes', async () => {
    // 0.007 of 0.01 USD are 70 per cent.
    const tight = budget('all', { alertAt: [50, 80], limit: { unit: 'usd', amount: 10_000_000_000_000n } });
    await using books = await openBooks(kind, { list: {}, budgets: [tight] });
    await books.commit([call(1, 1), call(1, 2, { startUnixNano: START_NANO + 1_000_000_000_000n })]);
    expect(await counted(books.database)).toEqual({});
    await books.prices.set(old);
    const priced = await books.reprice();
    expect(told(priced)).toEqual(['openai/gpt-4o: 2 +2 -0, 0 → 0.007']);
    expect(await counted(books.database)).toMatchObject({ all: { spent: '0.007' } });
    expect(await books.differences()).toEqual([]);
    const alerts = await books.database.query('select type, budget from tollgate_data.alerts');
    expect(alerts).toEqual([{ type: 'budget.threshold_reached', budget: 'all' }]);
    const sums = () =>
      books.database.query('select sum(unpriced_calls)::int as unpriced from tollgate_data.rollup_daily');
    expect(await sums()).toEqual([{ unpriced: 0 }]);

    await books.prices.set({});
    expect(told(await books.reprice())).toEqual(['openai/gpt-4o: 2 +0 -2, 0.007 → 0']);
    expect(await sums()).toEqual([{ unpriced: 2 }]);
    expect(await books.differences()).toEqual([]);
  });

  it('is of the calls asked for: from inclusive, to exclusive, by model and tenant', async () => {
    await using books = await openBooks(kind, { list: old });
    const at = (number: number, changes: object = {}) =>
      call(number, 1, { startUnixNano: START_NANO + BigInt(number) * 1000n, ...changes });
    await books.commit([at(1), at(2), at(3), at(4, { model: 'gpt_4o', requestModel: 'gpt_4o' })]);
    await books.commit([at(2)], [], 'other');
    await books.prices.set({ 'gpt-4o': [2, 8], gpt_4o: [1, 1] });
    const calls = async (asked: object) => (await books.reprice({ isDryRun: true, ...asked })).total.calls;
    expect(await calls({ fromMicros: START_MICROS + 2 })).toBe(3);
    expect(await calls({ fromMicros: START_MICROS + 3 })).toBe(2);
    expect(await calls({ toMicros: START_MICROS + 3 })).toBe(2);
    expect(await calls({ toMicros: START_MICROS + 4 })).toBe(3);
    expect(await calls({ models: ['gpt-4o'] })).toBe(3);
    expect(await calls({ models: ['gpt*', 'x'] })).toBe(4);
    // An underscore is itself.
    expect(await calls({ models: ['gpt_4o'] })).toBe(1);
    expect(await calls({ models: ['4o'] })).toBe(0);
    await books.reprice({ fromMicros: START_MICROS + 2, toMicros: START_MICROS + 3 });
    const costs = await books.database.query<{ cost: string }>(
      `select trim_scale(cost_usd)::text as cost from tollgate_data.calls where model = 'gpt-4o' order by tenant, started_at`,
    );
    expect(costs.map(({ cost }) => cost)).toEqual(['0.0035', '0.0028', '0.0035', '0.0035']);
    expect(await books.differences()).toEqual([]);
  });

  it('keeps what a price says nothing about: no usage, usage that contradicts itself, calls that were refused', async () => {
    await using books = await openBooks(kind, { list: {} });
    const notBilled = {
      status: 'priced',
      costFemtoUsd: 0n,
      partsFemtoUsd: {},
      source: 'default',
      card: null,
      effectiveFrom: null,
      serviceTier: 'standard',
    } as const;
    await books.commit([call(1, 1, { usage: emptyUsage }), call(2, 1, { usageFault: 'cache above input' })]);
    await books.store.commit(batch([call(3, 1, { usage: emptyUsage, status: 'error', price: notBilled })]));
    const before = await contents(books.database);
    await books.prices.set(old);
    const { restated, examined } = await books.reprice();
    expect([examined, restated]).toEqual([3, 0]);
    expect(await contents(books.database)).toEqual(before);
  });

  it('restates a card at the same price without a booking', async () => {
    await using books = await openBooks(kind, { list: old });
    await books.commit([call(1, 1)]);
    await books.database.query(`update tollgate_data.calls set price_card = 'openai/gpt-4o', price_source = 'default'`);
    const { restated, total } = await books.reprice();
    expect([restated, total.calls]).toEqual([1, 0]);
    const [row] = await books.database.query('select price_card, price_source, entry_count from tollgate_data.calls');
    expect(row).toEqual({ price_card: 'custom/openai/gpt-4o', price_source: 'custom', entry_count: 1 });
    expect(await books.differences()).toEqual([]);
  });
});
