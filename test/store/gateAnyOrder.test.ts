import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../processor/store/audit.ts';
import { contentOfCall, isBetter } from '../../processor/store/content.ts';
import type { Database } from '../../processor/store/database.ts';
import type { PricedCall } from '../../src/call.ts';
import { openTestDatabase, storeKinds, type TestDatabase } from '../support/database.ts';
import { claimsOf, type Ingest, openIngest, reservationId, reserve, reset } from './gateIngest.ts';
import { naive, type SaidOfCall } from './gateNaive.ts';
import { budgets, type Item, type Scenario, scenario } from './gateScenario.ts';
import { batch } from './samples.ts';

const RUNS = { postgres15: 25, postgres18: 15, embedded: 6 };

const cases = scenario.chain((one) =>
  fc.tuple(
    fc.constant(one),
    fc.shuffledSubarray([...one.items, ...one.items], { minLength: one.items.length }).filter((some) => {
      return one.items.every((item) => some.includes(item));
    }),
    fc.integer({ min: 1, max: 4 }),
    fc.boolean(),
  ),
);

describe.each(storeKinds)('budgets on %s', (kind) => {
  let place: TestDatabase;
  beforeAll(async () => {
    place = await openTestDatabase(kind);
  });
  afterAll(() => place[Symbol.asyncDispose]());

  async function stored(ingest: Ingest, one: Scenario, decidedMs: number, pieces: readonly (readonly Item[])[]) {
    await reset(place.database);
    for (const [index, fields] of one.reservations.entries()) {
      await reserve(place.database, index + 1, { ...fields, decidedMs });
    }
    // Made when the reservations are there: it counts them.
    await ingest.policies.syncFile([]);
    await ingest.policies.syncFile(budgets);
    for (const piece of pieces) await ingest.store.commit(batchOf(piece));
    return { counters: await counters(place.database), claims: await claimsOf(place.database) };
  }

  it('count the same whatever the order, the batches and the copies of an export, and what the rules say', async () => {
    const ingest = await openIngest(place.database, []);
    await fc.assert(
      fc.asyncProperty(cases, async ([one, shuffled, size, isFirst]) => {
        const decidedMs = Date.now() - (isFirst ? 0 : 3_600_000);
        const whole = await stored(ingest, one, decidedMs, [one.items]);
        const pieces: Item[][] = [];
        for (let from = 0; from < shuffled.length; from += size) pieces.push(shuffled.slice(from, from + size));
        expect(await stored(ingest, one, decidedMs, pieces)).toEqual(whole);
        const reserved = new Map(
          one.reservations.map((fields, index) => [reservationId(index + 1), { ...fields, decidedMs }]),
        );
        const expected = await naive(place.database, budgets, reserved, saidBy(one));
        expect(whole).toEqual(expected);
        expect((await audit(place.database)).differences).toEqual([]);
      }),
      { numRuns: RUNS[kind] },
    );
    await ingest.store.close();
  });
});

function batchOf(items: readonly Item[]) {
  return batch(
    items.flatMap((item) => ('call' in item ? [item.call] : [])),
    items.flatMap((item) => ('span' in item ? [item.span] : [])),
  );
}

/** Of each span the copy that stays. */
function saidBy({ items }: Scenario): ReadonlyMap<string, SaidOfCall> {
  const kept = new Map<string, PricedCall>();
  for (const item of items) {
    if (!('call' in item)) continue;
    const name = `${item.call.traceId}/${item.call.spanId}`;
    const other = kept.get(name);
    const isKept = other === undefined || isBetter(contentOfCall(item.call, null), contentOfCall(other, null));
    if (isKept) kept.set(name, item.call);
  }
  return new Map(
    [...kept].map(([name, { reservationId: id, usageSource, lossy }]) => [
      name,
      { reservationId: id, isExact: usageSource === 'provider' && !lossy },
    ]),
  );
}

/** As `naive` names them: budget, window, values of the key in the order of their names; amounts in units of 1e-15 USD, or whole. */
async function counters(database: Database): Promise<Record<string, string>> {
  const rows = await database.query<{ name: string; amounts: string }>(`
select concat_ws(' ', budget.name, case budget.definition ->> 'window'
    when 'day' then to_char(kept.window_start, 'YYYY-MM-DD')
    when 'month' then to_char(kept.window_start, 'YYYY-MM') else '' end,
    (select string_agg(value, ' ' order by key) from jsonb_each_text(kept.key))) as name,
  concat_ws(' ', ${['spent', 'reserved', 'overrun', 'expired_unsettled']
    .map((name) => `trim_scale(kept.${name} * (case when budget.definition -> 'limit' ? 'usd' then 1e15 else 1 end))`)
    .join(', ')}) as amounts
from tollgate_data.counters as kept join tollgate_data.budgets as budget on budget.budget_id = kept.budget_id
where (kept.spent, kept.reserved, kept.overrun, kept.expired_unsettled) <> (0, 0, 0, 0)`);
  return Object.fromEntries(rows.map(({ name, amounts }) => [name, amounts]));
}
