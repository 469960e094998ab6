import { describe, expect, it } from 'vitest';
import { openTestDatabase, storeKinds } from '../support/database.ts';
import {
  back,
  budget,
  Counted,
  Counting,
  facts,
  FEMTO,
  inForce,
  micros,
  MICROS_A_DAY,
  NOON,
  reserved,
  spent,
  stored,
} from './counting.ts';

const day = { start: '2026-05-06T00:00Z', end: '2026-05-07T00:00Z' };
const nothing = { spent: 0, reserved: 0, overrun: 0, expired: 0 };

describe.each(storeKinds)('counters in %s', (kind) => {
  it('are sums of postings, in the unit of their budget', async () => {
    await using place = await openTestDatabase(kind);
    const units = (['usd', 'tokens', 'calls'] as const).map((unit, index) =>
      inForce({ id: index + 1, budget: budget({ limit: { unit, amount: 1000n }, per: ['agent'] }) }),
    );
    const counting = new Counting(place.database, units);
    await counting.post([spent(3), reserved(4)]);
    await counting.post([spent(5), back(reserved(4)), spent(7, { facts: facts({ agent: null }) })]);
    const bot = { key: { agent: 'bot' }, ...day, ...nothing };
    const none = { key: { agent: '(none)' }, ...day, ...nothing };
    // 3 + 5 USD of two calls of 100 tokens.
    expect(new Set(await stored(place.database))).toEqual(
      new Set([
        ...[7, 100, 1].map((amount) => ({ ...none, spent: amount })),
        ...[8, 200, 2].map((amount) => ({ ...bot, spent: amount })),
      ]),
    );
  });

  it('keep the last digit', async () => {
    await using place = await openTestDatabase(kind);
    const counting = new Counting(place.database);
    const last = { femtoUsd: 12_345_678_901_234_567_890_123n, unpricedCalls: 0, tokens: 0, calls: 1 };
    await counting.post([spent(0, { spent: last })]);
    const counters = await counting.post([spent(0)]);
    expect(counters.statesOf(facts(), NOON)).toMatchObject([{ spent: 12_345_678_901_234_567_890_123n }]);
  });

  it('answer with what was applied before, whoever asks by which window', async () => {
    await using place = await openTestDatabase(kind);
    const counting = new Counting(place.database);
    await place.database.transaction(async (client) => {
      const asked = [reserved(4), reserved(4, { atMicros: NOON - MICROS_A_DAY })].map(({ posting }) => posting);
      const counters = await counting.lock(client, asked, NOON);
      counters.apply(reserved(4));
      counters.apply(spent(1, { facts: facts({ user: 'u1' }) }));
      expect(counters.statesOf(facts(), NOON)).toMatchObject([
        {
          limit: 50n * FEMTO,
          spent: FEMTO,
          reserved: 4n * FEMTO,
          resetsAtMicros: micros('2026-05-07T00:00Z'),
          key: {},
        },
      ]);
      expect(counters.statesOf(facts(), NOON - MICROS_A_DAY)).toMatchObject([{ spent: 0n, reserved: 0n }]);
    });
  });

  it('take a posting into the window of its instant', async () => {
    await using place = await openTestDatabase(kind);
    const midnight = micros(day.start);
    await new Counting(place.database).post([
      spent(1, { atMicros: midnight - 1 }),
      spent(2, { atMicros: midnight }),
      spent(4, { atMicros: midnight + MICROS_A_DAY }),
    ]);
    expect((await stored(place.database)).map(({ start, spent: usd }) => [start, usd])).toEqual([
      ['2026-05-05T00:00Z', 1],
      ['2026-05-06T00:00Z', 2],
      ['2026-05-07T00:00Z', 4],
    ]);
  });

  it('do not count what was posted before they begin', async () => {
    await using place = await openTestDatabase(kind);
    const run = facts({ run: 'r1' });
    const perRun = budget({ window: { kind: 'run' } });
    await new Counting(place.database, [inForce({ countsFromMicros: NOON, idleFromMicros: 0, budget: perRun })]).post([
      spent(1, { facts: run, atMicros: NOON - 1 }),
      spent(2, { facts: run, atMicros: NOON }),
    ]);
    // Runs that nobody used before this were removed: made anew, they count from here.
    const idleFromMicros = NOON + 100;
    const idle = [inForce({ countsFromMicros: NOON, idleFromMicros, budget: perRun })];
    await new Counting(place.database, idle).post([
      spent(4, { facts: run, atMicros: NOON + 99 }),
      spent(8, { facts: facts({ run: 'r2' }), atMicros: NOON + 99 }),
      spent(16, { facts: facts({ run: 'r2' }), atMicros: NOON + 100 }),
    ]);
    expect((await stored(place.database)).map(({ key, start, spent: usd }) => [key, start, usd])).toEqual([
      [{ run: 'r1' }, '', 6],
      [{ run: 'r2' }, '', 16],
    ]);
  });

  it('tell limits with raises that hold and what approvals added', async () => {
    await using place = await openTestDatabase(kind);
    const raises = [
      { key: { tenant: 'default' }, amount: FEMTO, startsMicros: NOON, endsMicros: NOON + 1 },
      { key: { tenant: 'other' }, amount: 100n * FEMTO, startsMicros: 0, endsMicros: Infinity },
    ];
    const counting = new Counting(place.database, [inForce({ tenant: null, raises })]);
    const limits = await place.database.transaction(async (client) => {
      const counters = await counting.lock(client, [spent(1).posting], NOON);
      counters.raise(facts(), NOON, 1, 7n * FEMTO);
      await counters.write(client);
      return [NOON - 1, NOON, NOON + 1].map((atMicros) => counters.statesOf(facts(), atMicros)[0]?.limit);
    });
    expect(limits).toEqual([57n * FEMTO, 58n * FEMTO, 57n * FEMTO]);
    const again = await counting.post([spent(1)]);
    expect(again.statesOf(facts(), NOON)).toMatchObject([{ limit: 58n * FEMTO }]);
  });

  it('tell what became of them', async () => {
    await using place = await openTestDatabase(kind);
    const counting = new Counting(place.database, [inForce({ budget: budget({ per: ['agent'] }) })]);
    await counting.post([spent(30)]);
    const other = { facts: facts({ agent: 'other' }) };
    const changes = (await counting.post([spent(10), spent(1, other), back(spent(1, other))])).changes();
    expect(changes).toMatchObject([
      {
        tenant: 'default',
        key: { agent: 'bot' },
        limit: 50n * FEMTO,
        window: { startMicros: micros(day.start), endMicros: micros(day.end) },
        before: { spent: 30n * FEMTO },
        after: { spent: 40n * FEMTO },
      },
    ]);
    expect(changes.length).toBe(1);
  });

  it('are one row and two statements for a batch of 256 on one counter', async () => {
    await using place = await openTestDatabase(kind);
    const counting = new Counting(place.database);
    const batch = Array.from({ length: 256 }, (_, user) => reserved(1, { facts: facts({ user: `u${user}` }) }));
    await counting.post(batch);
    await place.database.transaction(async (client) => {
      const counted = new Counted(client);
      const asked = batch.map(({ posting }) => posting);
      const counters = await counting.lock(counted, asked, NOON);
      for (const each of batch) counters.apply(each);
      await counters.write(counted);
      expect(counted.statements.map((text) => text.trim().slice(0, 6))).toEqual(['select', 'update']);
    });
    expect(await stored(place.database)).toMatchObject([{ reserved: 512 }]);
  });

  it('are found by who does not know them, and made anew after one that knew them was removed', async () => {
    await using place = await openTestDatabase(kind);
    const counting = new Counting(place.database);
    await counting.post([spent(1)]);
    await new Counting(place.database).post([spent(2)]);
    expect(await stored(place.database)).toMatchObject([{ spent: 3 }]);
    await place.database.query('delete from tollgate_data.counters');
    await expect(counting.post([spent(4)])).rejects.toMatchObject({ code: '40001' });
    await counting.post([spent(4)]);
    expect(await stored(place.database)).toMatchObject([{ spent: 4 }]);
  });

  it('are not taken for others that got their id', async () => {
    await using place = await openTestDatabase(kind);
    const counting = new Counting(place.database, [inForce({ budget: budget({ per: ['agent'] }) })]);
    await counting.post([spent(1)]);
    await place.database.query(`update tollgate_data.counters set key_hash = '\\x00112233445566778899aabbccddeeff'`);
    await expect(counting.post([spent(2)])).rejects.toMatchObject({ code: '40001' });
    await counting.post([spent(2)]);
    expect((await stored(place.database)).map((each) => each.spent)).toEqual([1, 2]);
  });

  it('survive a transaction that made them and was rolled back', async () => {
    await using place = await openTestDatabase(kind);
    const counting = new Counting(place.database);
    const failing = place.database.transaction(async (client) => {
      const counters = await counting.lock(client, [spent(1).posting], NOON);
      counters.apply(spent(1));
      await counters.write(client);
      throw new Error('the client went away');
    });
    await expect(failing).rejects.toThrow('the client went away');
    await expect(counting.post([spent(2)])).rejects.toMatchObject({ code: '40001' });
    await counting.post([spent(2)]);
    expect(await stored(place.database)).toMatchObject([{ spent: 2 }]);
  });
});
