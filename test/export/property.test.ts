import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { microsOf } from '../../processor/api/instant.ts';
import type { GroupKey } from '../../processor/api/facts.ts';
import { cubeCsvLine, cubeColumns, cubeRows } from '../../processor/export/cubeLines.ts';
import { csvLine } from '../../processor/export/csv.ts';
import { focusLines } from '../../processor/export/focus/focusLines.ts';
import { scanCalls } from '../../processor/export/scanCalls.ts';
import { openTestApi, type TestApi } from '../api/fill.ts';
import { calls, dimensions, edge, name, stored, sumOf as measuresOf, valueOf } from '../api/drawnCalls.ts';
import { readCsv, sumOf, sumUsd } from './charges.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi('postgres18');
  await api.fill(stored);
});
afterAll(() => api[Symbol.asyncDispose]());

const RUNS = { numRuns: 40, seed: 20260329 };

const dimension = fc.constantFrom(...dimensions);
const keyOf = (of: (typeof dimensions)[number]): GroupKey => (of === 'tag.team' ? { tag: 'team' } : { dimension: of });

/** A period, and a filter or none. */
const askedArbitrary = fc.record({
  edges: fc.tuple(edge, edge).filter(([a, b]) => a !== b),
  filter: fc.option(fc.tuple(dimension, name)),
});
type Asked = typeof askedArbitrary extends fc.Arbitrary<infer T> ? T : never;

function questionOf({ edges, filter }: Asked) {
  const [fromMs, toMs] = edges.toSorted((a, b) => a - b);
  const filters = { dimensions: new Map(), tags: new Map() };
  if (filter !== null) {
    const [of, value] = filter;
    const key = keyOf(of);
    if ('tag' in key) filters.tags.set(key.tag, [value ?? '(none)']);
    else filters.dimensions.set(key.dimension, [value ?? '(none)']);
  }
  const chosen = calls.filter(({ startUnixNano, ...call }) => {
    const ms = Number(startUnixNano / 1_000_000n);
    const isIn = ms >= (fromMs ?? 0) && ms < (toMs ?? 0);
    return isIn && (filter === null || valueOf({ ...call, startUnixNano }, filter[0]) === (filter[1] ?? '(none)'));
  });
  const question = { tenant: 'acme', filters, from: microsOf(fromMs ?? 0), to: microsOf(toMs ?? 0), timezone: 'UTC' };
  return { question, chosen };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('whatever period, filter and page', () => {
  it('every charged call is there once, by start', async () => {
    await fc.assert(
      fc.asyncProperty(askedArbitrary, fc.integer({ min: 1, max: 700 }), async (asked, pageCalls) => {
        const { question, chosen } = questionOf(asked);
        const rows = (await collect(scanCalls(api.database, question, Math.max(pageCalls, 20)))).flat();
        const expected = chosen.toSorted((a, b) => Number(a.startUnixNano - b.startUnixNano));
        expect(new Set(rows.map(({ span_hex }) => span_hex))).toEqual(new Set(expected.map(({ spanId }) => spanId)));
        expect(rows).toHaveLength(expected.length);
        expect(rows.map(({ started }) => started)).toEqual(rows.map(({ started }) => started).toSorted());
      }),
      RUNS,
    );
  });

  it('charges in FOCUS add up to what the calls cost, however few rows are held at once', async () => {
    const openRows = fc.constantFrom(1, 5, 1_000);
    const grouped = fc.uniqueArray(dimension, { maxLength: 3 });
    const interval = fc.constantFrom('hour', 'day', 'month', null);
    await fc.assert(
      fc.asyncProperty(askedArbitrary, openRows, grouped, interval, async (asked, max, groupBy, of) => {
        const { question, chosen } = questionOf(asked);
        const wanted = { ...question, format: 'focus', groupBy: groupBy.map(keyOf), interval: of } as const;
        const rows = readCsv((await collect(focusLines(api.database, wanted, max))).join(''));
        const measures = measuresOf(chosen);
        expect(sumUsd(rows, 'EffectiveCost')).toBe(measures['cost_usd'] ?? '0');
        expect([sumOf(rows, 'x_Calls'), sumOf(rows, 'x_UnpricedCalls')]).toEqual([
          measures['calls'],
          measures['unpriced_calls'],
        ]);
        const tokens = rows.filter(({ ConsumedUnit }) => ConsumedUnit === 'Tokens');
        expect(sumOf(tokens, 'ConsumedQuantity')).toBe(measures['total_tokens']);
      }),
      RUNS,
    );
  });

  it('groups of the cube are there once each, though a statement holds only a few', async () => {
    const grouped = fc.uniqueArray(dimension, { minLength: 1, maxLength: 3 });
    const interval = fc.constantFrom('day', 'week', null);
    await fc.assert(
      fc.asyncProperty(
        askedArbitrary,
        fc.integer({ min: 1, max: 9 }),
        grouped,
        interval,
        async (asked, max, by, of) => {
          const { question, chosen } = questionOf(asked);
          const groupBy = by.map(keyOf);
          const rows = await collect(cubeRows(api.database, { ...question, groupBy, interval: of }, max));
          const keys = rows.map(({ start, names }) => JSON.stringify([start, ...names]));
          expect(new Set(keys).size).toBe(keys.length);
          const lines = readCsv([csvLine(cubeColumns(groupBy, of)), ...rows.map(cubeCsvLine)].join(''));
          expect(sumUsd(lines, 'cost_usd')).toBe(measuresOf(chosen)['cost_usd'] ?? '0');
          expect(sumOf(lines, 'calls')).toBe(chosen.length);
        },
      ),
      RUNS,
    );
  });
});
