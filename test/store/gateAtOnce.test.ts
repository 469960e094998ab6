import { describe, expect, it } from 'vitest';
import { Alerts } from '../../processor/alerts/alerts.ts';
import { createPolicyStore } from '../../processor/gate/policyStore.ts';
import { Windows } from '../../processor/gate/windows.ts';
import { audit } from '../../processor/store/audit.ts';
import { createStore, type Store } from '../../processor/store/createStore.ts';
import type { Database } from '../../processor/store/database.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import type { PricedCall } from '../../src/call.ts';
import { ASKER, asking, makeBudget, nobody as byNobody, openGates, TENANT, usageOf, usd } from '../gate/gates.ts';
import { ago, counted } from './gateIngest.ts';
import { batch, call, nobody, skeleton } from './samples.ts';

const ROUNDS = 12;
const CALLS_A_ROUND = 10;

function ingestOf(database: Database): Store {
  const windows = new Windows();
  const policies = createPolicyStore(database, windows);
  return createStore(database, { settleDelayMs: 0, budgets: { policies, windows, alerts: new Alerts([]) } });
}

/** A call whose agent is said by a root that comes when it likes. */
function spansOf(
  number: number,
  reservationId: string | null,
): { readonly call: PricedCall; readonly root: ReturnType<typeof skeleton> } {
  const own = { ...nobody, agent: `a${number % 3}` };
  return {
    call: call(number, 2, { ...ago(0), reservationId, parentSpanId: '0000000000000001' }),
    root: skeleton(number, 1, { ...ago(10), own }),
  };
}

describe.each(['postgres15', 'postgres18'] as const)(
  'gates, replicas of ingest and changes of budgets on %s',
  (kind) => {
    it('never wait in a ring, and end in what calls and reservations add up to', async () => {
      const total = makeBudget({ limit: { unit: 'usd', amount: usd('1000') } });
      const agents = makeBudget({ name: 'agents', per: ['agent'], limit: { unit: 'calls', amount: 100_000n } });
      await using place = await openGates(kind, [total, agents], { count: 2 });
      const { database, gates, url } = place;
      const [gate, other = gate] = gates;
      const pools = await Promise.all([1, 2].map(() => openDatabase({ databaseUrl: url, dataDir: '' })));
      const stores = pools.map(ingestOf);
      const policies = createPolicyStore(database, new Windows());

      const one = async (number: number): Promise<void> => {
        const decision = number % 5 === 0 ? null : await (number % 2 === 0 ? gate : other).decide(asking(), null);
        const { call: made, root } = spansOf(number, decision?.decisionId ?? null);
        const commits = stores.map((store, place) => store.commit(batch([made], place === number % 2 ? [root] : [])));
        const isSettled = decision !== null && number % 3 !== 0;
        const settling = isSettled
          ? other.settle(ASKER, decision.decisionId, {
              usage: usageOf(100),
              model: null,
              final: true,
              serviceTier: null,
            })
          : null;
        await Promise.all([...commits, settling]);
      };
      for (let round = 0; round < ROUNDS; round += 1) {
        const numbers = Array.from({ length: CALLS_A_ROUND }, (_, place) => 1 + round * CALLS_A_ROUND + place);
        const change = makeBudget({ name: 'changing', per: round % 2 === 0 ? ['user'] : ['model'] });
        await Promise.all([...numbers.map(one), policies.put(TENANT, change, byNobody)]);
      }
      for (const store of stores) await store.close();
      for (const pool of pools) await pool.close();

      // 120 calls of 0.0035 USD; each fifth asked nobody: 24 × 0.0035 = 0.084.
      const all = { spent: '0.42', overrun: '0.084' };
      expect(await counted(database)).toMatchObject({ daily: all, 'changing gpt-4o': all });
      expect((await audit(database)).differences).toEqual([]);
    });
  },
);
