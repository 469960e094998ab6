import { describe, expect, it } from 'vitest';
import { compileOverrides, noOverrides } from '../../src/pricing/overrides.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import { ASKER, asking, counterOf, makeBudget, openGates, TENANT, usageOf } from '../gate/gates.ts';
import { aPrice, perMillion } from './prices.ts';

const said = { model: null, final: true, serviceTier: null, priceFacts: null };

/** The tenant pays 1 USD a million tokens of input and 2 of output. */
function pricesOf(tenant: string) {
  const own = compileOverrides([[aPrice({ rates: perMillion('1', '2') })]]);
  const overridesOf = (asked: string) => (asked === tenant ? own : noOverrides);
  return { snapshot: { epoch: 1, pricing: createPricing(), overridesOf } };
}

describe("a tenant's prices at the gate", () => {
  it('are those of its bounds and of what clients settle', async () => {
    await using place = await openGates('postgres18', [makeBudget()], { prices: pricesOf(TENANT) });
    const [gate] = place.gates;
    const { decisionId, reservedFemtoUsd } = await gate.decide(asking({ call: { maxOutputTokens: 100 } }), null);
    expect(reservedFemtoUsd).toBe(1_200_000_000_000n);
    const settled = await gate.settle(ASKER, decisionId, { ...said, usage: usageOf(50) });
    // 1,000 × 1e-6 + 50 × 2e-6.
    expect(settled).toEqual({ costFemtoUsd: 1_100_000_000_000n });
    expect(await counterOf(place.database)).toMatchObject({ spent: '0.0011', reserved: '0' });
  });

  it('are nobody else’s', async () => {
    await using place = await openGates('postgres18', [makeBudget()], { prices: pricesOf('globex') });
    const [gate] = place.gates;
    const { decisionId } = await gate.decide(asking({ call: { maxOutputTokens: 100 } }), null);
    // The rate card's: 1,000 × 2.5e-6 + 50 × 10e-6.
    expect(await gate.settle(ASKER, decisionId, { ...said, usage: usageOf(50) })).toEqual({
      costFemtoUsd: 3_000_000_000_000n,
    });
  });
});
