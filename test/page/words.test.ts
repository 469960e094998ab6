import { describe, expect, it } from 'vitest';
import { formatCount, formatDuration, formatExact, formatShare } from '../../dashboards/page/format/numbers.ts';
import {
  formatClock,
  formatDayWord,
  formatInstant,
  formatRelative,
  formatUtc,
  isoDate,
  nextDay,
} from '../../dashboards/page/format/times.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const inMs = (ms: number): string => new Date(NOW + ms).toISOString();
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('a count', () => {
  it('is written in full below a hundred thousand, then short with every digit beside it', () => {
    expect(formatCount(61_204)).toBe('61,204');
    expect(formatCount(99_999)).toBe('99,999');
    expect(formatCount(100_000)).toBe('100 K');
    expect(formatCount(1_234_567)).toBe('1.2 M');
    expect(formatExact(1_234_567)).toBe('1,234,567');
  });

  it('as a share is whole per cents, with a digit where it is small, and never 0 where it is something', () => {
    expect(formatShare(0.44)).toBe('44 %');
    expect(formatShare(0.083)).toBe('8.3 %');
    expect(formatShare(0.0999)).toBe('10 %');
    expect(formatShare(0.0994)).toBe('9.9 %');
    expect(formatShare(0.001)).toBe('0.1 %');
    expect(formatShare(0.0009)).toBe('< 0.1 %');
    expect(formatShare(0)).toBe('0 %');
    expect(formatShare(null)).toBe('–');
  });
});

describe('a duration', () => {
  it('has the unit in which it is read at a glance', () => {
    expect(formatDuration(0.35)).toBe('350 µs');
    expect(formatDuration(12.4)).toBe('12 ms');
    expect(formatDuration(1_234)).toBe('1.23 s');
    expect(formatDuration(59_900)).toBe('59.9 s');
    expect(formatDuration(4 * MINUTE + 10 * SECOND)).toBe('4 min 10 s');
    expect(formatDuration(3 * HOUR + 20 * MINUTE)).toBe('3 h 20 min');
    expect(formatDuration(2 * DAY)).toBe('2 d');
  });
});

describe('a time', () => {
  it('is in the zone asked for, and says its year only where that is another one by half a year', () => {
    expect(formatInstant('2026-11-21T18:41:07.123Z', 'UTC', NOW)).toBe('21 Nov 18:41:07');
    expect(formatInstant('2026-11-21T18:41:07.123Z', 'Asia/Kolkata', NOW)).toBe('22 Nov 00:11:07');
    expect(formatInstant('2025-11-21T18:41:07Z', 'UTC', NOW)).toBe('21 Nov 2025 18:41:07');
    expect(formatInstant('no time at all', 'UTC', NOW)).toBe('no time at all');
    expect(formatUtc('2026-11-21T18:41:07Z')).toBe('2026-11-21 18:41:07 UTC');
  });

  it('names the day of its zone, not that of UTC', () => {
    expect(isoDate(new Date('2026-11-21T20:00:00Z'), 'Asia/Kolkata')).toBe('2026-11-22');
    expect(formatDayWord('2026-11-22T20:00:00Z', 'UTC', NOW)).toBe('today');
    expect(formatDayWord('2026-11-22T20:00:00Z', 'Asia/Kolkata', NOW)).toBe('tomorrow');
    expect(formatDayWord('2026-11-28T06:00:00Z', 'UTC', NOW)).toBe('28 Nov');
  });

  it('is told from now in either direction', () => {
    expect(formatRelative(inMs(-400), NOW)).toBe('just now');
    expect(formatRelative(inMs(-4 * SECOND), NOW)).toBe('4 s ago');
    expect(formatRelative(inMs(3 * HOUR), NOW)).toBe('in 3 h');
    expect(formatRelative(inMs(-47 * HOUR), NOW)).toBe('47 h ago');
    expect(formatRelative(inMs(-3 * DAY), NOW)).toBe('3 days ago');
  });
});

describe('a day', () => {
  it('is tomorrow by the calendar, on days of 23 and 25 hours too', () => {
    const word = (iso: string, now: string) => formatDayWord(iso, 'Europe/Berlin', Date.parse(now));
    // 25 October has 25 hours: 24 hours after its first half hour it is still the same day.
    expect(word('2026-10-26T09:00:00Z', '2026-10-24T22:30:00Z')).toBe('tomorrow');
    // 29 March has 23: 24 hours after 23:30 of the 28th it is the 30th.
    expect(word('2026-03-29T09:00:00Z', '2026-03-28T22:30:00Z')).toBe('tomorrow');
    expect(word('2026-03-30T09:00:00Z', '2026-03-28T22:30:00Z')).toBe('30 Mar');
    expect([nextDay('2026-12-31'), nextDay('2028-02-28')]).toEqual(['2027-01-01', '2028-02-29']);
  });

  it('of what is no time is a dash, not an error', () => {
    expect([formatClock(''), formatInstant('yesterday'), isoDate(new Date(''))]).toEqual(['–', 'yesterday', '–']);
  });
});
