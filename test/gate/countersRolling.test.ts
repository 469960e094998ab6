import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Queries } from '../../processor/store/database.ts';
import { openTestDatabase, storeKinds } from '../support/database.ts';
import {
  back,
  budget,
  Counting,
  facts,
  FEMTO,
  inForce,
  MICROS_A_MINUTE,
  NOON,
  reserved,
  spent,
  stored,
} from './counting.ts';

/** 96 buckets of a minute. */
const WINDOW_MINUTES = 96;
const rolling = inForce({ budget: budget({ window: { kind: 'rolling', ms: WINDOW_MINUTES * 60_000 } }) });

const at = (minutes: number): number => NOON + minutes * MICROS_A_MINUTE;

async function buckets(client: Queries): Promise<[minute: number, spent: number][]> {
  const rows = await client.query<{ micros: string; spent: number }>(
    `select (extract(epoch from bucket_start) * 1000000)::bigint as micros, spent::float8 as spent
from tollgate_data.counter_buckets order by bucket_start`,
  );
  return rows.map((row) => [(Number(row.micros) - NOON) / MICROS_A_MINUTE, row.spent]);
}

describe.each(storeKinds)('rolling counters in %s', (kind) => {
  it('hold a posting until all of its bucket is older than the window, and no longer', async () => {
    await using place = await openTestDatabase(kind);
    const counting = new Counting(place.database, [rolling]);
    await counting.post([
      spent(1, { atMicros: at(0) }),
      spent(2, { atMicros: at(1) - 1 }),
      spent(4, { atMicros: at(1) }),
    ]);
    expect(await buckets(place.database)).toEqual([
      [0, 3],
      [1, 4],
    ]);
    // The bucket of minute 0 ends at minute 1, and 96 minutes later it is 97.
    const sums = [];
    for (const nowMicros of [at(97) - 1, at(97), at(98) - 1, at(98)]) {
      const counters = await counting.post([spent(0, { atMicros: at(96) })], nowMicros);
      sums.push(counters.statesOf(facts(), nowMicros).map((state) => state.spent / FEMTO));
    }
    expect(sums).toEqual([[7n], [4n], [4n], [0n]]);
    expect(await buckets(place.database)).toEqual([[96, 0]]);
    expect(await stored(place.database)).toMatchObject([{ start: '', end: '', spent: 0 }]);
  });

  it('take nothing that is older than they are, neither for nor back', async () => {
    await using place = await openTestDatabase(kind);
    const counting = new Counting(place.database, [rolling]);
    await counting.post([spent(1, { atMicros: at(0) })]);
    await counting.post([back(spent(1, { atMicros: at(0) })), spent(2, { atMicros: at(1) })], at(97));
    expect(await stored(place.database)).toMatchObject([{ spent: 2 }]);
    await counting.post([back(spent(2, { atMicros: at(1) })), spent(4, { atMicros: at(1) })], at(97));
    expect(await stored(place.database)).toMatchObject([{ spent: 4 }]);
    expect(await buckets(place.database)).toEqual([[1, 4]]);
  });

  it('do not go back with the clock of a replica that is late', async () => {
    await using place = await openTestDatabase(kind);
    const counting = new Counting(place.database, [rolling]);
    await counting.post([spent(1, { atMicros: at(0) }), spent(2, { atMicros: at(50) })]);
    await counting.post([spent(4, { atMicros: at(97) })], at(97));
    await counting.post([spent(8, { atMicros: at(0) }), spent(16, { atMicros: at(1) })], at(96));
    // Minute 0 has left at minute 97, whatever time the last one had.
    expect(await stored(place.database)).toMatchObject([{ spent: 2 + 4 + 16 }]);
  });

  it('lose nothing when they are brought up to now and nothing is written', async () => {
    await using place = await openTestDatabase(kind);
    const counting = new Counting(place.database, [rolling]);
    await counting.post([spent(1, { atMicros: at(0) }), reserved(2, { atMicros: at(5) })]);
    const seen = await place.database.transaction(async (client) => {
      const counters = await counting.lock(client, [spent(1, { atMicros: at(99) }).posting], at(99));
      return counters.statesOf(facts(), at(99));
    });
    expect(seen).toMatchObject([{ spent: 0n, reserved: 2n * FEMTO }]);
    expect(await buckets(place.database)).toMatchObject([
      [0, 1],
      [5, 0],
    ]);
    expect(await stored(place.database)).toMatchObject([{ spent: 1, reserved: 2 }]);
  });

  it('are after any postings what a log of all of them says', async () => {
    await using place = await openTestDatabase(kind);
    const steps = fc.sample(
      fc.record({ minutes: fc.nat(40), usd: fc.integer({ min: -20, max: 50 }), ago: fc.nat(120) }),
      { numRuns: 60, seed: 96 },
    );
    const counting = new Counting(place.database, [rolling]);
    const log: { readonly minute: number; readonly usd: number }[] = [];
    let now = 0;
    for (const { minutes, usd, ago } of steps) {
      now += minutes;
      const minute = now - ago;
      await counting.post([spent(usd, { atMicros: at(minute) }), spent(0, { atMicros: at(now) })], at(now) + 1);
      log.push({ minute, usd });
      const live = log.filter((each) => each.minute >= now - WINDOW_MINUTES);
      const sum = live.reduce((total, each) => total + each.usd, 0);
      expect(await stored(place.database)).toMatchObject([{ spent: sum }]);
    }
  });
});
