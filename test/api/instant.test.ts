import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, parseDate, parseInstant, trimInstant } from '../../processor/api/instant.ts';

describe('parseInstant', () => {
  it('keeps microseconds: 1 s + 1 µs is 1000001', () => {
    expect(parseInstant('1970-01-01T00:00:01.000001Z')).toBe(1_000_001n);
  });

  it('subtracts the offset: 02:00 at +02:00 is midnight UTC', () => {
    expect(parseInstant('2026-03-01T02:00:00+02:00')).toBe(parseInstant('2026-03-01T00:00Z'));
  });

  it.each([
    '2026-03-01T00:00:00',
    '2026-03-01 00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-03-01T24:00:00Z',
    '2026-03-01T00:60:00Z',
    '2026-03-01T00:00:60Z',
    '2026-03-01T00:00:00.0000001Z',
    '2026-03-01T00:00:00+99:00',
    '1970-01-01T00:00:00+01:00',
    '1969-12-31T23:59:59Z',
    '2026-03-01',
    'now',
  ])('refuses %s', (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  it('reads what formatInstant writes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 253_402_300_799_999_999n }), (micros) => {
        expect(parseInstant(formatInstant(micros))).toBe(micros);
      }),
    );
  });
});

describe('parseDate', () => {
  it('takes dates that exist', () => {
    expect(parseDate('2024-02-29')).toBe(Date.UTC(2024, 1, 29));
    expect(['2026-02-29', '2026-13-01', '2026-1-1', '1969-12-31'].map(parseDate)).toEqual([null, null, null, null]);
  });
});

describe('trimInstant', () => {
  it('writes milliseconds, and microseconds only where there are some', () => {
    expect(trimInstant('2026-03-01T00:00:00.120000Z')).toBe('2026-03-01T00:00:00.120Z');
    expect(trimInstant('2026-03-01T00:00:00.120001Z')).toBe('2026-03-01T00:00:00.120001Z');
    expect(trimInstant('2026-03-01T00:00:00.000000Z')).toBe('2026-03-01T00:00:00.000Z');
  });
});
