import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Windows } from '../../processor/gate/windows.ts';
import type { Queries } from '../../processor/store/database.ts';
import type { BudgetWindow } from '../../src/policy/budget.ts';
import { openTestDatabase, storeKinds } from '../support/database.ts';

type Unit = 'hour' | 'day' | 'week' | 'month';

const MICROS_A_HOUR = 3_600_000_000;

function micros(instant: string): number {
  return Date.parse(instant) * 1000;
}

async function windowAt(client: Queries, kind: Unit, timezone: string, instant: string | number): Promise<string[]> {
  const atMicros = typeof instant === 'string' ? micros(instant) : instant;
  const known = await new Windows().ensure(client, [{ window: { kind }, timezone, atMicros }]);
  const { startMicros, endMicros } = known.of({ kind }, timezone, atMicros);
  return [startMicros, endMicros].map((each) => new Date(each / 1000).toISOString().replace(':00.000Z', 'Z'));
}

const cases: readonly [what: string, unit: Unit, zone: string, at: string, from: string, to: string, hours: number][] =
  [
    ['a day in UTC', 'day', 'UTC', '2026-05-06T12:00Z', '2026-05-06T00:00Z', '2026-05-07T00:00Z', 24],
    [
      'Berlin goes forward at 2',
      'day',
      'Europe/Berlin',
      '2026-03-29T01:00Z',
      '2026-03-28T23:00Z',
      '2026-03-29T22:00Z',
      23,
    ],
    [
      'Berlin goes back at 3',
      'day',
      'Europe/Berlin',
      '2026-10-25T00:30Z',
      '2026-10-24T22:00Z',
      '2026-10-25T23:00Z',
      25,
    ],
    [
      'Berlin, the hour again',
      'day',
      'Europe/Berlin',
      '2026-10-25T01:30Z',
      '2026-10-24T22:00Z',
      '2026-10-25T23:00Z',
      25,
    ],
    ['Cairo has no midnight', 'day', 'Africa/Cairo', '2026-04-23T22:00Z', '2026-04-23T22:00Z', '2026-04-24T21:00Z', 23],
    ['Cairo, the day before', 'day', 'Africa/Cairo', '2026-04-23T21:59Z', '2026-04-22T22:00Z', '2026-04-23T22:00Z', 24],
    [
      'Santiago has no midnight',
      'day',
      'America/Santiago',
      '2026-09-06T04:00Z',
      '2026-09-06T04:00Z',
      '2026-09-07T03:00Z',
      23,
    ],
    [
      'Santiago has 23 to 24 twice',
      'day',
      'America/Santiago',
      '2026-04-05T03:30Z',
      '2026-04-04T03:00Z',
      '2026-04-05T04:00Z',
      25,
    ],
    [
      'Havana has 0 to 1 twice: first',
      'day',
      'America/Havana',
      '2026-11-01T04:30Z',
      '2026-10-31T04:00Z',
      '2026-11-01T05:00Z',
      25,
    ],
    [
      'Havana has 0 to 1 twice: again',
      'day',
      'America/Havana',
      '2026-11-01T05:30Z',
      '2026-11-01T05:00Z',
      '2026-11-02T05:00Z',
      24,
    ],
    [
      'Apia before the day it skipped',
      'day',
      'Pacific/Apia',
      '2011-12-30T09:59Z',
      '2011-12-29T10:00Z',
      '2011-12-30T10:00Z',
      24,
    ],
    [
      'Apia after the day it skipped',
      'day',
      'Pacific/Apia',
      '2011-12-30T10:00Z',
      '2011-12-30T10:00Z',
      '2011-12-31T10:00Z',
      24,
    ],
    [
      'Apia, a week of six days',
      'week',
      'Pacific/Apia',
      '2011-12-30T10:00Z',
      '2011-12-26T10:00Z',
      '2012-01-01T10:00Z',
      144,
    ],
    [
      'Lord Howe goes back half an hour',
      'day',
      'Australia/Lord_Howe',
      '2026-04-05T00:00Z',
      '2026-04-04T13:00Z',
      '2026-04-05T13:30Z',
      24.5,
    ],
    [
      'Kathmandu is 5:45 ahead',
      'day',
      'Asia/Kathmandu',
      '2026-04-30T18:15Z',
      '2026-04-30T18:15Z',
      '2026-05-01T18:15Z',
      24,
    ],
    ['a week from Monday', 'week', 'UTC', '2026-03-29T23:59Z', '2026-03-23T00:00Z', '2026-03-30T00:00Z', 168],
    [
      'a week of 167 hours',
      'week',
      'Europe/Berlin',
      '2026-03-29T12:00Z',
      '2026-03-22T23:00Z',
      '2026-03-29T22:00Z',
      167,
    ],
    ['a February of 28 days', 'month', 'UTC', '2026-02-28T23:59Z', '2026-02-01T00:00Z', '2026-03-01T00:00Z', 672],
    ['a February of 29 days', 'month', 'UTC', '2028-02-29T23:59Z', '2028-02-01T00:00Z', '2028-03-01T00:00Z', 696],
    ['a December', 'month', 'Europe/Berlin', '2026-12-31T22:59Z', '2026-11-30T23:00Z', '2026-12-31T23:00Z', 744],
    [
      'an hour of UTC, in whatever zone',
      'hour',
      'Asia/Kathmandu',
      '2026-05-06T12:59Z',
      '2026-05-06T12:00Z',
      '2026-05-06T13:00Z',
      1,
    ],
  ];

