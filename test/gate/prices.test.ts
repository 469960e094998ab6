import { describe, expect, it } from 'vitest';
import { compileOverrides, noOverrides } from '../../src/pricing/overrides.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
import { storeKinds } from '../support/database.ts';
import { ASKER, asking, counterOf, makeBudget, openGates, somebody, TENANT, usageOf, usd } from './gates.ts';

const HOUR_MS = 3_600_000;

function price(parts: Partial<WrittenPrice> = {}): WrittenPrice {
  return {
    provider: 'openai',
    model: 'gpt-4o',
    from: null,
    to: null,
    rates: { input_usd_per_mtok: '5', output_usd_per_mtok: '20' },
    longContext: [],
    mapsTo: null,
    ...parts,
  };
}

/** Prices of which the tenant has some of its own; they can be changed while the gate runs. */
function ownPrices(...own: readonly WrittenPrice[]) {
  const pricing = createPricing();
  const snapshotOf = (prices: readonly WrittenPrice[], epoch: number) => {
    const overrides = compileOverrides([prices]);
    return { epoch, pricing, overridesOf: (tenant: string) => (tenant === TENANT ? overrides : noOverrides) };
  };
  const book = { snapshot: snapshotOf(own, 0) };
  return {
    book,
    change(...prices: readonly WrittenPrice[]) {
      book.snapshot = snapshotOf(prices, book.snapshot.epoch + 1);
    },
  };
}

const final = (output: number, parts: { serviceTier?: string; priceFacts?: object } = {}) => ({
  usage: usageOf(output),
  model: null,
  final: true,
  serviceTier: parts.serviceTier ?? null,
  priceFacts: { inferenceGeo: null, speed: null, searchContextSize: null, ...parts.priceFacts },
});

describe.each(storeKinds)('a price that a tenant set, on %s', (kind) => {
  it('is what a call is reserved and settled with: 1,000 × 5 + 100 × 20, then 1,000 × 5 + 40 × 20 USD a million', async () => {
    await using place = await openGates(kind, [makeBudget()], { prices: ownPrices(price()).book });
    const [gate] = place.gates;
    const { decisionId, reservedFemtoUsd } = await gate.decide(asking(), null);
    expect(reservedFemtoUsd).toBe(usd('0.007'));
    expect(await gate.settle(ASKER, decisionId, final(40))).toEqual({ costFemtoUsd: usd('0.0058') });
    expect(await counterOf(place.database)).toMatchObject({ spent: '0.0058', reserved: '0', overrun: '0' });
  });

  it('is no other tenant’s', async () => {
    await using place = await openGates(kind, [makeBudget()], { prices: ownPrices(price()).book });
    const [gate] = place.gates;
    const decision = await gate.decide({ ...asking(), tenant: 'another' }, null);
    expect(decision.reservedFemtoUsd).toBe(usd('0.0035'));
    const asker = { tenant: 'another', agent: null };
    expect(await gate.settle(asker, decision.decisionId, final(40))).toEqual({ costFemtoUsd: usd('0.0029') });
  });

  it('lets the budget pay for a deployment that has no price without it', async () => {
    const call = { provider: 'azure.ai.openai', model: 'our-deployment' };
    const prices = ownPrices();
    await using place = await openGates(kind, [makeBudget()], { prices: prices.book });
    const [gate] = place.gates;
    expect(await gate.decide(asking({ call }), null)).toMatchObject({ effect: 'deny', reservedFemtoUsd: null });
    prices.change(price({ ...call, rates: {}, mapsTo: 'openai/gpt-4o' }));
    const { decisionId, reservedFemtoUsd } = await gate.decide(asking({ call }), null);
    expect(reservedFemtoUsd).toBe(usd('0.0035'));
    expect(await gate.settle(ASKER, decisionId, final(40))).toEqual({ costFemtoUsd: usd('0.0029') });
  });

  it('holds for calls admitted from its instant on, whenever they are settled', async () => {
    const prices = ownPrices();
    await using place = await openGates(kind, [makeBudget()], { prices: prices.book });
    const [gate] = place.gates;
    const before = await gate.decide(asking(), null);
    await place.database.query(`update tollgate_data.reservations set decided_at = decided_at - interval '2 hours'`);
    prices.change(price({ from: new Date(Date.now() - HOUR_MS).toISOString() }));
    const after = await gate.decide(asking(), null);
    expect(after.reservedFemtoUsd).toBe(usd('0.007'));
    expect(await gate.settle(ASKER, before.decisionId, final(40))).toEqual({ costFemtoUsd: usd('0.0029') });
    expect(await gate.settle(ASKER, after.decisionId, final(40))).toEqual({ costFemtoUsd: usd('0.0058') });
  });
});

