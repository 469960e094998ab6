import { afterAll, beforeAll, expect, it } from 'vitest';
import { audit } from '../../processor/store/audit.ts';
import { createStore, type Store } from '../../processor/store/createStore.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { batch, call } from './samples.ts';
import { totals } from './totals.ts';

let place: TestDatabase;
let store: Store;
beforeAll(async () => {
  place = await openTestDatabase('postgres18');
  store = createStore(place.database, { settleDelayMs: 60_000 });
});
afterAll(async () => {
  await store.close();
  await place[Symbol.asyncDispose]();
});

it('refuses for good what no column holds, and stores what came in the same transaction', async () => {
  // numeric(38,15) ends below 1e23 USD, which are 1e38 femto-USD; no dialect reads such a figure.
  const [plain] = batch([call(1, 1)]).calls;
  if (plain === undefined || plain.price.status === 'unpriced') throw new Error('expected a priced call');
  const beyond = { ...call(2, 2), price: { ...plain.price, costFemtoUsd: 10n ** 38n } };
  const outcomes = await Promise.allSettled([
    store.commit(batch([call(3, 3)])),
    store.commit(batch([beyond])),
    store.commit(batch([call(4, 4)])),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(outcomes[1]).toMatchObject({
    reason: { code: 'malformed_payload', message: 'The store takes no such value: numeric field overflow' },
  });
  expect(await totals(place.database)).toMatchObject({ calls: { calls: '2' }, run_daily: { calls: '2' } });
  expect((await audit(place.database)).differences).toEqual([]);
});