describe.each(storeKinds)('windows, by %s', (kind) => {
  it('begin and end where local time does', async () => {
    await using place = await openTestDatabase(kind);
    for (const [what, unit, zone, at, from, to, hours] of cases) {
      expect([what, ...(await windowAt(place.database, unit, zone, at))]).toEqual([what, from, to]);
      expect((micros(to) - micros(from)) / MICROS_A_HOUR).toBe(hours);
    }
  });

  it('hold their first microsecond and not their last', async () => {
    await using place = await openTestDatabase(kind);
    const midnight = micros('2026-03-28T23:00Z');
    const berlin = (atMicros: number): Promise<string[]> => windowAt(place.database, 'day', 'Europe/Berlin', atMicros);
    expect(await berlin(midnight - 1)).toEqual(['2026-03-27T23:00Z', '2026-03-28T23:00Z']);
    expect(await berlin(midnight)).toEqual(['2026-03-28T23:00Z', '2026-03-29T22:00Z']);
  });

  it('follow each other without a gap or an overlap, in any zone at any time', async () => {
    await using place = await openTestDatabase(kind);
    const zones = [
      'Atlantic/Azores',
      'America/Havana',
      'Asia/Amman',
      'Africa/Casablanca',
      'Europe/London',
      'Asia/Tehran',
    ];
    const asked = fc.sample(
      fc.record({
        window: fc.constantFrom<BudgetWindow>({ kind: 'day' }, { kind: 'week' }, { kind: 'month' }),
        timezone: fc.constantFrom(...zones),
        atMicros: fc.integer({ min: micros('2015-01-01T00:00Z'), max: micros('2030-01-01T00:00Z') }),
      }),
      { numRuns: 500, seed: 4 },
    );
    const windows = new Windows();
    const found = await windows.ensure(place.database, asked);
    const neighbours = asked.flatMap(({ window, timezone, atMicros }) => {
      const { startMicros, endMicros } = found.of(window, timezone, atMicros);
      expect(startMicros <= atMicros && atMicros < endMicros).toBe(true);
      return [
        { window, timezone, atMicros: startMicros - 1, startMicros: null, endMicros: startMicros },
        { window, timezone, atMicros: startMicros, startMicros, endMicros },
        { window, timezone, atMicros: endMicros - 1, startMicros, endMicros },
        { window, timezone, atMicros: endMicros, startMicros: endMicros, endMicros: null },
      ];
    });
    // Asked anew: what is near an edge must not depend on what was known.
    const known = await new Windows().ensure(place.database, neighbours);
    for (const { window, timezone, atMicros, ...edges } of neighbours) {
      const next = known.of(window, timezone, atMicros);
      expect([edges.startMicros ?? next.startMicros, edges.endMicros ?? next.endMicros]).toEqual([
        next.startMicros,
        next.endMicros,
      ]);
    }
  });
});

describe('windows that are known', () => {
  it('are asked of the database once', async () => {
    await using place = await openTestDatabase('embedded');
    const statements: string[] = [];
    const counting: Queries = {
      query: (text, values) => {
        statements.push(text);
        return place.database.query(text, values);
      },
    };
    const windows = new Windows();
    const atMicros = micros('2026-05-06T12:00Z');
    const day = { window: { kind: 'day' }, timezone: 'Europe/Berlin', atMicros } as const;
    await windows.ensure(counting, [day, { ...day, atMicros: atMicros + 1 }]);
    await windows.ensure(counting, [day, { ...day, atMicros: atMicros - 1 }]);
    expect(statements.length).toBe(1);
    await windows.ensure(counting, [{ ...day, timezone: 'Asia/Kathmandu' }]);
    expect(statements.length).toBe(2);
    const unasked = (['run', 'session', 'hour'] as const).map((kind) => ({ ...day, window: { kind } }));
    await windows.ensure(counting, [...unasked, { ...day, window: { kind: 'rolling', ms: 60_000 } }]);
    expect(statements.length).toBe(2);
  });

  it('of runs, sessions and rolling windows have no end', async () => {
    await using place = await openTestDatabase('embedded');
    const known = await new Windows().ensure(place.database, []);
    for (const window of [{ kind: 'run' }, { kind: 'session' }, { kind: 'rolling', ms: 60_000 }] as const) {
      expect(known.of(window, 'UTC', 0)).toEqual({ startMicros: -Infinity, endMicros: Infinity });
    }
  });

  it('are forgotten when they are too many, but not by those who still use them', async () => {
    await using place = await openTestDatabase('embedded');
    const windows = new Windows();
    const first = { window: { kind: 'day' }, timezone: 'UTC', atMicros: 0 } as const;
    const days = Array.from({ length: 15_001 }, (_, day) => ({ ...first, atMicros: day * 24 * MICROS_A_HOUR }));
    const one = await windows.ensure(place.database, [first]);
    const many = await windows.ensure(place.database, days);
    const fresh = await windows.ensure(place.database, [days[7] ?? first]);
    expect([one, many].map(({ count }) => count)).toEqual([15_001, 15_001]);
    expect(one.of({ kind: 'day' }, 'UTC', 15_000 * 24 * MICROS_A_HOUR).startMicros).toBe(15_000 * 24 * MICROS_A_HOUR);
    expect(fresh.count).toBe(1);
  });
});
