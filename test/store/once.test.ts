import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PricedCall, SpanSkeleton } from '../../src/call.ts';
import { audit } from '../../processor/store/audit.ts';
import { createStore } from '../../processor/store/createStore.ts';
import type { StoreBatch } from '../../processor/store/store.ts';
import { openTestDatabase, storeKinds, type TestDatabase } from '../support/database.ts';
import { batch, call, HOUR_NANO, nobody, skeleton, START_NANO } from './samples.ts';
import { contents, empty, totals } from './totals.ts';

type Item =
  | { readonly tenant: string; readonly call: PricedCall }
  | { readonly tenant: string; readonly span: SpanSkeleton };

const name = fc.option(fc.constantFrom('a', 'b', '(none)', 'ü'), { freq: 3 });
const own = fc
  .record({ agent: name, user: name, session: fc.constantFrom('a', 'b'), run: name })
  .map((subject) => ({ ...nobody, ...subject }));

/** Few traces, spans and starts, so that copies of one span with other content are many. Roots: no parent to wait for. */
const item: fc.Arbitrary<Item> = fc
  .record({
    tenant: fc.constantFrom('one', 'one', 'one', 'two'),
    trace: fc.constant(1),
    span: fc.constantFrom(1, 2),
    startHours: fc.constantFrom(0n, 13n, 14n),
    own,
    isCall: fc.constantFrom(true, true, true, false),
    role: fc.constantFrom('call', 'call', 'container'),
    model: fc.option(fc.constantFrom('gpt-4o', 'gpt-5')),
    costFemtoUsd: fc.option(fc.bigInt({ min: 0n, max: 10n ** 24n })),
    status: fc.constantFrom('ok', 'error'),
  })
  .map(({ tenant, trace, span, startHours, isCall, costFemtoUsd, model, role, ...facts }): Item => {
    const startUnixNano = START_NANO + startHours * HOUR_NANO;
    if (!isCall) return { tenant, span: skeleton(trace, span, { startUnixNano, own: facts.own }) };
    const priced = call(trace, span, {
      startUnixNano,
      own: facts.own,
      status: facts.status as 'ok' | 'error',
      model,
      role: role as 'call' | 'container',
    });
    if (costFemtoUsd === null)
      return { tenant, call: { ...priced, price: { status: 'unpriced', reason: 'unknown_model' } } };
    // The price is no part of what a copy says; the tier is, so that other costs are other content.
    const price = { ...priced.price, costFemtoUsd, partsFemtoUsd: { output: costFemtoUsd } } as PricedCall['price'];
    return { tenant, call: { ...priced, price, serviceTier: String(costFemtoUsd) } };
  });

/** One export of each tenant, in the order given. */
function batchesOf(items: readonly Item[]): StoreBatch[] {
  return ['one', 'two'].map((tenant) => {
    const mine = items.filter((each) => each.tenant === tenant);
    return batch(
      mine.flatMap((each) => ('call' in each ? [each.call] : [])),
      mine.flatMap((each) => ('span' in each ? [each.span] : [])),
      tenant,
    );
  });
}

const RUNS = { postgres15: 30, postgres18: 15, embedded: 10 };

describe.each(storeKinds)('the same export on %s', (kind) => {
  let place: TestDatabase;
  beforeAll(async () => {
    place = await openTestDatabase(kind);
  });
  afterAll(() => place[Symbol.asyncDispose]());

  async function storeAll(batches: readonly StoreBatch[], together: boolean): Promise<void> {
    const store = createStore(place.database, { settleDelayMs: 60_000 });
    if (together) await Promise.all(batches.map((each) => store.commit(each)));
    else for (const each of batches) await store.commit(each);
    await store.close();
  }

  it('gives the same books whole, three times, split and in any order', async () => {
    const items = fc.array(item, { minLength: 1, maxLength: 16, size: 'max' });
    const exports = items.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
      ),
    );
    await fc.assert(
      fc.asyncProperty(exports, async ([all, shuffled, pieceSize, together]) => {
        await empty(place.database);
        await storeAll(batchesOf(all), false);
        const expected = await contents(place.database);
        await storeAll([...batchesOf(all), ...batchesOf(all)], together);
        expect(await contents(place.database)).toEqual(expected);
        await empty(place.database);
        const pieces: StoreBatch[] = [];
        for (let start = 0; start < shuffled.length; start += pieceSize)
          pieces.push(...batchesOf(shuffled.slice(start, start + pieceSize)));
        await storeAll(pieces, together);
        expect(await contents(place.database)).toEqual(expected);
        expect((await audit(place.database)).differences).toEqual([]);
        const { calls, ...sums } = await totals(place.database);
        for (const sum of Object.values(sums)) expect(sum).toEqual(calls);
      }),
      { numRuns: RUNS[kind] },
    );
  });
});
