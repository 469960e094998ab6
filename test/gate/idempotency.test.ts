import { describe, expect, it } from 'vitest';
import type { Database } from '../../processor/store/database.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { TollgateError } from '../../src/errors.ts';
import { storeKinds } from '../support/database.ts';
import { openCommitDropper } from './commitDropper.ts';
import {
  ASKER,
  asking,
  counterOf,
  makeBudget,
  openGateAt,
  openGates,
  somebody,
  TENANT,
  usageOf,
  usd,
} from './gates.ts';

async function countOf(database: Database, table: 'reservations' | 'approvals'): Promise<number> {
  const [row] = await database.query<{ count: string }>(`select count(*) as count from tollgate_data.${table}`);
  return Number(row?.count);
}

const asked = asking({ key: 'k', hash: 'aa' });
const final = { usage: usageOf(10), model: null, final: true, serviceTier: null };
const twoCalls = makeBudget({ limit: { unit: 'calls', amount: 2n } });

describe.each(storeKinds)('an idempotency key on %s', (kind) => {
  it('gets the same answer again while its reservation lives, and reserves once', async () => {
    await using place = await openGates(kind, [makeBudget()]);
    const [gate] = place.gates;
    const first = await gate.decide(asked, null);
    expect(await gate.decide(asked, null)).toEqual(first);
    await gate.settle(ASKER, first.decisionId, { ...final, final: false });
    expect(await gate.decide(asked, null)).toEqual(first);
    const { renewed } = await gate.renew(ASKER, [first.decisionId]);
    expect(await gate.decide(asked, null)).toEqual({ ...first, expiresAtMicros: renewed[0]?.expiresAtMicros });
    expect(await countOf(place.database, 'reservations')).toBe(1);
  });

  it('is refused another body while its reservation lives, in the same batch too', async () => {
    await using place = await openGates(kind, [makeBudget()]);
    const [gate] = place.gates;
    const other = asking({ key: 'k', hash: 'bb' });
    const [one, two] = await Promise.allSettled([gate.decide(asked, null), gate.decide(other, null)]);
    expect(one.status).toBe('fulfilled');
    expect(two).toMatchObject({ status: 'rejected', reason: { code: 'conflict' } });
    await expect(gate.decide(other, null)).rejects.toMatchObject({ code: 'conflict' });
    expect(await counterOf(place.database)).toMatchObject({ reserved: '0.0035' });
  });

  it('is asked anew when its reservation has ended, whichever way', async () => {
    await using place = await openGates(kind, [makeBudget()]);
    const { database, gates } = place;
    const [gate] = gates;
    const ends = [
      (id: string) => gate.settle(ASKER, id, final),
      (id: string) => gate.settle(ASKER, id, { released: true }),
      () => database.query(`update tollgate_data.reservations set expires_at = decided_at`),
    ];
    const ids = new Set<string>();
    for (const [index, end] of ends.entries()) {
      // Another body than before: the key is free.
      const { decisionId } = await gate.decide(asking({ key: 'k', hash: `0${index}` }), null);
      ids.add(decisionId);
      await end(decisionId);
    }
    ids.add((await gate.decide(asked, null)).decisionId);
    expect(ids.size).toBe(4);
    expect(await countOf(database, 'reservations')).toBe(4);
  });

  it('is asked anew after a refusal', async () => {
    await using place = await openGates(kind, [twoCalls]);
    const [gate] = place.gates;
    const first = await gate.decide(asking(), null);
    await gate.decide(asking(), null);
    expect((await gate.decide(asked, null)).effect).toBe('deny');
    await gate.settle(ASKER, first.decisionId, { released: true });
    expect((await gate.decide(asked, null)).effect).toBe('allow');
  });

  it('is another one for another tenant', async () => {
    await using place = await openGates(kind, [makeBudget()]);
    const [gate] = place.gates;
    const mine = await gate.decide(asked, null);
    const theirs = await gate.decide({ ...asked, tenant: 'other', requestHash: 'bb' }, null);
    expect(theirs.decisionId).not.toBe(mine.decisionId);
  });

  it('reserves once, however many ask at once at however many replicas', async () => {
    await using place = await openGates(kind, [makeBudget()], { count: 4 });
    const { database, gates } = place;
    const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
    const answers = await Promise.all(
      gates.flatMap((gate, index) =>
        // In another order at each replica.
        [...keys.slice(index * 5), ...keys.slice(0, index * 5)].flatMap((key) =>
          [1, 2].map(async () => [key, (await gate.decide(asking({ key }), null)).decisionId] as const),
        ),
      ),
    );
    const ids = new Map(keys.map((key) => [key, new Set<string>()]));
    for (const [key, id] of answers) ids.get(key)?.add(id);
    expect([...ids.values()].map(({ size }) => size)).toEqual(keys.map(() => 1));
    expect(await countOf(database, 'reservations')).toBe(20);
    expect(await counterOf(database)).toMatchObject({ reserved: '0.07' });
  });

  it('that waits for a person waits once, and finds the reservation when it was approved', async () => {
    const budget = makeBudget({ limit: { unit: 'calls', amount: 1n }, onExceed: 'require_approval' });
    await using place = await openGates(kind, [budget], { count: 4 });
    const { database, gates } = place;
    const [gate] = gates;
    await gate.decide(asking(), null);
    const answers = await Promise.all([...gates, ...gates].map((each) => each.decide(asked, null)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await countOf(database, 'approvals')).toBe(1);
    await expect(gate.decide(asking({ key: 'k', hash: 'bb' }), null)).rejects.toMatchObject({ code: 'conflict' });
    const approved = await gate.approve(TENANT, answers[0]?.decisionId ?? '', {
      approve: true,
      actor: somebody,
      note: null,
    });
    expect(await gate.decide(asked, null)).toEqual(approved);
    expect(await counterOf(database)).toMatchObject({ reserved: '2' });
  });
});

const lost = new TollgateError('store_unavailable', 'The store cannot be reached: Connection terminated', {
  retryAfterSeconds: 5,
});

/** A connection that is lost after the commit and before its answer, the first `times` times. */
function losingAnswers(database: Database, times: number): Database {
  let left = times;
  return {
    ...database,
    transaction: async (work) => {
      const result = await database.transaction(work);
      if (left > 0) {
        left -= 1;
        throw lost;
      }
      return result;
    },
  };
}

describe.each(storeKinds)('a commit that nobody confirmed on %s', (kind) => {
  it('is found by the ids of its decisions: what it reserved stands, once', async () => {
    await using place = await openGates(kind, [twoCalls], { seen: (database) => losingAnswers(database, 3) });
    const { database, gates } = place;
    const [gate] = gates;
    const decisions = await Promise.all([1, 2, 3].map(() => gate.decide(asking(), null)));
    expect(decisions.map(({ effect }) => effect)).toEqual(['allow', 'allow', 'deny']);
    expect(await countOf(database, 'reservations')).toBe(2);
    expect(await counterOf(database)).toMatchObject({ reserved: '2' });
    for (const each of decisions.slice(0, 2)) expect(await gate.find(ASKER, each.decisionId)).toEqual(each);
  });

  it('is found for settlements, approvals and keys too', async () => {
    const budget = makeBudget({ limit: { unit: 'calls', amount: 1n }, onExceed: 'require_approval' });
    await using place = await openGates(kind, [budget], { seen: (database) => losingEvery(database) });
    const { database, gates } = place;
    const [gate] = gates;
    const first = await gate.decide(asked, null);
    expect(await gate.decide(asked, null)).toEqual(first);
    const waiting = await gate.decide(asking(), null);
    expect(await countOf(database, 'approvals')).toBe(1);
    const approved = await gate.approve(TENANT, waiting.decisionId, { approve: true, actor: somebody, note: null });
    expect(approved).toMatchObject({ decisionId: waiting.decisionId, effect: 'allow' });
    expect(await counterOf(database)).toMatchObject({ reserved: '2' });
    expect(await gate.settle(ASKER, first.decisionId, final)).toEqual({ costFemtoUsd: usd('0.0026') });
    expect(await counterOf(database)).toMatchObject({ spent: '1', reserved: '1', overrun: '0' });
  });

  it('is given up in the end, and what may stand expires', async () => {
    await using place = await openGates(kind, [twoCalls], { seen: (database) => losingAnswers(database, 5) });
    const { database, gates } = place;
    const [gate] = gates;
    await expect(gate.decide(asked, null)).rejects.toMatchObject({ code: 'store_unavailable', retryAfterSeconds: 5 });
    // Whoever asks again under the key finds it.
    const found = await gate.decide(asked, null);
    expect(found.effect).toBe('allow');
    expect(await countOf(database, 'reservations')).toBe(1);
  });
});

/** Every first attempt loses its answer. */
function losingEvery(database: Database): Database {
  let count = 0;
  return {
    ...database,
    transaction: async (work) => {
      const result = await database.transaction(work);
      count += 1;
      if (count % 2 === 1) throw lost;
      return result;
    },
  };
}

describe.each(['postgres15', 'postgres18'] as const)('connections that break after a commit on %s', (kind) => {
  it('make nothing twice, and nobody is told that it failed', async () => {
    await using place = await openGates(kind, [makeBudget()]);
    await using dropper = await openCommitDropper(place.url ?? '');
    const { gate, database } = await openGateAt(dropper.url);
    for (let round = 0; round < 10; round += 1) {
      const decisions = await Promise.all([1, 2, 3].map(() => gate.decide(asking(), null)));
      for (const { effect } of decisions) expect(effect).toBe('allow');
      const [released, ...used] = decisions;
      const settled = used.map(({ decisionId }) => gate.settle(ASKER, decisionId, final));
      await Promise.all([...settled, gate.settle(ASKER, released?.decisionId ?? '', { released: true })]);
    }
    await gate.close();
    await database.close();
    expect(dropper.dropped()).toBe(20);
    expect(await countOf(place.database, 'reservations')).toBe(30);
    // 20 × 0.0026.
    expect(await counterOf(place.database)).toMatchObject({ spent: '0.052', reserved: '0', overrun: '0' });
  });
});

const ROUNDS = 30;
const CALLS_A_ROUND = 60;

describe.each(['postgres15', 'postgres18'] as const)('connections that are killed at any instant on %s', (kind) => {
  it('lose no reservation that was answered, and make none twice', async () => {
    await using place = await openGates(kind, [makeBudget({ limit: { unit: 'calls', amount: 1_000_000n } })], {
      count: 3,
    });
    const { database, gates } = place;
    await using killer = await openKiller(place.url);
    const answered: string[] = [];
    let failed = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const calls = Array.from({ length: CALLS_A_ROUND }, async (_, index) => {
        const gate = gates[index % gates.length] ?? gates[0];
        try {
          const subject = { user: `${round}-${index}` };
          answered.push((await gate.decide(asking({ subject }), null)).decisionId);
        } catch (fault) {
          expect(fault).toMatchObject({ code: 'store_unavailable' });
          failed += 1;
        }
      });
      await Promise.all([...calls, killer.killAll()]);
    }
    expect(answered.length + failed).toBe(ROUNDS * CALLS_A_ROUND);
    expect(answered.length).toBeGreaterThan(0);
    const rows = await database.query<{ id: string; user_id: string }>(
      'select id, user_id from tollgate_data.reservations',
    );
    const kept = new Set(rows.map(({ id }) => id));
    expect(answered.filter((id) => !kept.has(id))).toEqual([]);
    // One for each call: a batch that was run again under its ids reserved nothing a second time.
    expect(new Set(rows.map(({ user_id }) => user_id)).size).toBe(rows.length);
    expect(await counterOf(database)).toMatchObject({ reserved: String(rows.length), spent: '0' });
  });
});

interface Killer extends AsyncDisposable {
  /** Ends every other connection that is in a transaction, some times, each time at once. */
  killAll(): Promise<void>;
}

async function openKiller(databaseUrl: string | undefined): Promise<Killer> {
  const own = await openDatabase({ databaseUrl, dataDir: '' });
  const sql = `select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`;
  return {
    async killAll() {
      for (let time = 0; time < 3; time += 1) await own.query(sql);
    },
    [Symbol.asyncDispose]: () => own.close(),
  };
}
