import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../processor/store/database.ts';
import { ASKER, asking, counterOf, makeBudget, openGates, usageOf, usd } from './gates.ts';

/** 1,000 tokens in at 2.50 and 20 out at 10 USD a million: 0.0025 + 0.0002 USD. */
const final = { usage: usageOf(20), model: null, final: true, serviceTier: null };
const CALLS = 20;
/** So many that the planner goes by the index, where a sub-select in place of the join loses rows that it waited for. */
const OTHERS = 3000;
const ROUNDS = 10;

describe.each(['postgres15', 'postgres18'] as const)('Two who work on the same reservations on %s', (kind) => {
  it('wait for each other and then find all of them', async () => {
    await using place = await openGates(kind, [makeBudget({ limit: { unit: 'usd', amount: usd('100') } })]);
    const [gate] = place.gates;
    await Promise.all(Array.from({ length: OTHERS }, () => gate.decide(asking({ subject: { user: 'u0' } }), null)));
    await place.database.query('analyze tollgate_data.reservations');
    const decisions = await Promise.all(Array.from({ length: CALLS }, () => gate.decide(asking(), null)));
    const settled = await place.database.transaction(async (client) => {
      // As a commit of spans does that claim them.
      await client.query('update tollgate_data.reservations set claimed_tokens = 0 where user_id is null');
      const told = decisions.map(({ decisionId }) => gate.settle(ASKER, decisionId, final));
      await someoneWaits(place.database);
      return { told };
    });
    for (const { costFemtoUsd } of await Promise.all(settled.told)) expect(costFemtoUsd).toBe(2_700_000_000_000n);
    // 20 × 0.0027, and 3,000 × 0.0035
    expect(await counterOf(place.database)).toMatchObject({ spent: '0.054', reserved: '10.5' });
  });

  it('make one decision of one idempotency key', async () => {
    await using place = await openGates(kind, [makeBudget()], { count: 2 });
    const [first, second = first] = place.gates;
    for (let round = 0; round < ROUNDS; round += 1) {
      const asked = asking({ key: `key-${round}` });
      const decisions = await Promise.all([first, second, first, second].map((gate) => gate.decide(asked, null)));
      expect(new Set(decisions.map(({ decisionId }) => decisionId)).size).toBe(1);
    }
    // 10 × 0.0035
    expect(await counterOf(place.database)).toMatchObject({ spent: '0', reserved: '0.035' });
  });
});

async function someoneWaits(database: Database): Promise<void> {
  for (;;) {
    const waiting = await database.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (waiting.length > 0) return;
    await delay(10);
  }
}
