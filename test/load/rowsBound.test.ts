import { describe, expect, it } from 'vitest';
import { readCalls } from '../../processor/api/readCalls.ts';
import { readChanges } from '../../processor/api/readChanges.ts';
import { readCosts } from '../../processor/api/readCosts.ts';
import { readRows } from '../../processor/api/readRows.ts';
import { rowFields } from '../../processor/api/rowsStatement.ts';
import { createStore } from '../../processor/store/createStore.ts';
import type { Database } from '../../processor/store/database.ts';
import { rowsBound, withRowsBound } from '../../processor/store/rowsBound.ts';
import { openTestDatabase } from '../support/database.ts';
import { batch, call } from '../store/samples.ts';

/** Five calls of 2026-11-20 10:00, within an hour of which no rollup can be used. */
const FROM = 1_795_168_800_000_000n - 60_000_000n;
const TO = FROM + 120_000_000n;
const everything = { dimensions: new Map(), tags: new Map() };
const period = { tenant: 'default', from: FROM, to: TO, filters: everything, after: null, limit: 10 };

const costs = (database: Database) => readCosts(database, { ...period, groupBy: [], starts: null });
const rows = (database: Database) =>
  readRows(database, { ...period, dimension: 'agent', sort: '-cost_usd', fields: new Set(rowFields) });
const changes = (database: Database) =>
  readChanges(database, {
    tenant: 'default',
    before: { from: FROM - 1n, to: FROM },
    now: period,
    groupBy: [{ dimension: 'agent' }],
    filters: everything,
  });
const calls = (database: Database, sort: 'started_at' | 'cost_usd') =>
  readCalls(database, { ...period, sort, traceId: null, charge: 'all', costStatuses: null, minCost: null });

describe('a question on the embedded store', () => {
  it('is answered up to as many rows as the bound, and refused with one more', async () => {
    await using place = await openTestDatabase('embedded');
    const store = createStore(place.database, { settleDelayMs: 60_000 });
    await store.commit(batch(Array.from({ length: 5 }, (_, number) => call(number + 1, 1))));
    let refused = 0;
    const bound = (max: number): Database =>
      withRowsBound(
        place.database,
        rowsBound(max, () => (refused += 1)),
      );

    expect((await costs(bound(5))).totals.calls).toBe(5);
    await expect(costs(bound(4))).rejects.toMatchObject({ code: 'question_too_large' });
    // A row of a list counts twice, as a call that is sorted does: 2 × 5 = 10.
    expect(await rows(bound(10))).toHaveLength(1);
    await expect(rows(bound(9))).rejects.toMatchObject({ code: 'question_too_large' });
    expect(await changes(bound(5))).toHaveLength(1);
    await expect(changes(bound(4))).rejects.toMatchObject({ code: 'question_too_large' });
    expect(await calls(bound(10), 'cost_usd')).toHaveLength(5);
    await expect(calls(bound(9), 'cost_usd')).rejects.toMatchObject({ code: 'question_too_large' });
    // By start an index gives the page, whatever there is.
    expect(await calls(bound(1), 'started_at')).toHaveLength(5);
    expect(refused).toBe(4);
    const inOneSnapshot = bound(4).transaction((client) => readCosts(client, { ...period, groupBy: [], starts: null }));
    await expect(inOneSnapshot).rejects.toMatchObject({ code: 'question_too_large' });
    await store.close();
  });

  it('has no such bound on PostgreSQL', async () => {
    await using place = await openTestDatabase('postgres18');
    expect(place.database.rowsBound).toBeUndefined();
    expect((await costs(place.database)).totals.calls).toBe(0);
  });
});
