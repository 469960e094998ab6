import { describe, expect, it } from 'vitest';
import { retain } from '../../processor/store/retain.ts';
import { selectPartitionDays } from '../../processor/store/statements/selectPartitionDays.ts';
import { chat } from '../charging/settle.ts';
import { budget } from '../store/gateIngest.ts';
import { START_NANO } from '../store/samples.ts';
import { storeKinds } from '../support/database.ts';
import { placesOf, strangeHashes, sumsWithoutUsers } from './dump.ts';
import { ADA, type Erasing, openErasing } from './erasing.ts';

const DAY_NANO = 86_400_000_000_000n;
const START_MS = Number(START_NANO / 1_000_000n);
/** 2026-11-20, the day of START_NANO, is past a retention of 10 days. */
const CLOSED_MS = Date.UTC(2026, 11, 2);

async function closeDays({ database }: Erasing): Promise<void> {
  for await (const _ of retain(database, { nowMs: CLOSED_MS, retentionDays: 10 }));
}

describe.each(storeKinds)('days that retention has closed on %s', { timeout: 300_000 }, (kind) => {
  it('have sums alone, which are the other id’s after an erasure; so are those of budgets', async () => {
    const budgets = [budget('by-user', { per: ['user'] })];
    await using place = await openErasing(kind, { budgets, nowMs: () => START_MS });
    const { database } = place;
    await place.commit([
      chat(1, { own: { user: ADA, session: 's1' } }),
      chat(2, { trace: 2, own: { user: ADA, session: 's2' } }),
      chat(3, { trace: 3, own: { user: 'bob' } }),
      chat(4, { trace: 4, own: { user: ADA } }, { startUnixNano: START_NANO + DAY_NANO }),
    ]);
    await closeDays(place);
    expect(await selectPartitionDays(database)).toEqual(['2026-11-21']);
    expect(await place.differences()).toEqual([]);
    const sums = await sumsWithoutUsers(database);

    const { user, rows } = await place.erase();
    expect(place.faults).toEqual([]);
    // On the closed day one hour and two sessions, each in a run of its own; the call of the day after is still there.
    expect(rows).toEqual({ calls: 1, ledger: 1, counters: 2, rollup_hourly: 1, session_daily: 2, run_daily: 2 });
    expect(await placesOf(database, ADA)).toEqual([]);
    expect(await strangeHashes(database)).toEqual([]);
    expect(await sumsWithoutUsers(database)).toEqual(sums);
    expect(await place.differences()).toEqual([]);
    // 3 × 0.0035, of which two thirds can no longer be read.
    const counters = await database.query(
      `select key, trim_scale(spent)::text as spent from tollgate_data.counters order by spent`,
    );
    expect(counters).toEqual([
      { key: { user: 'bob' }, spent: '0.0035' },
      { key: { user }, spent: '0.0105' },
    ]);
  });

  it('that are closed while an id is erased add what is left to what was moved', async () => {
    await using place = await openErasing(kind, { nowMs: () => START_MS });
    const { database } = place;
    await place.commit([chat(1, { own: { user: ADA } }), chat(2, { trace: 2, own: { user: 'bob' } })]);
    const first = await place.erase();
    // Of the same agent, model and hour.
    await place.commit([chat(3, { trace: 3, own: { user: ADA } })]);
    await database.query(
      `insert into tollgate_data.erasures (tenant, user_id, erased_as, asked_at, step, counts) values ('default', $1, $2, now(), 'texts', '{}')`,
      [ADA, first.user],
    );
    await closeDays(place);
    expect(await place.erase()).toMatchObject({ user: first.user, state: 'done' });
    const rows = await database.query<{ user: string }>(
      `select user_id as "user", calls::int as calls from tollgate_data.rollup_hourly order by calls`,
    );
    expect(rows).toEqual([
      { user: 'bob', calls: 1 },
      { user: first.user, calls: 2 },
    ]);
    expect(await strangeHashes(database)).toEqual([]);
    expect(await place.differences()).toEqual([]);
  });
});
