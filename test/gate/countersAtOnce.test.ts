import { describe, expect, it } from 'vitest';
import type { Queries } from '../../processor/store/database.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { faultCode } from '../../processor/store/storeFault.ts';
import { openTestDatabase } from '../support/database.ts';
import { budget, Counting, facts, inForce, NOON, spent, stored } from './counting.ts';

const REPLICAS = 4;
const TRANSACTIONS = 40;
const USERS = 30;

/** A fixed sequence that looks random (a linear congruential generator, as in Numerical Recipes). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe.each(['postgres15', 'postgres18'] as const)('counters of replicas on one %s', (kind) => {
  it('lose and double nothing, and never wait in a ring, whoever makes them', async () => {
    await using place = await openTestDatabase(kind);
    const budgets = [
      inForce({ id: 1, budget: budget({ per: ['user'] }) }),
      inForce({ id: 2, budget: budget({ per: ['agent'], window: { kind: 'rolling', ms: 60_000 } }) }),
      inForce({ id: 3, budget: budget({ window: { kind: 'month' } }) }),
    ];
    const faults: (string | null)[] = [];
    const posted = new Map<string, number>();
    const work = Array.from({ length: REPLICAS }, async (_, replica) => {
      const database = await openDatabase({ databaseUrl: place.url, dataDir: '' });
      const counting = new Counting(database, budgets);
      const next = random(replica + 1);
      for (let transaction = 0; transaction < TRANSACTIONS; transaction += 1) {
        const postings = Array.from({ length: 1 + next(8) }, () => {
          const user = `u${next(USERS)}`;
          return spent(1 + next(9), { facts: facts({ user, agent: `a${next(3)}` }) });
        });
        await counting.post(postings, NOON).catch((fault: unknown) => faults.push(faultCode(fault)));
        for (const { posting } of postings) {
          const { user } = posting.facts;
          posted.set(`${user}`, (posted.get(`${user}`) ?? 0) + Number(posting.spent.femtoUsd / 10n ** 15n));
        }
      }
      await database.close();
    });
    await Promise.all(work);
    expect(faults).toEqual([]);
    const found = await stored(place.database);
    const users = found.filter(({ key }) => 'user' in key);
    expect(new Map(users.map(({ key, spent: usd }) => [key['user'], usd]))).toEqual(posted);
    const sum = [...posted.values()].reduce((total, usd) => total + usd, 0);
    const agents = found.filter(({ key }) => 'agent' in key);
    expect(agents.reduce((total, { spent: usd }) => total + usd, 0)).toBe(sum);
    expect(found.filter(({ key }) => Object.keys(key).length === 0)).toMatchObject([{ spent: sum }]);
  });

  it('are seen as another transaction left them by one that waited for it', async () => {
    await using place = await openTestDatabase(kind);
    const counting = new Counting(place.database);
    await counting.post([spent(1)]);
    let second: Promise<unknown> = Promise.resolve();
    await place.database.transaction(async (client) => {
      const counters = await counting.lock(client, [spent(2).posting], NOON);
      counters.apply(spent(2));
      second = counting.post([spent(4)]);
      await waitForWaiter(place.database);
      await counters.write(client);
    });
    await second;
    expect(await stored(place.database)).toMatchObject([{ spent: 7 }]);
  });
});

async function waitForWaiter(client: Queries): Promise<void> {
  for (;;) {
    const waiting = await client.query(
      `select 1 as one from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (waiting.length > 0) return;
  }
}
