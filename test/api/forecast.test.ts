import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amountAtEnd, exhaustedAt, type Pace } from '../../src/policy/pace.ts';
import { writeCounter } from '../support/counters.ts';
import { aCall, costing, nanoOf, openTestApi, type TestApi, unpriced } from './fill.ts';

describe('a pace', () => {
  /** 30 of 100 have passed. */
  const pace = (spent: bigint): Pace => ({ sinceMicros: 1000, nowMicros: 1030, untilMicros: 1100, spent });

  it('goes on as it went: spent × window ÷ elapsed, rounded down', () => {
    expect(amountAtEnd(pace(15n))).toBe(50n);
    // 100 × 100 ÷ 30 = 333.3
    expect(amountAtEnd(pace(100n))).toBe(333n);
    expect(amountAtEnd(pace(0n))).toBe(0n);
    expect(amountAtEnd({ ...pace(5n), nowMicros: 1000 })).toBeNull();
  });

  it('reaches a limit at since + limit × elapsed ÷ spent, rounded up', () => {
    // 1000 + 20 × 30 ÷ 15 = 1040
    expect(exhaustedAt(pace(15n), 20n, 0n)).toBe(1040);
    // 1000 + 20 × 30 ÷ 7 = 1085.7
    expect(exhaustedAt(pace(7n), 20n, 0n)).toBe(1086);
    // 15 in 30: 49 is reached at 1098, 50 at 1100, where the window ends.
    expect([exhaustedAt(pace(15n), 49n, 0n), exhaustedAt(pace(15n), 50n, 0n)]).toEqual([1098, null]);
    expect(exhaustedAt(pace(0n), 1n, 0n)).toBeNull();
  });

  it('is at its end where spent and reserved have used the limit up', () => {
    expect(exhaustedAt(pace(15n), 15n, 0n)).toBe(1030);
    expect([exhaustedAt(pace(10n), 15n, 5n), exhaustedAt(pace(10n), 15n, 4n)]).toEqual([1030, 1045]);
    expect(exhaustedAt({ ...pace(0n), nowMicros: 1000 }, 1n, 1n)).toBe(1000);
  });

  it('is below the limit a microsecond before it is exhausted, and not after', () => {
    const amount = fc.bigInt({ min: 1n, max: 10n ** 27n });
    const elapsed = fc.integer({ min: 1, max: 99_999_999 });
    fc.assert(
      fc.property(amount, amount, elapsed, (spent, limit, nowMicros) => {
        const at = exhaustedAt({ sinceMicros: 0, nowMicros, untilMicros: 100_000_000, spent }, limit, 0n);
        if (at === null) expect((spent * 99_999_999n) / BigInt(nowMicros) < limit).toBe(true);
        else if (spent >= limit) expect(at).toBe(nowMicros);
        else {
          expect(spent * BigInt(at) >= limit * BigInt(nowMicros)).toBe(true);
          expect(spent * BigInt(at - 1) < limit * BigInt(nowMicros)).toBe(true);
        }
      }),
    );
  });
});

describe('the forecast', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi('postgres18');
    // It is 2026-04-01T10:20:30.400Z: 37,230.4 s of the 2,592,000 s of April.
    await api.fill([
      aCall(1, { startUnixNano: nanoOf('2026-04-01T00:00:00Z'), price: costing('0.372304') }),
      aCall(2, { startUnixNano: nanoOf('2026-04-01T09:00:00Z'), price: unpriced }),
      aCall(3, { startUnixNano: nanoOf('2026-03-31T23:00:00Z'), price: costing('1') }),
    ]);
    const budgets = {
      slow: { window: 'day', limit: { usd: '100' } },
      soon: { per: ['user'], window: 'day', limit: { usd: '10' }, on_exceed: 'warn' },
      used: { window: 'day', limit: { calls: 5 }, mode: 'shadow' },
      runs: { window: 'run', limit: { usd: '1' } },
    };
    for (const [name, body] of Object.entries(budgets)) await api.send('PUT', `/api/v1/budgets/${name}`, body);
    const window = { from: `now() - interval '12 hours'`, to: `now() + interval '12 hours'` };
    await writeCounter(api.database, { budget: 'slow', spent: '49', ...window });
    await writeCounter(api.database, { budget: 'soon', key: { user: 'u1' }, spent: '6', ...window });
    await writeCounter(api.database, { budget: 'soon', key: { user: 'u2' }, spent: '8', ...window });
    await writeCounter(api.database, { budget: 'soon', key: { user: 'u3' }, spent: '4', ...window });
    await writeCounter(api.database, { budget: 'used', spent: '4', reserved: '1', ...window });
    await writeCounter(api.database, { budget: 'runs', key: { run: 'r' }, spent: '1' });
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('says what the month comes to: cost × month ÷ what has passed of it', async () => {
    // 0.372304 × 2,592,000 ÷ 37,230.4 = 25.92
    expect((await api.get('/api/v1/forecast')).body.month).toEqual({
      from: '2026-04-01T00:00:00.000Z',
      to: '2026-05-01T00:00:00.000Z',
      cost_usd: '0.372304',
      calls: 2,
      unpriced_calls: 1,
      at_month_end_usd: '25.92',
    });
  });

  it('begins months where the time zone does', async () => {
    // In Pago Pago, 11 hours behind UTC, it is still 23:20 of the 31st of March, and all three calls are in that month.
    const { month } = (await api.get('/api/v1/forecast?timezone=Pacific/Pago_Pago')).body;
    expect(month).toMatchObject({
      from: '2026-03-01T11:00:00.000Z',
      to: '2026-04-01T11:00:00.000Z',
      cost_usd: '1.372304',
      calls: 3,
    });
  });

  it('of a month whose calls have no price is unknown', async () => {
    await api.fill([aCall(9, { startUnixNano: nanoOf('2026-04-01T09:00:00Z'), price: unpriced })], [], 'lost');
    const { month } = (await api.get('/api/v1/forecast', 'lost')).body;
    expect(month).toMatchObject({ cost_usd: null, calls: 1, at_month_end_usd: null });
    expect((await api.get('/api/v1/forecast', 'nobody')).body.month).toMatchObject({
      cost_usd: '0',
      at_month_end_usd: '0',
    });
  });

  it('lists the counters that run out within their window, the next first', async () => {
    const { budgets } = (await api.get('/api/v1/forecast')).body;
    // $8 in 12 h: $10 after 15 h. $6: after 20 h. $4 comes to $8, $49 to $98: never.
    expect(budgets.map(({ budget, key }: { budget: string; key: object }) => [budget, key])).toEqual([
      ['used', {}],
      ['soon', { user: 'u2' }],
      ['soon', { user: 'u1' }],
    ]);
    expect(budgets[0]).toMatchObject({ mode: 'shadow', on_exceed: 'deny', left_calls: 0, used_share: 1 });
    expect((await api.get('/api/v1/forecast?limit=1')).body.budgets).toHaveLength(1);
    expect((await api.get('/api/v1/forecast?limit=2')).body.budgets).toHaveLength(2);
  });
});
