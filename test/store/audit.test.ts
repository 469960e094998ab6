import { describe, expect, it } from 'vitest';
import { audit } from '../../processor/store/audit.ts';
import { createStore } from '../../processor/store/createStore.ts';
import { openTestDatabase, storeKinds } from '../support/database.ts';
import { batch, call, HOUR_NANO, nobody, START_NANO, noCounters } from './samples.ts';

describe.each(storeKinds)('the audit on %s', (kind) => {
  it('finds nothing in books that close, and each thing that was altered', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const store = createStore(database, { settleDelayMs: 60_000 });
    const yesterday = { startUnixNano: START_NANO - 24n * HOUR_NANO };
    await store.commit(batch([call(1, 1), call(1, 2, { own: { ...nobody, agent: 'bot' } }), call(1, 3, yesterday)]));
    expect(await audit(database)).toEqual({
      days: 2,
      closedDays: 0,
      ledgerEntries: 3,
      ...noCounters,
      differences: [],
      isCut: false,
    });

    await database.query(
      'update tollgate_data.rollup_daily set cost_usd = cost_usd + 0.000000000000001 where agent = $1',
      ['bot'],
    );
    await database.query('delete from tollgate_data.run_daily where agent = $1', ['bot']);
    await database.query(
      `update tollgate_data.session_daily set last_seen = last_seen + interval '1 microsecond' where agent = $1`,
      ['bot'],
    );
    await database.query(`update tollgate_data.calls set model = 'other' where span_id = '\\x0000000000000003'`);
    const { differences } = await audit(database);
    const found = differences.map(({ table, key, expected, found: kept }) =>
      JSON.stringify([table, key['model'], expected?.['cost_usd'] ?? null, kept?.['cost_usd'] ?? null]),
    );
    // 0.0035 USD a call; the altered call has no booking under its new model, and its booking no call.
    expect(found.toSorted((left, right) => (left < right ? -1 : 1))).toEqual(
      [
        ['calls', 'gpt-4o', '0.003500000000000', null],
        ['calls', 'other', null, '0.003500000000000'],
        ['rollup_daily', 'gpt-4o', '0.003500000000000', '0.003500000000001'],
        ['run_daily', 'gpt-4o', '0.003500000000000', null],
        ['run_daily', 'gpt-4o', null, null],
        ['run_daily', 'gpt-4o', null, null],
        ['run_daily', 'other', null, null],
        ['session_daily', 'gpt-4o', null, null],
        ['session_daily', 'gpt-4o', null, null],
        ['session_daily', 'other', null, null],
      ].map((each) => JSON.stringify(each)),
    );
    await store.close();
  });
});
