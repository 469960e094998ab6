import { describe, expect, it } from 'vitest';
import { audit } from '../../processor/store/audit.ts';
import { closeDay } from '../../processor/store/closeDay.ts';
import { createStore } from '../../processor/store/createStore.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { closeBefore } from '../../processor/store/partitions.ts';
import { retain, type RetentionStep } from '../../processor/store/retain.ts';
import { selectPartitionDays } from '../../processor/store/statements/selectPartitionDays.ts';
import { openTestDatabase } from '../support/database.ts';
import { batch, call, HOUR_NANO, START_NANO } from './samples.ts';
import { totals } from './totals.ts';

const DAY_NANO = 24n * HOUR_NANO;
const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 11, 2);
const AT = new Date(NOW_MS);
const settings = { settleDelayMs: 1000, nowMs: () => NOW_MS };
const REPLICAS = 3;
const DAYS = 6;
const CALLS_A_DAY = 40;

describe.each(['postgres15', 'postgres18'] as const)('retention among others on %s', (kind) => {
  it('gives way to whoever uses the tables, and drops the day the next time', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const store = createStore(database, settings);
    await store.commit(batch([call(1, 1)]));
    await closeBefore(database, '2026-11-21');
    await database.transaction(async (reader) => {
      await reader.query('select 1 from tollgate_data.calls limit 1');
      expect(await closeDay(database, '2026-11-20', AT)).toEqual({ kind: 'busy', day: '2026-11-20' });
    });
    const [left] = await database.query(
      'select (select count(*)::int from tollgate_data.closing_balances) as balances, (select count(*)::int from tollgate_data.audit_log) as actions',
    );
    expect(left).toEqual({ balances: 0, actions: 0 });
    expect(await closeDay(database, '2026-11-20', AT)).toMatchObject({ kind: 'closed', balances: [{ calls: '1' }] });
    expect(await closeDay(database, '2026-11-20', AT)).toEqual({ kind: 'closed', day: '2026-11-20', balances: [] });
  });

  it('counts a booking that was under way when the day was closed, or refuses it', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const store = createStore(database, settings);
    await store.commit(batch([call(1, 1)]));
    await closeBefore(database, '2026-11-21');
    const commits = Array.from({ length: 20 }, (_, number) => store.commit(batch([call(number + 2, number + 2)])));
    const closing = closeDay(database, '2026-11-20', AT);
    const settled = await Promise.allSettled(commits);
    await closing;
    // What gave way is tried again.
    await closeDay(database, '2026-11-20', AT);
    const booked = 1 + settled.filter(({ status }) => status === 'fulfilled').length;
    const refused = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    for (const fault of refused) expect(fault).toMatchObject({ code: 'day_closed' });
    const [balance] = await database.query('select calls::int, entry_count::int from tollgate_data.closing_balances');
    expect(balance).toEqual({ calls: booked, entry_count: booked });
    expect((await totals(database))['rollup_hourly']?.calls).toBe(String(booked));
    expect((await audit(database)).differences).toEqual([]);
  });

  it('closes each day once when replicas run it while they book', async () => {
    await using place = await openTestDatabase(kind);
    const calls = Array.from({ length: DAYS * CALLS_A_DAY }, (_, number) =>
      call((number % 17) + 1, number + 1, { startUnixNano: START_NANO + BigInt(number % DAYS) * DAY_NANO }),
    );
    await createStore(place.database, settings).commit(batch(calls));
    const replicas = await Promise.all(
      Array.from({ length: REPLICAS }, () => openDatabase({ databaseUrl: place.url, dataDir: '' })),
    );
    const work = replicas.map(async (database, replica) => {
      const store = createStore(database, settings);
      const open = calls.filter((_, number) => number % DAYS === DAYS - 1);
      const booking = open.map((each) => store.commit(batch([{ ...each, name: `chat ${replica}` }])));
      const closed: string[] = [];
      // 2026-11-20 to 24 are closed; the last of the six days stays.
      for (let left = true; left; left = (await selectPartitionDays(database)).some((day) => day < '2026-11-25')) {
        for await (const step of retain(database, { nowMs: NOW_MS + 4 * DAY_MS, retentionDays: 10 })) {
          if (isClosing(step)) closed.push(step.day);
        }
      }
      await Promise.all(booking);
      return closed;
    });
    const closed = (await Promise.all(work)).flat();
    expect(closed.toSorted()).toEqual(['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23', '2026-11-24']);
    await Promise.all(replicas.map((database) => database.close()));
    const report = await audit(place.database);
    expect(report).toMatchObject({ days: DAYS, closedDays: DAYS - 1, differences: [] });
    expect((await totals(place.database))['run_daily']?.calls).toBe(String(DAYS * CALLS_A_DAY));
  });
});

function isClosing(step: RetentionStep): step is Extract<RetentionStep, { kind: 'closed' }> {
  return step.kind === 'closed' && step.balances.length > 0;
}
