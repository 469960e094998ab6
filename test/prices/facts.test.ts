import { describe, expect, it } from 'vitest';
import { contentOfCall } from '../../processor/store/content.ts';
import { createStore } from '../../processor/store/createStore.ts';
import { priceFactsOfRow, type StoredPriceFacts } from '../../processor/store/priceFactsColumn.ts';
import type { PriceFacts } from '../../src/call.ts';
import { batch, call } from '../store/samples.ts';
import { openTestDatabase } from '../support/database.ts';

const facts: PriceFacts = { inferenceGeo: 'us', speed: 'fast', searchContextSize: null };

describe('what decides a price and stands in no other column', () => {
  it.each(['postgres15', 'embedded'] as const)(
    'comes back from %s as it was, and is null for nearly every call',
    async (kind) => {
      await using place = await openTestDatabase(kind);
      const store = createStore(place.database, { settleDelayMs: 0 });
      await store.commit(
        batch([
          call(1, 1),
          call(2, 2, { priceFacts: facts, usageSource: 'estimate', lossy: true }),
          call(3, 3, { priceFacts: { inferenceGeo: null, speed: null, searchContextSize: 'high\0' } }),
        ]),
      );
      await store.close();
      const rows = await place.database.query<{ price_facts: StoredPriceFacts | null }>(
        'select price_facts from tollgate_data.calls order by span_id',
      );
      expect(rows[0]).toEqual({ price_facts: null });
      expect(rows.map((row) => priceFactsOfRow(row.price_facts))).toEqual([
        { priceFacts: null, usageSource: 'provider', lossy: false },
        { priceFacts: facts, usageSource: 'estimate', lossy: true },
        {
          // The store takes no NUL.
          priceFacts: { inferenceGeo: null, speed: null, searchContextSize: 'high\uFFFD' },
          usageSource: 'provider',
          lossy: false,
        },
      ]);
    },
  );

  it('makes a copy of a span fuller, so that of two copies the one that says it is kept', () => {
    const [without, said] = [call(1, 1), call(1, 1, { priceFacts: facts })].map((each) => contentOfCall(each, null));
    expect(Number(said?.completeness) - Number(without?.completeness)).toBe(2);
  });
});
