import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Alerts } from '../../processor/alerts/alerts.ts';
import { createPolicyStore, type PolicyStore } from '../../processor/gate/policyStore.ts';
import { Windows } from '../../processor/gate/windows.ts';
import { createStore, type Store } from '../../processor/store/createStore.ts';
import type { Database } from '../../processor/store/database.ts';
import type { Budget } from '../../src/policy/budget.ts';
import { batch, call } from '../store/samples.ts';
import { storeKinds } from '../support/database.ts';
import { budget, FEMTO } from './counting.ts';
import { ASKER, asking, type Gates, nobody, openGates, TENANT, usageOf } from './gates.ts';
import { recount } from './recount.ts';

const MONTH: Budget['window'] = { kind: 'rolling', ms: 30 * 86_400_000 };
const ample = { unit: 'usd', amount: 1_000_000n * FEMTO } as const;
const wide = budget({ name: 'wide', window: MONTH, limit: ample });

/** Each of them makes counters anew, or takes some away. */
const changes: readonly ((policies: PolicyStore) => Promise<unknown>)[] = [
  (policies) => policies.put(TENANT, { ...wide, per: ['agent'] }, nobody),
  (policies) => policies.put(TENANT, budget({ name: 'new', window: { kind: 'run' }, limit: ample }), nobody),
  (policies) => policies.put(TENANT, { ...wide, match: { agent: 'a1' }, window: { kind: 'day' } }, nobody),
  (policies) => policies.syncFile([budget({ name: 'filed', source: 'file', per: ['model'], limit: ample })]),
  (policies) => policies.remove(TENANT, 'new', nobody),
  (policies) => policies.put(TENANT, { ...wide, limit: { unit: 'tokens', amount: 10n ** 12n } }, nobody),
  (policies) => policies.put(TENANT, { ...wide, window: { kind: 'hour' }, lostCalls: 'release' }, nobody),
  (policies) => policies.syncFile([]),
];

interface Made {
  decisions: number;
  calls: number;
}

/** Asks, and settles three of four; a call for every decision arrives as a span, some of them twice and for another agent. */
async function callRepeatedly(
  gates: Gates,
  store: Store,
  trace: number,
  made: Made,
  isOver: () => boolean,
): Promise<void> {
  for (let number = 1; !isOver(); number += 1) {
    const [gate] = gates.gates;
    const agent = `a${number % 3}`;
    const asked = asking({ subject: { agent }, call: { runId: `${trace}`.padStart(32, '0') } });
    const { decisionId } = await gate.decide(asked, null);
    made.decisions += 1;
    const settlement = { usage: usageOf(100), model: null, final: number % 2 === 0, serviceTier: null };
    if (number % 4 !== 0) await gate.settle(ASKER, decisionId, settlement);
    const span = call(trace, number, {
      startUnixNano: BigInt(Date.now()) * 1_000_000n,
      reservationId: number % 5 === 0 ? null : decisionId,
      own: { ...call(1, 1).own, agent },
    });
    await store.commit(batch([span]));
    made.calls += 1;
    // The embedded store answers without ever letting a timer fire.
    await nextTurn();
    if (number % 3 === 0) await store.commit(batch([{ ...span, own: { ...span.own, agent: 'later', user: 'u' } }]));
  }
}

/** Resolves when so many more calls have been booked. */
async function more(made: Readonly<Made>, calls: number): Promise<void> {
  const until = made.calls + calls;
  while (made.calls < until) await sleep(5);
}

function storeOf(database: Database): Store {
  const windows = new Windows();
  const budgets = { policies: createPolicyStore(database, windows), windows, alerts: new Alerts([]) };
  return createStore(database, { settleDelayMs: 60_000, budgets });
}

describe.each(storeKinds)('budgets that change while calls are decided and booked, in %s', (kind) => {
  it('are after each change what calls and reservations add up to', async () => {
    await using gates = await openGates(kind, [wide], { count: 1 });
    const { database } = gates;
    const policies = createPolicyStore(database, new Windows());
    const stores = [storeOf(database), storeOf(database)];
    const made: Made = { decisions: 0, calls: 0 };
    let isOver = false;
    const traffic = (kind === 'embedded' ? [1, 2] : [1, 2, 3, 4]).map((trace) =>
      callRepeatedly(gates, stores[trace % 2] ?? storeOf(database), trace, made, () => isOver),
    );
    const found = [];
    try {
      for (const change of changes) {
        await Promise.race([more(made, 4), ...traffic]);
        await change(policies);
        found.push(await recount(database));
        await Promise.race([more(made, 2), ...traffic]);
        found.push(await recount(database));
      }
    } finally {
      isOver = true;
      await Promise.all(traffic);
    }
    for (const store of stores) await store.close();
    found.push(await recount(database));
    expect(found.map(({ differences }) => differences)).toEqual(found.map(() => []));
    expect(Math.min(...found.map(({ counters }) => counters))).toBeGreaterThan(0);
    // 4 calls before each of 8 changes, and 2 after it.
    expect(made.calls).toBeGreaterThanOrEqual(8 * (4 + 2));
    expect(made.decisions).toBeGreaterThanOrEqual(made.calls);
  }, 180_000);

  it('would be told wrong by one counter that is wrong', async () => {
    await using gates = await openGates(kind, [wide], { count: 1 });
    const store = storeOf(gates.database);
    let asked = 0;
    await callRepeatedly(gates, store, 1, { decisions: 0, calls: 0 }, () => (asked += 1) > 4);
    await store.close();
    expect(await recount(gates.database)).toMatchObject({ counters: 1, differences: [] });
    await gates.database.query('update tollgate_data.counter_buckets set spent = spent + 0.000000000000001');
    expect((await recount(gates.database)).differences).toMatchObject([{ again: { key: {} } }]);
  });
});
