import { describe, expect, it } from 'vitest';
import { asking, counterOf, makeBudget, openGates, TENANT, usageOf, usd } from './gates.ts';

/** 1,000 tokens in at 2.50 and 20 out at 10 USD a million: 0.0025 + 0.0002 USD. */
const final = { usage: usageOf(20), model: null, final: true, serviceTier: null };
const ROUNDS = 10;
const ROUND_CALLS = 30;
/** So many that the planner leaves the index for some shapes of the statement that locks. */
const BEFORE = 2000;

describe.each(['postgres15', 'postgres18'] as const)('Two replicas on %s, asked the same at once', (kind) => {
  it('both book settlements that are told to both, once', async () => {
    await using place = await openGates(kind, [makeBudget({ limit: { unit: 'usd', amount: usd('100') } })], {
      count: 2,
    });
    const [first, second = first] = place.gates;
    await Promise.all(Array.from({ length: BEFORE }, () => first.decide(asking({ subject: { user: 'u0' } }), null)));
    for (let round = 0; round < ROUNDS; round += 1) {
      const asked = Array.from({ length: ROUND_CALLS }, (_, call) => asking({ key: `${round} ${call}` }));
      const decisions = await Promise.all(asked.map((one) => first.decide(one, null)));
      const told = decisions.flatMap(({ decisionId }, call) =>
        [first, second].map(async (gate) => {
          // So that the batches that settle decide too.
          const other = gate.decide(asking({ key: `${round} ${call} beside` }), null);
          const { costFemtoUsd } = await gate.settle(TENANT, decisionId, final);
          await other;
          return costFemtoUsd;
        }),
      );
      for (const costFemtoUsd of await Promise.all(told)) expect(costFemtoUsd).toBe(2_700_000_000_000n);
    }
    // 300 × 0.0027, and (600 / 2 + 2,000) × 0.0035
    expect(await counterOf(place.database)).toMatchObject({ spent: '0.81', reserved: '8.05' });
  });

  it('give one decision to one idempotency key', async () => {
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
