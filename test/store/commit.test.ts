import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStore } from '../../processor/store/createStore.ts';
import { openTestDatabase, storeKinds, type TestDatabase } from '../support/database.ts';
import { batch, call, skeleton, nobody } from './samples.ts';

describe.each(storeKinds)('a commit on %s', (kind) => {
  let place: TestDatabase;
  beforeAll(async () => {
    place = await openTestDatabase(kind);
  });
  afterAll(() => place[Symbol.asyncDispose]());

  it('books a call once', async () => {
    const store = createStore(place.database, {});
    const one = batch([call(1, 2, { parentSpanId: '0000000000000001' })], [skeleton(1, 1, { own: { ...nobody, agent: 'bot', tags: { a: 'x' } } })]);
    expect(await store.commit(one)).toEqual({ calls: [{ charge: 'charged', known: false }] });
    expect(await store.commit(one)).toEqual({ calls: [{ charge: 'charged', known: true }] });
    const rows = await place.database.query('select * from tollgate_data.calls');
    console.log(rows);
    console.log(await place.database.query('select * from tollgate_data.ledger'));
    for (const t of ['rollup_daily', 'rollup_hourly', 'session_daily', 'run_daily']) console.log(await place.database.query('select * from tollgate_data.' + t));
  });
});