describe.each(storeKinds)('what decides the price beside the model, on %s', (kind) => {
  it('is reserved at its dearest and settled as it was served: gpt-4o costs 1.7 times as much with priority', async () => {
    await using place = await openGates(kind, [makeBudget()]);
    const [gate] = place.gates;
    const call = { serviceTier: 'Priority' };
    const [served, standard] = [await gate.decide(asking({ call }), null), await gate.decide(asking({ call }), null)];
    // 1.7 × 0.0035 and, with 40 tokens of output, 1.7 × 0.0029.
    expect([served.reservedFemtoUsd, standard.reservedFemtoUsd]).toEqual([usd('0.00595'), usd('0.00595')]);
    const bySettling = [
      await gate.settle(ASKER, served.decisionId, final(40, { serviceTier: 'priority' })),
      await gate.settle(ASKER, standard.decisionId, final(40, { serviceTier: 'default' })),
    ];
    expect(bySettling).toEqual([{ costFemtoUsd: usd('0.00493') }, { costFemtoUsd: usd('0.0029') }]);
    expect(await counterOf(place.database)).toMatchObject({ spent: '0.00783', reserved: '0', overrun: '0' });
  });

  it('is Anthropic’s region and speed: (1,000 × 5 + 100 × 25) USD a million × 2 × 1.1', async () => {
    await using place = await openGates(kind, [makeBudget()]);
    const [gate] = place.gates;
    const call = { provider: 'anthropic', model: 'claude-opus-4-8', inferenceGeo: 'us', speed: 'fast' };
    const { decisionId, reservedFemtoUsd } = await gate.decide(asking({ call }), null);
    expect(reservedFemtoUsd).toBe(usd('0.0165'));
    const priceFacts = { inferenceGeo: 'us', speed: 'fast' };
    expect(await gate.settle(ASKER, decisionId, final(100, { priceFacts }))).toEqual({ costFemtoUsd: usd('0.0165') });
    expect(await counterOf(place.database)).toMatchObject({ spent: '0.0165', overrun: '0' });
  });

  it('waits with a request for somebody’s approval, also with one that was written without it', async () => {
    const budget = makeBudget({
      limit: { unit: 'usd', amount: usd('0.001') },
      onExceed: 'require_approval',
      minOutputTokens: 1000,
    });
    await using place = await openGates(kind, [budget]);
    const [gate] = place.gates;
    const yes = { approve: true, actor: somebody, note: null };
    const call = { provider: 'anthropic', model: 'claude-opus-4-8', inferenceGeo: 'us' };
    const said = await gate.decide(asking({ call }), null);
    const older = await gate.decide(asking({ call }), null);
    await place.database.query(
      `update tollgate_data.approvals set request = request #- '{call,inferenceGeo}' #- '{call,speed}' #- '{call,searchContextSize}'
where id = $1`,
      [older.decisionId],
    );
    // 1.1 × 0.0075, and without its region 0.0075.
    expect((await gate.approve(TENANT, said.decisionId, yes)).reservedFemtoUsd).toBe(usd('0.00825'));
    expect((await gate.approve(TENANT, older.decisionId, yes)).reservedFemtoUsd).toBe(usd('0.0075'));
  });
});
