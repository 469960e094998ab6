import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { audit } from '../../processor/store/audit.ts';
import { agentTotal, chat, plain } from '../charging/settle.ts';
import { openTestDatabase, storeKinds, type TestDatabase } from '../support/database.ts';
import { ago, budget, counted, type Ingest, openIngest, reset } from './gateIngest.ts';
import { batch, HOUR_NANO } from './samples.ts';

const budgets = [
  budget('agents', { per: ['agent'] }),
  budget('red', { match: { 'tag.team': 'red' }, limit: { unit: 'calls', amount: 10n } }),
  budget('tokens', { limit: { unit: 'tokens', amount: 10_000n } }),
];
const own = { agent: 'a' };
const ofAgent = { 'agents a': { spent: '0.0035', overrun: '0.0035' } };
const ofNobody = { 'agents (none)': { spent: '0.0035', overrun: '0.0035' } };
const tokens = { tokens: { spent: '1100', overrun: '1100' } };

describe.each(storeKinds)('what budgets have counted on %s', (kind) => {
  let place: TestDatabase;
  let ingest: Ingest;
  beforeAll(async () => {
    place = await openTestDatabase(kind);
    ingest = await openIngest(place.database, budgets);
  });
  afterAll(async () => {
    await ingest.store.close();
    await place[Symbol.asyncDispose]();
  });
  beforeEach(() => reset(place.database));

  const commit = (...[calls, spans = []]: Parameters<typeof batch>) => ingest.store.commit(batch(calls, spans));
  async function counters() {
    expect((await audit(place.database)).differences).toEqual([]);
    return counted(place.database);
  }

  it('moves with an agent who is known late', async () => {
    const late = { ...plain(1, { own }), ...ago(2000) };
    await commit([chat(2, { below: 1 }, ago(1000))]);
    expect(await counters()).toEqual({ ...ofNobody, ...tokens });
    await commit([], [late]);
    expect(await counters()).toEqual({ ...ofAgent, ...tokens });
  });

  it('moves with a tag, which no booking of the ledger shows', async () => {
    const late = { ...plain(1, { own: { tags: { team: 'red' } } }), ...ago(2000) };
    await commit([chat(2, { below: 1, own }, ago(1000))]);
    expect(await counters()).toEqual({ ...ofAgent, ...tokens });
    await commit([], [late]);
    expect(await counters()).toEqual({ ...ofAgent, ...tokens, red: { spent: '1', overrun: '1' } });
    expect(await place.database.query('select reason from tollgate_data.ledger')).toEqual([{ reason: 'charge' }]);
  });

  it('is taken back of an agent total when its calls come', async () => {
    await commit([agentTotal(1, { own, tokens: [4000, 400] }, ago(2000))]);
    expect(await counters()).toEqual({ ...ofAgent, tokens: { spent: '4400', overrun: '4400' } });
    await commit([chat(2, { below: 1 }, ago(1000))]);
    expect(await counters()).toEqual({ ...ofAgent, ...tokens });
  });

  it('is that of the copy that is charged', async () => {
    const at = ago(2000);
    const id = { responseId: 'chatcmpl-1' };
    await commit([chat(1, { own: { agent: 'b' } }, { ...at, ...id, scope: 'sdk', lossy: true })]);
    expect(await counters()).toMatchObject({ 'agents b': { spent: '0.0035' } });
    const gateway = chat(2, { trace: 2, tokens: [5, 6] }, { ...at, ...id, scope: 'gateway', service: 'gateway' });
    await commit([gateway]);
    // Copies pool whom they belong to.
    const merged = { 'agents b': ofAgent['agents a'], tokens: { spent: '11', overrun: '11' } };
    expect(await counters()).toEqual(merged);
    await commit([{ ...gateway, usage: { ...gateway.usage, cache_read: 4, input_uncached: 1 }, errorType: 'late' }]);
    expect(await counters()).toEqual(merged);
  });

  it('is of the time of receipt where a call claims to start more than 5 minutes later', async () => {
    const hour = 60 * 60_000;
    await commit([chat(1, { own }, ago(-4 * 60_000)), chat(2, { trace: 2, own }, ago(-6 * 60_000))]);
    const rows = await place.database.query<{ late: number | null }>(`
select round(extract(epoch from counted_at - received_at))::int as late from tollgate_data.calls order by started_at`);
    expect(rows).toEqual([{ late: null }, { late: 0 }]);
    await commit([chat(3, { trace: 3, own }, { startUnixNano: ago(0).startUnixNano + 23n * HOUR_NANO })]);
    const [row] = await place.database.query<{ months: string; ahead: boolean }>(`
select count(distinct window_start) as months, bool_or(window_start > now() + interval '1 ms' * ${hour}) as ahead
from tollgate_data.counters`);
    expect(row).toEqual({ months: '1', ahead: false });
  });

  it('is not posted twice when the same comes again, nor where nobody asks', async () => {
    const call = chat(1, { own }, ago(1000));
    await commit([call]);
    const [before] = await place.database.query('select max(updated_at) as at from tollgate_data.counters');
    await commit([call]);
    await ingest.store.commit(batch([chat(2, { trace: 2, own }, ago(1000))], [], 'other'));
    expect(await counters()).toMatchObject(ofAgent);
    const [after] = await place.database.query(
      `select max(updated_at) as at from tollgate_data.counters where tenant = 'default'`,
    );
    expect(after).toEqual(before);
  });
});
