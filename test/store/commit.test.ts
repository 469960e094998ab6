import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../processor/store/database.ts';
import { audit } from '../../processor/store/audit.ts';
import { createStore, type Store } from '../../processor/store/createStore.ts';
import { openTestDatabase, storeKinds, type TestDatabase } from '../support/database.ts';
import { batch, call, HOUR_NANO, nobody, skeleton, START_NANO } from './samples.ts';
import { empty, totals } from './totals.ts';

const UNTIL_IN_FLIGHT = 50;

describe.each(storeKinds)('a commit on %s', (kind) => {
  let place: TestDatabase;
  let store: Store;
  beforeAll(async () => {
    place = await openTestDatabase(kind);
    store = createStore(place.database, { settleDelayMs: 60_000 });
  });
  afterAll(async () => {
    await store.close();
    await place[Symbol.asyncDispose]();
  });
  beforeEach(() => empty(place.database));

  const attribution = (): Promise<object[]> =>
    place.database.query(
      `select encode(span_id, 'hex') as span, agent, agent_rule, user_id, user_rule, endpoint, tags from tollgate_data.calls order by 1`,
    );

  it('books a call once, in every sum to the last digit', async () => {
    const export1 = batch([call(1, 1), call(1, 2)]);
    expect(await store.commit(export1)).toMatchObject({
      calls: [
        { charge: 'charged', known: false },
        { charge: 'charged', known: false },
      ],
    });
    expect(await store.commit(export1)).toMatchObject({
      calls: [
        { charge: 'charged', known: true },
        { charge: 'charged', known: true },
      ],
    });
    // 2 calls of 0.0035 USD.
    const sum = { calls: '2', cost: '0.007' };
    const { calls, ledger, rollup_daily, rollup_hourly, session_daily, run_daily } = await totals(place.database);
    expect([calls, ledger, rollup_daily, rollup_hourly, session_daily, run_daily]).toEqual([
      sum,
      sum,
      sum,
      sum,
      sum,
      sum,
    ]);
  });

  it('stores a container without booking it', async () => {
    const outcome = await store.commit(batch([call(1, 1, { role: 'container', containerRule: 'invoke_agent' })]));
    expect(outcome).toMatchObject({ calls: [{ charge: 'container', known: false }] });
    expect((await totals(place.database))['ledger']).toEqual({ calls: '0', cost: '0' });
  });

  it('counts a call without a price as unpriced, at no cost', async () => {
    await store.commit(batch([call(1, 1, { price: { status: 'unpriced', reason: 'unknown_model' } }), call(1, 2)]));
    const rows = await place.database.query(
      'select calls, unpriced_calls, cost_usd::text from tollgate_data.rollup_daily',
    );
    expect(rows).toEqual([{ calls: '2', unpriced_calls: '1', cost_usd: '0.003500000000000' }]);
  });

  it('takes agent, endpoint and tags from spans of the same export', async () => {
    const root = skeleton(1, 1, { own: { ...nobody, endpoint: '/chat', tags: { team: 'a' } } });
    const agent = skeleton(1, 2, { parentSpanId: root.spanId, own: { ...nobody, agent: 'bot' } });
    await store.commit(
      batch([call(1, 3, { parentSpanId: agent.spanId, own: { ...nobody, user: 'u1' } })], [agent, root]),
    );
    expect(await attribution()).toEqual([
      {
        span: '0000000000000003',
        agent: 'bot',
        agent_rule: 'ancestor',
        user_id: 'u1',
        user_rule: 'span',
        endpoint: '/chat',
        tags: { team: 'a' },
      },
    ]);
  });

  it('takes them from spans and containers of earlier exports, the day before included', async () => {
    const root = skeleton(1, 1, {
      startUnixNano: START_NANO - 23n * HOUR_NANO,
      own: { ...nobody, user: 'u1', endpoint: '/chat' },
    });
    const container = call(1, 2, {
      role: 'container',
      containerRule: 'invoke_agent',
      parentSpanId: root.spanId,
      own: { ...nobody, agent: 'bot', tags: { team: 'a' } },
    });
    await store.commit(batch([], [root]));
    await store.commit(batch([container]));
    await store.commit(batch([call(1, 3, { parentSpanId: container.spanId })]));
    expect((await attribution())[1]).toEqual({
      span: '0000000000000003',
      agent: 'bot',
      agent_rule: 'ancestor',
      user_id: 'u1',
      user_rule: 'root',
      endpoint: '/chat',
      tags: { team: 'a' },
    });
  });

  it('never looks for ancestors at another tenant', async () => {
    await store.commit(batch([], [skeleton(1, 1, { own: { ...nobody, agent: 'bot' } })], 'other'));
    await store.commit(batch([call(1, 2, { parentSpanId: skeleton(1, 1).spanId })]));
    expect(await attribution()).toMatchObject([{ agent: null, agent_rule: null }]);
  });

  it('ends on a loop of parents', async () => {
    const one = skeleton(1, 1, { parentSpanId: skeleton(1, 2).spanId });
    const two = skeleton(1, 2, { parentSpanId: one.spanId });
    await store.commit(batch([call(1, 3, { parentSpanId: one.spanId })], [one, two]));
    expect(await attribution()).toMatchObject([{ agent: null }]);
  });

  it('keeps the fixed agent of a key', async () => {
    await store.commit({ ...batch([call(1, 1, { own: { ...nobody, agent: 'claimed' } })]), keyAgent: 'fixed' });
    expect(await attribution()).toMatchObject([{ agent: 'fixed', agent_rule: 'key' }]);
  });

  it('lets a fuller copy replace a call, books the old charge back, and shrinks what the session had seen', async () => {
    const first = call(1, 1, { own: { ...nobody, session: 's1' } });
    const later = call(1, 2, { startUnixNano: START_NANO + HOUR_NANO, own: { ...nobody, session: 's1' } });
    const fuller = { ...later, own: { ...nobody, session: 's2', user: 'u1' } };
    await store.commit(batch([first, later]));
    expect(await store.commit(batch([fuller]))).toMatchObject({ calls: [{ charge: 'charged', known: false }] });
    expect(await store.commit(batch([later]))).toMatchObject({ calls: [{ charge: 'charged', known: true }] });
    const entries = await place.database.query(
      `select entry_no, reason, session_id, calls::int from tollgate_data.ledger where span_id = '\\x0000000000000002' order by entry_no`,
    );
    expect(entries).toEqual([
      { entry_no: 0, reason: 'charge', session_id: 's1', calls: 1 },
      { entry_no: 1, reason: 'replaced', session_id: 's1', calls: -1 },
      { entry_no: 2, reason: 'replaced', session_id: 's2', calls: 1 },
    ]);
    const sessions = await place.database.query(
      `select session_id, calls::int, extract(hour from last_seen)::int as hour from tollgate_data.session_daily order by 1`,
    );
    expect(sessions).toEqual([
      { session_id: 's1', calls: 1, hour: 10 },
      { session_id: 's2', calls: 1, hour: 11 },
    ]);
    expect((await audit(place.database)).differences).toEqual([]);
  });

  it('keeps names that PostgreSQL cannot hold from failing an export', async () => {
    const odd = { ...nobody, agent: 'a\0b', user: '\ud800', session: 's'.repeat(256), tags: { 'k\0': '\udc00' } };
    await store.commit(batch([call(1, 1, { own: odd, durationNano: 2n ** 64n - 1n, name: 'n'.repeat(100_000) })]));
    expect(await attribution()).toMatchObject([
      { agent: 'a\uFFFDb', user_id: '\uFFFD', tags: { 'k\uFFFD': '\uFFFD' } },
    ]);
    expect((await audit(place.database)).differences).toEqual([]);
  });

  it('fails a batch that the database refuses alone, without the others of its group', async () => {
    const bad = call(9, 9, { parentSpanId: 'not hexadecimal', usage: { ...call(1, 1).usage, output: 2 ** 80 } });
    const outcomes = await Promise.allSettled(
      [batch([call(1, 1)]), batch([bad], [], 'bad'), batch([call(1, 2)])].map((each) => store.commit(each)),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await totals(place.database))['ledger']).toEqual({ calls: '2', cost: '0.007' });
  });

  it('refuses with a time to come again when too much waits, and takes it later', async () => {
    const narrow = createStore(place.database, { settleDelayMs: 60_000, queuedSpansMax: 2 });
    const waiting = narrow.commit(batch([call(1, 1), call(1, 2)]));
    await expect(narrow.commit(batch([call(1, 3)]))).rejects.toMatchObject({
      code: 'overloaded',
      retryAfterSeconds: 2,
    });
    await waiting;
    await narrow.flush();
    await narrow.commit(batch([call(1, 3), call(1, 4), call(1, 5)]));
    await narrow.close();
    await expect(narrow.commit(batch([call(1, 6)]))).rejects.toMatchObject({ code: 'shutting_down' });
    expect((await totals(place.database))['ledger']).toEqual({ calls: '5', cost: '0.0175' });
  });

  it('writes batches that arrive while a transaction is in flight together', async () => {
    let transactions = 0;
    const counted: Database = {
      ...place.database,
      transaction: (work) => ((transactions += 1), place.database.transaction(work)),
    };
    const counting = createStore(counted, { settleDelayMs: 60_000 });
    await counting.commit(batch([call(1, 0)]));
    transactions = 0;
    await Promise.all(
      Array.from({ length: UNTIL_IN_FLIGHT }, (_, number) => counting.commit(batch([call(2, number + 1)]))),
    );
    expect(transactions).toBe(1);
    await counting.close();
  });
});
