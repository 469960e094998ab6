import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Step, steps, TENANTS } from '../erasure/randomExports.ts';
import { budget, reset } from '../store/gateIngest.ts';
import { contents } from '../store/totals.ts';
import { storeKinds } from '../support/database.ts';
import { type Books, openBooks, type PriceList } from './books.ts';

const budgets = [
  budget('users', { per: ['user'] }),
  budget('days', { per: ['agent'], window: { kind: 'day' } }),
  budget('tokens', { limit: { unit: 'tokens', amount: 1_000_000n } }),
];

/** A price for both models, for one of them, for none. */
const list: fc.Arbitrary<PriceList> = fc.constantFrom<PriceList>(
  {},
  { 'gpt-4o': [2.5, 10] },
  { o3: [2, 8] },
  { 'gpt-4o': [2.5, 10], o3: [2, 8] },
  { 'gpt-4o': [0, 0], o3: [1, 4] },
);
type Change = { readonly list: PriceList; readonly models: readonly string[] | null };
const change: fc.Arbitrary<Change> = fc.record({
  list,
  models: fc.constantFrom(null, ['o3'], ['gpt*']),
});
const history = fc
  .record({ steps, changes: fc.array(change, { minLength: 3, maxLength: 3 }), last: list })
  .map((drawn) => ({ ...drawn, exports: drawn.steps.flatMap((step) => ('erased' in step ? [] : [step])) }));

type Export = Exclude<Step, { readonly erased: string }>;

async function commit(books: Books, exports: readonly Export[]): Promise<void> {
  for (const { calls, spans, tenant } of exports) await books.commit(calls, spans, tenant);
}

/** A call that had a price once says `standard` where its emitter said nothing of a tier. */
async function compared({ database }: Books): Promise<object> {
  const { calls = [], ...rest } = await contents(database);
  const tiers = (calls as { service_tier: string | null }[]).map((row) => ({
    ...row,
    service_tier: row.service_tier ?? 'standard',
  }));
  return { ...rest, calls: tiers };
}

/** Those that are not zero. */
function counters({ database }: Books): Promise<object[]> {
  return database.query(`
select kept.tenant, budget.name, kept.key, kept.window_start, trim_scale(kept.spent)::text as spent, trim_scale(kept.overrun)::text as overrun
from tollgate_data.counters as kept join tollgate_data.budgets as budget on budget.budget_id = kept.budget_id
where kept.spent <> 0 or kept.overrun <> 0 order by 1, 2, 3, 4`);
}

describe.each(storeKinds)('calls at random prices on %s', { timeout: 300_000 }, (kind) => {
  it('are, once repriced, as if they had come at the prices in force: which is charged, to whom, and every sum', async () => {
    await using books = await openBooks(kind, { budgets });
    await using fresh = await openBooks(kind, { budgets });
    await fc.assert(
      fc.asyncProperty(history, async ({ exports, changes, last }) => {
        await reset(books.database);
        await reset(fresh.database);
        const size = Math.ceil(exports.length / changes.length);
        for (const [place, { list: prices, models }] of changes.entries()) {
          await books.prices.set(prices);
          await commit(books, exports.slice(place * size, (place + 1) * size));
          await books.reprice({ tenant: TENANTS[0], models });
        }
        await books.prices.set(last);
        for (const tenant of TENANTS) {
          const dry = await books.reprice({ tenant, isDryRun: true });
          const applied = await books.reprice({ tenant });
          expect(applied.restated).toBe(dry.restated);
          expect((await books.reprice({ tenant })).restated).toBe(0);
        }
        await fresh.prices.set(last);
        await commit(fresh, exports);
        expect(await compared(books)).toEqual(await compared(fresh));
        expect(await counters(books)).toEqual(await counters(fresh));
        expect(await books.differences()).toEqual([]);
      }),
      { numRuns: kind === 'embedded' ? 5 : 15, seed: 6, endOnFailure: true },
    );
  });
});
