import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Gate } from '../../processor/gate/gate.ts';
import { storeKinds } from '../support/database.ts';
import { ASKER, asking, counterOf, makeBudget, openGates, usageOf, usd } from './gates.ts';

/** 1,000 tokens of input and 100 of output: 0.0035 USD. */
const BOUND = usd('0.0035');

describe.each(storeKinds)('reserving on %s', (kind) => {
  it('reserves the bound in every budget that matches', async () => {
    const byTokens = makeBudget({ name: 'tokens', limit: { unit: 'tokens', amount: 5000n } });
    const other = makeBudget({ name: 'other', match: { agent: 'somebody-else' } });
    await using place = await openGates(kind, [makeBudget(), byTokens, other]);
    const decision = await place.gates[0].decide(asking(), null);
    expect(decision).toMatchObject({ effect: 'allow', reservedFemtoUsd: BOUND, reservedTokens: 1100, modify: null });
    expect(await counterOf(place.database)).toMatchObject({ spent: '0', reserved: '0.0035' });
    expect(await counterOf(place.database, 'tokens')).toMatchObject({ spent: '0', reserved: '1100' });
    expect(await counterOf(place.database, 'other')).toBeNull();
    expect(await place.gates[0].find(ASKER, decision.decisionId)).toEqual(decision);
  });

  it('reserves in none where one of them has no room', async () => {
    const full = makeBudget({ name: 'full', limit: { unit: 'tokens', amount: 1063n } });
    // 1,000 tokens of input leave 63 of output, and a call is not limited to less than 64.
    await using place = await openGates(kind, [makeBudget(), full]);
    const decision = await place.gates[0].decide(asking(), null);
    expect(decision).toMatchObject({ effect: 'deny', reservedFemtoUsd: null, expiresAtMicros: null });
    expect(decision.reasons.map(({ policy }) => policy)).toEqual(['full']);
    expect(await counterOf(place.database)).toMatchObject({ spent: '0', reserved: '0' });
    expect(await place.gates[0].find(ASKER, decision.decisionId)).toBeNull();
  });

  it('counts in a budget that warns or only shadows, and is refused by none of them', async () => {
    const limit = { unit: 'calls', amount: 1n } as const;
    const budgets = [
      makeBudget({ name: 'warns', limit, onExceed: 'warn' }),
      makeBudget({ name: 'shadow', limit, mode: 'shadow' }),
    ];
    await using place = await openGates(kind, budgets);
    const effects = [];
    for (let call = 0; call < 3; call += 1) effects.push((await place.gates[0].decide(asking(), null)).effect);
    expect(effects).toEqual(['allow', 'warn', 'warn']);
    expect(await counterOf(place.database, 'warns')).toMatchObject({ reserved: '3' });
    expect(await counterOf(place.database, 'shadow')).toMatchObject({ reserved: '3' });
  });

  it('grants the last calls less output, each its own part of what is left', async () => {
    // 0.0095 = 2 × 0.0035 + 0.0025, and input alone is 0.0025: the third call would have no output at all.
    await using place = await openGates(kind, [
      makeBudget({ limit: { unit: 'usd', amount: usd('0.0099') }, minOutputTokens: 30 }),
    ]);
    const [gate] = place.gates;
    const decisions = await Promise.all([1, 2, 3, 4].map(() => gate.decide(asking(), null)));
    expect(decisions.map(({ effect, modify }) => [effect, modify?.maxOutputTokens ?? null])).toEqual([
      ['allow', null],
      ['allow', null],
      // 0.0099 - 0.007 - 0.0025 = 0.0004: 40 tokens of output.
      ['modify', 40],
      ['deny', null],
    ]);
    expect(await counterOf(place.database)).toMatchObject({ reserved: '0.0099' });
  });

  it('books what comes back before it decides about what is asked for in the same batch', async () => {
    await using place = await openGates(kind, [makeBudget({ limit: { unit: 'usd', amount: BOUND } })]);
    const [gate] = place.gates;
    const first = await gate.decide(asking(), null);
    const [denied, , admitted] = await Promise.all([
      gate.decide(asking(), null),
      gate.settle(ASKER, first.decisionId, { released: true }),
      gate.decide(asking(), null),
    ]);
    // All three are one batch: the release comes first, and of the two that ask the first is admitted.
    expect([denied.effect, admitted.effect]).toEqual(['allow', 'deny']);
  });

  it('fails a request that cannot be computed, and not its neighbours', async () => {
    await using place = await openGates(kind, [makeBudget()]);
    const [gate] = place.gates;
    const answers = await Promise.allSettled([
      gate.decide(asking(), null),
      gate.decide(asking({ call: { inputTokens: 0.5 } }), null),
      gate.decide(asking({ ttlMs: 1e15 }), null),
      gate.decide(asking(), null),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(await counterOf(place.database)).toMatchObject({ reserved: '0.007' });
  });

  it('stores what PostgreSQL cannot hold as spans have it', async () => {
    await using place = await openGates(kind, [makeBudget({ per: ['user'] })]);
    const [gate] = place.gates;
    const outer = { effect: 'warn', model: null, maxOutputTokens: null, message: 'so \u0000\ud800' } as const;
    const asked = asking({ subject: { user: ' u\u0000 ', tags: { 'a\u0000': 'b\ud800' } }, key: 'k\u0000' });
    const decision = await gate.decide(asked, outer);
    expect(decision).toMatchObject({
      effect: 'warn',
      reasons: [{ message: expect.stringContaining('so \ufffd\ufffd') as string }],
    });
    expect(await gate.decide(asked, outer)).toEqual(decision);
    await gate.settle(ASKER, decision.decisionId, {
      usage: usageOf(100),
      model: null,
      final: true,
      serviceTier: null,
    });
    expect(await counterOf(place.database)).toMatchObject({ spent: '0.0035', reserved: '0' });
  });

  it('counts where a span of the same call will: providers and trace ids have many spellings', async () => {
    await using place = await openGates(kind, [makeBudget({ per: ['provider', 'run', 'agent'] })]);
    const traceId = '5B8EFFF798038103D269B633813FC60C';
    const call = { provider: 'Azure_OpenAI', traceId };
    await place.gates[0].decide(asking({ call, subject: { agent: '  support  ' } }), null);
    const rows = await place.database.query('select key from tollgate_data.counters');
    const key = { provider: 'azure.ai.openai', run: traceId.toLowerCase(), agent: 'support' };
    expect(rows).toEqual([{ key }]);
  });

  it('previews what it would answer, and reserves nothing', async () => {
    await using place = await openGates(kind, [makeBudget({ limit: { unit: 'calls', amount: 1n } })]);
    const [gate] = place.gates;
    const before = await gate.preview(asking());
    expect(before.decision.effect).toBe('allow');
    expect(before.budgets).toMatchObject([{ limit: 1n, spent: 0n, reserved: 0n }]);
    await gate.decide(asking(), null);
    const after = await gate.preview(asking());
    expect(after.decision.effect).toBe('deny');
    expect(after.budgets).toMatchObject([{ limit: 1n, spent: 0n, reserved: 1n }]);
    expect(await counterOf(place.database)).toMatchObject({ reserved: '1' });
  });

  it('answers whether a run may start without reserving anything', async () => {
    await using place = await openGates(kind, [makeBudget({ limit: { unit: 'calls', amount: 1n } })]);
    const [gate] = place.gates;
    const start = asking({ call: null });
    expect(await gate.decide(start, null)).toMatchObject({ effect: 'allow', expiresAtMicros: null });
    await gate.decide(asking(), null);
    expect(await gate.decide(start, null)).toMatchObject({ effect: 'deny' });
    expect(await counterOf(place.database)).toMatchObject({ reserved: '1' });
  });

  it('keeps the reservations of other tenants out of reach', async () => {
    await using place = await openGates(kind, [makeBudget()]);
    const [gate] = place.gates;
    const { decisionId } = await gate.decide(asking(), null);
    const other = { tenant: 'other', agent: null };
    expect(await gate.find(other, decisionId)).toBeNull();
    await expect(gate.settle(other, decisionId, { released: true })).rejects.toMatchObject({ code: 'not_found' });
    expect(await gate.renew(other, [decisionId])).toEqual({ renewed: [], ended: [decisionId] });
    expect(await counterOf(place.database)).toMatchObject({ reserved: '0.0035' });
  });
});

const CALLERS = 1000;
const GATES = 4;

describe.each(storeKinds)('1,000 calls at once at 4 gates on %s', (kind) => {
  it('admit exactly what fits, and at no instant is more spent and reserved than the limit', async () => {
    // 137 × 0.0035 = 0.4795; what is left, 0.0020, does not even pay the input of a call.
    const limit = usd('0.4815');
    await using place = await openGates(kind, [makeBudget({ limit: { unit: 'usd', amount: limit } })], {
      count: GATES,
    });
    const { database, gates } = place;
    let isDone = false;
    const reading = watchLimit(
      () => counterOf(database),
      limit,
      () => isDone,
    );
    const decisions = await Promise.all(
      Array.from({ length: CALLERS }, (_, call) => gateAt(gates, call).decide(asking(), null)),
    );
    isDone = true;
    expect(await reading).toEqual([]);
    const admitted = decisions.filter(({ effect }) => effect === 'allow');
    expect(admitted.length).toBe(137);
    expect(decisions.length - admitted.length).toBe(decisions.filter(({ effect }) => effect === 'deny').length);
    expect(await counterOf(database)).toMatchObject({ spent: '0', reserved: '0.4795' });
  });

  it('settled with what they used, take no more than what was admitted, and leave nothing reserved', async () => {
    const limit = usd('0.1');
    await using place = await openGates(kind, [makeBudget({ limit: { unit: 'usd', amount: limit } })], {
      count: GATES,
    });
    const { database, gates } = place;
    let isDone = false;
    const reading = watchLimit(
      () => counterOf(database),
      limit,
      () => isDone,
    );
    let used = 0n;
    await Promise.all(
      Array.from({ length: CALLERS }, async (_, call) => {
        const { effect, decisionId } = await gateAt(gates, call).decide(asking(), null);
        if (effect !== 'allow') return;
        // Up to 100 tokens of output, as declared; settled at another replica than the one that admitted.
        const settlement = { usage: usageOf(call % 101), model: null, final: true, serviceTier: null };
        const { costFemtoUsd } = await gateAt(gates, call + 1).settle(ASKER, decisionId, settlement);
        used += costFemtoUsd ?? 0n;
      }),
    );
    isDone = true;
    expect(await reading).toEqual([]);
    const counter = await counterOf(database);
    expect(counter).toMatchObject({ reserved: '0', overrun: '0' });
    expect(usd(counter?.spent ?? '')).toBe(used);
    // Whoever came at the end found less left than a call can cost.
    expect(used).toBeLessThanOrEqual(limit);
    expect(used).toBeGreaterThan(0n);
  });
});

function gateAt(gates: readonly Gate[], index: number): Gate {
  const gate = gates[index % gates.length];
  if (gate === undefined) throw new Error('expected a gate');
  return gate;
}

/** Reads until it is told to stop; every reading above the limit. */
async function watchLimit(
  read: () => ReturnType<typeof counterOf>,
  limit: bigint,
  isDone: () => boolean,
): Promise<string[]> {
  const above: string[] = [];
  while (!isDone()) {
    // On the embedded store a question is answered without a turn of the loop.
    await turnOfLoop();
    const counter = await read();
    if (counter === null) continue;
    if (usd(counter.spent) + usd(counter.reserved) > limit) above.push(`${counter.spent} + ${counter.reserved}`);
  }
  return above;
}
