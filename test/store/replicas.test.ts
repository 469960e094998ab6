import { describe, expect, it } from 'vitest';
import { audit } from '../../processor/store/audit.ts';
import { createStore } from '../../processor/store/createStore.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { chat, plain } from '../charging/settle.ts';
import { openTestDatabase } from '../support/database.ts';
import { batch, call, HOUR_NANO, nobody, START_NANO } from './samples.ts';
import { totals } from './totals.ts';

const CALLS = 300;
const REPLICAS = 3;
const BATCH = 15;

describe.each(['postgres15', 'postgres18'] as const)('replicas on one %s', (kind) => {
  it('count each call once when all of them get all of it at the same time, in other orders and with fuller copies', async () => {
    await using place = await openTestDatabase(kind);
    const days = [0n, 24n * HOUR_NANO, 48n * HOUR_NANO];
    const calls = Array.from({ length: CALLS }, (_, number) =>
      call((number % 7) + 1, number + 1, {
        startUnixNano: START_NANO - (days[number % days.length] ?? 0n) + BigInt(number) * 1_000_000n,
        own: { ...nobody, session: `s${number % 5}` },
      }),
    );
    const fuller = calls.map((each, number) =>
      number % 3 === 0 ? { ...each, own: { ...each.own, user: `u${number % 2}`, session: `t${number % 4}` } } : each,
    );
    const replicas = await Promise.all(
      Array.from({ length: REPLICAS }, async () => {
        const database = await openDatabase({ databaseUrl: place.url, dataDir: '' });
        return { database, store: createStore(database, { settleDelayMs: 60_000 }) };
      }),
    );
    const shares = replicas.map((_, replica) => {
      const all = [...calls, ...fuller];
      const turned = replica % 2 === 0 ? all : all.reverse();
      return [...turned.slice(replica * 97), ...turned.slice(0, replica * 97)];
    });
    await Promise.all(
      replicas.map(async ({ store }, replica) => {
        const share = shares[replica] ?? [];
        for (let start = 0; start < share.length; start += BATCH) {
          await Promise.all([0, 5, 10].map((from) => store.commit(batch(share.slice(start + from, start + from + 5)))));
        }
      }),
    );
    for (const { store, database } of replicas) {
      await store.close();
      await database.close();
    }
    // 300 calls of 0.0035 USD are 1.05 USD.
    const sum = { calls: '300', cost: '1.05' };
    expect(new Set(Object.values(await totals(place.database)).map((each) => JSON.stringify(each)))).toEqual(
      new Set([JSON.stringify(sum)]),
    );
    expect((await audit(place.database)).differences).toEqual([]);
    const [users] = await place.database.query(
      `select count(*)::int as count from tollgate_data.calls where user_id is not null`,
    );
    expect(users).toEqual({ count: 100 });
  });

  it('settle traces that are spread among them, in turn and without a deadlock, whatever ids the traces share', async () => {
    await using place = await openTestDatabase(kind);
    const conversations = 12;
    const answers = 10;
    const batches = Array.from({ length: conversations }, (_, conversation) => {
      const trace = conversation + 1;
      const root = plain(1, { trace, own: { user: `u${trace}`, agent: 'bot' }, lasts: 60_000 });
      const answered = Array.from({ length: answers }, (__, place_) => {
        const id = { responseId: `chatcmpl-${trace}-${place_}-0123456789` };
        const from = place_ * 5000;
        const client = chat(10 + place_, { trace, below: 1, from }, { scope: 'sdk', ...id, lossy: true });
        // A gateway that starts a trace of its own for every second call, and else continues the application's.
        const inside = place_ % 2 === 0 ? { trace, below: 10 + place_ } : { trace: trace * 1000 + place_ };
        const served = chat(
          100 + place_,
          { ...inside, from: from + 5, lasts: 900 },
          { scope: 'gw', service: 'gw', kind: 2, ...id },
        );
        return [batch([client]), batch([served])];
      });
      return [...answered.flat(), batch([], [root])];
    }).flat();
    const replicas = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const database = await openDatabase({ databaseUrl: place.url, dataDir: '' });
        return { database, store: createStore(database, { settleDelayMs: 60_000, spansPerGroup: 7 }) };
      }),
    );
    // A step of 97 through the list scatters each trace, the same in every run.
    const scattered = batches.map((_, place_) => batches[(place_ * 97) % batches.length] ?? batch([]));
    await Promise.all(scattered.map(async (each, place_) => replicas[place_ % replicas.length]?.store.commit(each)));
    for (const { store, database } of replicas) {
      await store.close();
      await database.close();
    }
    const charged = await place.database.query(
      `select agent, user_id, count(*)::int as calls from tollgate_data.calls where charge = 'charged' group by 1, 2 order by length(user_id), 2`,
    );
    expect(charged).toEqual(
      Array.from({ length: conversations }, (_, place_) => ({
        agent: 'bot',
        user_id: `u${place_ + 1}`,
        calls: answers,
      })),
    );
    expect((await audit(place.database)).differences).toEqual([]);
    expect(
      await place.database.query(
        'select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()',
      ),
    ).toEqual([{ deadlocks: 0 }]);
  });
});
