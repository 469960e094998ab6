import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intervals, intervalStarts, isTimeZone, offsetMs, startOfLocalDay } from '../../processor/api/timeZone.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const iso = (epochMs: number): string => new Date(epochMs).toISOString();
const startsBetween = (
  interval: (typeof intervals)[number],
  zone: string,
  from: string,
  to: string,
): string[] | undefined => intervalStarts(interval, zone, Date.parse(from), Date.parse(to), 1000)?.map(iso);

describe('intervalStarts', () => {
  it('begins days at local midnight, which in Kathmandu (+05:45) is 18:15 UTC', () => {
    expect(startsBetween('day', 'Asia/Kathmandu', '2026-03-01T00:00:00Z', '2026-03-02T18:15:00Z')).toEqual([
      '2026-02-28T18:15:00.000Z',
      '2026-03-01T18:15:00.000Z',
    ]);
  });

  it('gives the day of the spring change in Berlin 23 hours and that of the autumn change 25', () => {
    const days = startsBetween('day', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z');
    expect(days).toEqual(['2026-03-27T23:00:00.000Z', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z']);
    expect(startsBetween('day', 'Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-26T00:00:00Z')).toEqual([
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
    ]);
  });

  it('begins weeks on Monday and months on the first', () => {
    expect(startsBetween('week', 'UTC', '2026-03-01T00:00:00Z', '2026-03-09T00:00:00Z')).toEqual([
      '2026-02-23T00:00:00.000Z',
      '2026-03-02T00:00:00.000Z',
    ]);
    expect(startsBetween('month', 'Europe/Berlin', '2026-03-31T22:30:00Z', '2026-05-01T00:00:00Z')).toEqual([
      '2026-03-31T22:00:00.000Z',
      '2026-04-30T22:00:00.000Z',
    ]);
  });

  it('leaves the interval out that begins at the end of the period', () => {
    expect(startsBetween('hour', 'UTC', '2026-03-01T00:30:00Z', '2026-03-01T02:00:00Z')).toEqual([
      '2026-03-01T00:00:00.000Z',
      '2026-03-01T01:00:00.000Z',
    ]);
  });

  it('begins a day at the change where midnight is skipped (Beirut, 2026-03-29 begins at 01:00 local)', () => {
    expect(iso(startOfLocalDay('Asia/Beirut', Date.UTC(2026, 2, 29)))).toBe('2026-03-28T22:00:00.000Z');
  });

  it('begins a day at the first of two midnights (Havana falls back at 01:00 to 00:00)', () => {
    expect(iso(startOfLocalDay('America/Havana', Date.UTC(2026, 10, 1)))).toBe('2026-11-01T04:00:00.000Z');
  });

  it('passes over a date that the zone skipped (Samoa had no 2011-12-30)', () => {
    expect(startsBetween('day', 'Pacific/Apia', '2011-12-29T12:00:00Z', '2011-12-31T12:00:00Z')).toEqual([
      '2011-12-29T10:00:00.000Z',
      '2011-12-30T10:00:00.000Z',
      '2011-12-31T10:00:00.000Z',
    ]);
  });

  it('is null above the maximum and not at it', () => {
    const hours = (max: number): number | undefined => intervalStarts('hour', 'UTC', 0, 5 * HOUR_MS, max)?.length;
    expect([hours(5), hours(4)]).toEqual([5, undefined]);
    const days = (max: number): number | undefined => intervalStarts('day', 'UTC', 0, 5 * DAY_MS, max)?.length;
    expect([days(5), days(4)]).toEqual([5, undefined]);
  });

  it('covers any period in any zone: ascending, the first at or before its begin, the next ones inside', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'Asia/Kathmandu',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'America/Sao_Paulo',
      'Asia/Beirut',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom(...intervals),
        fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2030, 0, 1) }),
        fc.integer({ min: 1, max: 40 * DAY_MS }),
        (zone, interval, fromMs, lengthMs) => {
          const starts = intervalStarts(interval, zone, fromMs, fromMs + lengthMs, 1000) ?? [];
          const [first = Infinity, ...others] = starts;
          expect(first).toBeLessThanOrEqual(fromMs);
          expect(
            others.every((start, index) => start > (starts[index] ?? 0) && start > fromMs && start < fromMs + lengthMs),
          ).toBe(true);
          if (interval === 'hour') return;
          // Each interval starts where the local date changes.
          for (const start of starts) {
            const dateAt = (instant: number): number => Math.floor((instant + offsetMs(zone, instant)) / DAY_MS);
            expect(dateAt(start)).toBeGreaterThan(dateAt(start - 1));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('isTimeZone', () => {
  it('takes IANA names and refuses offsets, inventions and text that only looks like one', () => {
    expect(['UTC', 'Europe/Berlin', 'Etc/GMT+5', 'Asia/Kathmandu'].filter(isTimeZone)).toHaveLength(4);
    expect(['', '+05:30', 'Mars/Olympus', 'Europe/Berlin;', `A${'a'.repeat(64)}`].filter(isTimeZone)).toEqual([]);
  });
});
