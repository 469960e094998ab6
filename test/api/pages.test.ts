import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callSorts } from '../../processor/api/readCalls.ts';
import { rowFields, rowSorts } from '../../processor/api/rowsStatement.ts';
import { storeKinds } from '../support/database.ts';
import { edge, stored } from './drawnCalls.ts';
import { openTestApi, type TestApi } from './fill.ts';

/** More than any list here has, so that one page is all of it. */
const ALL = 1000;

const periodArbitrary = fc
  .tuple(edge, edge)
  .filter(([a, b]) => a !== b)
  .map((edges) => edges.map((ms) => new Date(ms).toISOString()).sort())
  .map(([from = '', to = '']) => `from=${from}&to=${to}`);
const lists = fc.constantFrom('models', 'agents', 'users', 'sessions', 'runs');
const filters = fc.constantFrom('', '&agent=a', '&environment=(none)');
const direction = fc.constantFrom('', '-');

/** Every page of a list, one after the other. */
async function readPages(api: TestApi, path: string, limit: number): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  for (let cursor = ''; ;) {
    const { status, body } = await api.get(`${path}&limit=${limit}${cursor}`);
    expect(status, JSON.stringify(body)).toBe(200);
    items.push(...body.items);
    if (body.next_cursor === null) return items;
    cursor = `&cursor=${encodeURIComponent(body.next_cursor)}`;
  }
}

describe.each(storeKinds)('pages on %s', (kind) => {
  let api: TestApi;
  const numRuns = kind === 'postgres18' ? 40 : 15;
  beforeAll(async () => {
    api = await openTestApi(kind);
    await api.fill(stored);
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('of two rows, one after the other, are the rows of one page in their order, by whatever field', async () => {
    await fc.assert(
      fc.asyncProperty(
        lists,
        fc.constantFrom(...rowSorts),
        direction,
        periodArbitrary,
        filters,
        async (list, sort, sign, period, filter) => {
          const path = `/api/v1/${list}?${period}${filter}&sort=${sign}${sort}`;
          expect(await readPages(api, path, 2)).toEqual(await readPages(api, path, ALL));
        },
      ),
      { numRuns },
    );
  });

  it('of calls go from those with a price to those without, in either direction of the cost', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...callSorts),
        direction,
        periodArbitrary,
        filters,
        async (sort, sign, period, filter) => {
          const path = `/api/v1/calls?${period}${filter}&sort=${sign}${sort}`;
          const whole = await readPages(api, path, ALL);
          expect(await readPages(api, path, 37)).toEqual(whole);
          const isUnpriced = whole.map(({ cost_usd }) => cost_usd === null);
          if (sort === 'cost_usd') expect(isUnpriced).toEqual(isUnpriced.toSorted((a, b) => Number(a) - Number(b)));
        },
      ),
      { numRuns },
    );
  });

  it('have the fields that are asked for, and they say what they say in a whole row', async () => {
    await fc.assert(
      fc.asyncProperty(
        lists,
        fc.subarray([...rowFields], { minLength: 1 }),
        fc.constantFrom(...rowSorts),
        periodArbitrary,
        filters,
        async (list, fields, sort, period, filter) => {
          const path = `/api/v1/${list}?${period}${filter}&sort=${sort}`;
          const whole = await readPages(api, path, ALL);
          const picked = whole.map((row) =>
            Object.fromEntries(
              Object.entries(row).filter(([name]) => name === 'id' || fields.some((field) => field === name)),
            ),
          );
          expect(await readPages(api, `${path}&fields=${fields.join(',')}`, ALL)).toEqual(picked);
        },
      ),
      { numRuns },
    );
  });

  it('know no field but those of a row', async () => {
    const { status, body } = await api.get('/api/v1/agents?fields=cost');
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain('any of cost_usd, calls, run_count');
  });
});
