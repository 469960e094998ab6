import { describe, expect, it } from 'vitest';
import type { Database } from '../../processor/store/database.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { chat, plain } from '../charging/settle.ts';
import { asking } from '../gate/gates.ts';
import { ago, budget } from '../store/gateIngest.ts';
import { storeKinds } from '../support/database.ts';
import { placesOf, strangeHashes, sumsWithoutUsers } from './dump.ts';
import { ADA, type Erasing, openErasing, openProcess, TENANT } from './erasing.ts';

const HOUR_MS = 3_600_000;
const budgets = [
  budget('by-user', { per: ['user'] }),
  budget('rolling', { per: ['user'], window: { kind: 'rolling', ms: HOUR_MS } }),
];

/** Three traces, of which one spans two days, and a reservation. */
async function fill(place: Erasing): Promise<void> {
  await place.commit([
    chat(1, { own: { user: ADA } }, ago(1000)),
    chat(2, { trace: 2, own: { user: 'bob' } }, ago(1000)),
  ]);
  await place.commit(
    [chat(2, { trace: 3, below: 1 }, ago(1000)), chat(3, { trace: 3, below: 8 }, ago(25 * HOUR_MS))],
    [{ ...plain(1, { trace: 3, own: { user: ADA } }), ...ago(26 * HOUR_MS) }],
  );
  await place.gate.decide(asking({ subject: { user: ADA } }), null);
}

/** Works for so many transactions; nothing reaches the store from then on, as after a crash. */
function crashingAfter(database: Database, transactions: number): Database {
  let left = transactions;
  const alive = (): void => {
    if (left <= 0) throw new Error('crashed');
  };
  return {
    ...database,
    query: async (text, values) => {
      alive();
      return database.query(text, values);
    },
    transaction: async (work) => {
      alive();
      left -= 1;
      return database.transaction(work);
    },
  };
}

async function idOf(database: Database): Promise<string | null> {
  const [row] = await database.query<{ erased_as: string }>('select erased_as from tollgate_data.erasures');
  return row?.erased_as ?? null;
}

/** The process that held it is gone for longer than another one waits. */
async function forgetHolder(database: Database): Promise<void> {
  await database.query(`update tollgate_data.erasures set held_until = now() - interval '1 second'`);
}

describe.each(storeKinds)('an erasure on %s', { timeout: 300_000 }, (kind) => {
  it('goes on after a crash anywhere with the same id, and the books close in between', async () => {
    await using place = await openErasing(kind, { budgets });
    const { database } = place;
    await fill(place);
    const sums = await sumsWithoutUsers(database);
    let crashes = 0;
    let erasedAs: string | null = null;
    for (let transactions = 1; transactions === 1 || erasedAs !== null; transactions += 1) {
      const seen = (of: Database): Database => crashingAfter(of, transactions);
      await using crashing = await openProcess(database, { budgets, seen });
      await crashing.erase().catch(() => undefined);
      const left = await idOf(database);
      if (erasedAs !== null && left !== null) expect(left).toBe(erasedAs);
      if (left === null) break;
      erasedAs = left;
      crashes += 1;
      if (kind !== 'embedded') expect(await place.differences()).toEqual([]);
      await forgetHolder(database);
    }
    expect(crashes).toBeGreaterThan(3);
    expect(await placesOf(database, ADA)).toEqual([]);
    expect(await strangeHashes(database)).toEqual([]);
    expect(await sumsWithoutUsers(database)).toEqual(sums);
    const users = await database.query('select distinct user_id from tollgate_data.calls where user_id <> $1', ['bob']);
    expect(users).toEqual([{ user_id: erasedAs }]);
    expect(await place.differences()).toEqual([]);
  });

  it('that was stopped goes on when the next process starts, without being asked', async () => {
    await using place = await openErasing(kind, { budgets });
    const { database } = place;
    await fill(place);
    {
      const seen = (of: Database): Database => crashingAfter(of, 2);
      await using crashing = await openProcess(database, { budgets, seen });
      await expect(crashing.erase()).rejects.toMatchObject({ code: 'store_unavailable', retryAfterSeconds: 60 });
      expect(crashing.faults).not.toEqual([]);
    }
    await forgetHolder(database);
    const erasedAs = await idOf(database);
    await using next = await openProcess(database, { budgets, resumeMs: 10 });
    await expect.poll(() => idOf(database), { timeout: 30_000 }).toBeNull();
    expect(next.faults).toEqual([]);
    expect(await placesOf(database, ADA)).toEqual([]);
    const users = await database.query('select distinct user_id from tollgate_data.spans');
    expect(users).toEqual([{ user_id: erasedAs }]);
  });

  it('that is stopped lets go at once, and who waits for it is told', async () => {
    await using place = await openErasing(kind, { budgets });
    const { database } = place;
    await fill(place);
    {
      const stopping: { now?: () => Promise<void> } = {};
      const seen = (of: Database): Database => ({
        ...of,
        transaction: async (work) => {
          void stopping.now?.();
          return of.transaction(work);
        },
      });
      await using stopped = await openProcess(database, { budgets, seen });
      stopping.now = () => stopped.erasures.stop();
      await expect(stopped.erase()).rejects.toMatchObject({ code: 'store_unavailable' });
      expect(stopped.faults).toEqual([]);
    }
    const held = await database.query('select held_until from tollgate_data.erasures');
    expect(held).toEqual([{ held_until: null }]);
    await using next = await openProcess(database, { budgets, resumeMs: 10 });
    await expect.poll(() => idOf(database), { timeout: 60_000 }).toBeNull();
    expect(next.faults).toEqual([]);
    expect(await placesOf(database, ADA)).toEqual([]);
  });

  it('is one, however often and wherever it is asked for, and then there is nobody', async () => {
    await using place = await openErasing(kind, { budgets });
    await fill(place);
    const other = place.url === undefined ? null : await openDatabase({ databaseUrl: place.url, dataDir: '' });
    {
      await using replica = await openProcess(other ?? place.database, { budgets });
      const answers = await Promise.all([place.erase(), place.erase(), replica.erase()]);
      expect(new Set(answers.map(({ user }) => user)).size).toBe(1);
      expect(answers.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    }
    await other?.close();
    await expect(place.erase()).rejects.toMatchObject({ code: 'not_found' });
    await expect(place.erase('nobody')).rejects.toMatchObject({ code: 'not_found' });
    await expect(place.erase('(none)')).rejects.toMatchObject({ code: 'not_found' });
    expect(await place.differences()).toEqual([]);
    expect(
      await place.database.query(`select 1 as one from tollgate_data.audit_log where action = 'user.erase'`),
    ).toHaveLength(1);
  });

  it('that takes long is answered while it runs, and touches no other tenant', async () => {
    await using place = await openErasing(kind, { budgets, waitMs: 0 });
    const { database } = place;
    await fill(place);
    await place.commit([chat(1, { own: { user: ADA } })], [], 'globex');
    const { user, state, rows } = await place.erase();
    expect({ state, rows }).toEqual({ state: 'running', rows: null });
    await expect.poll(() => idOf(database), { timeout: 30_000 }).toBeNull();
    const users = await database.query(
      'select tenant, user_id from tollgate_data.session_daily group by 1, 2 order by 1, 2',
    );
    expect(users).toEqual(
      [
        { tenant: TENANT, user_id: 'bob' },
        { tenant: TENANT, user_id: user },
        { tenant: 'globex', user_id: ADA },
      ].toSorted((one, two) => (JSON.stringify(one) < JSON.stringify(two) ? -1 : 1)),
    );
    expect(await place.differences()).toEqual([]);
  });
});
