import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverPeriod, type Dimension, dimensions, type Needs } from '../../processor/api/coverage.ts';
import { parseInstant } from '../../processor/api/instant.ts';

const at = (text: string): bigint => parseInstant(text) ?? -1n;
const needing = (used: readonly Dimension[], rest: Partial<Needs> = {}): Needs => ({
  dimensions: new Set(used),
  singleCalls: false,
  detail: 'sums',
  boundaries: [],
  ...rest,
});
const sources = (from: string, to: string, needs: Needs): string[] =>
  coverPeriod(at(from), at(to), needs).map(({ source }) => source);

describe('coverPeriod', () => {
  it('reads whole days from the daily rollup, whole hours at the edges from the hourly one, the rest from calls', () => {
    expect(sources('2026-03-01T10:30:00Z', '2026-03-04T02:15:00Z', needing(['agent', 'model']))).toEqual([
      'calls', // 10:30–11:00
      'rollup_hourly', // 11:00–24:00
      'rollup_daily', // 2 and 3 March
      'rollup_hourly', // 00:00–02:00
      'calls', // 02:00–02:15
    ]);
  });

  it('reads one source where the period fits its grain', () => {
    expect(sources('2026-03-01T00:00:00Z', '2026-03-04T00:00:00Z', needing([]))).toEqual(['rollup_daily']);
    expect(sources('2026-03-01T01:00:00Z', '2026-03-01T02:00:00Z', needing([]))).toEqual(['rollup_hourly']);
    expect(sources('2026-03-01T01:00:00Z', '2026-03-01T01:59:59.999999Z', needing([]))).toEqual(['calls']);
  });

  it('takes the smallest rollup that has all dimensions', () => {
    const days = (used: readonly Dimension[], rest: Partial<Needs> = {}): string[] =>
      sources('2026-03-01T00:00:00Z', '2026-03-04T00:00:00Z', needing(used, rest));
    expect(days(['environment', 'service', 'provider'])).toEqual(['rollup_daily']);
    expect(days(['user', 'model'])).toEqual(['rollup_hourly']);
    expect(days(['session', 'user'])).toEqual(['session_daily']);
    expect(days(['run', 'session'])).toEqual(['run_daily']);
    expect(days(['session', 'provider'])).toEqual(['calls']);
    expect(days(['agent'], { detail: 'seen' })).toEqual(['session_daily']);
    expect(days(['agent'], { detail: 'runs' })).toEqual(['run_daily']);
    expect(days(['provider'], { detail: 'seen' })).toEqual(['calls']);
    expect(days([], { singleCalls: true })).toEqual(['calls']);
  });

  it('leaves a rollup whose rows a boundary would split', () => {
    const cut = (boundary: string): string[] =>
      sources('2026-03-01T00:00:00Z', '2026-03-03T00:00:00Z', needing([], { boundaries: [at(boundary)] }));
    expect(cut('2026-03-02T00:00:00Z')).toEqual(['rollup_daily']);
    expect(cut('2026-03-01T23:00:00Z')).toEqual(['rollup_hourly']); // Berlin's midnight
    expect(cut('2026-03-01T18:15:00Z')).toEqual(['calls']); // Kathmandu's
  });

  it('covers every period without gap or overlap', () => {
    const start = at('2026-01-01T00:00:00Z');
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 9_000_000_000_000n }),
        fc.bigInt({ min: 1n, max: 900_000_000_000n }),
        fc.subarray([...dimensions]),
        fc.constantFrom('sums', 'seen', 'runs'),
        (offset, length, used, detail) => {
          const from = start + offset;
          const segments = coverPeriod(from, from + length, needing(used, { detail }));
          expect(segments.every((segment) => segment.from < segment.to)).toBe(true);
          expect(segments[0]?.from).toBe(from);
          expect(segments.at(-1)?.to).toBe(from + length);
          expect(segments.slice(1).every((segment, index) => segment.from === segments[index]?.to)).toBe(true);
        },
      ),
    );
  });
});
