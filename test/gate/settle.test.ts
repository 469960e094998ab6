import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Settlement } from '../../processor/gate/gate.ts';
import { formatUsd } from '../../src/money.ts';
import { emptyUsage, type Usage } from '../../src/usage.ts';
import { storeKinds } from '../support/database.ts';
import { ASKER, asking, counterOf, makeBudget, openGates, usageOf, usd } from './gates.ts';

/** Exactly one call of 1,000 tokens of input (0.0025 USD) and 100 of output (0.0010 USD). */
const oneCall = makeBudget({ limit: { unit: 'usd', amount: usd('0.0035') } });

const final = (usage: Usage | null, model: string | null = null): Settlement => ({
  usage,
  model,
  final: true,
  serviceTier: null,
});
const partial = (usage: Usage | null): Settlement => ({ usage, model: null, final: false, serviceTier: null });
const released: Settlement = { released: true };

describe.each(storeKinds)('settling on %s', (kind) => {
  it('books what the call used and gives back the rest', async () => {
    await using place = await openGates(kind, [makeBudget()]);
    const [gate] = place.gates;
    const { decisionId } = await gate.decide(asking(), null);
    // 0.0025 + 40 × 0.00001.
    expect(await gate.settle(ASKER, decisionId, final(usageOf(40)))).toEqual({ costFemtoUsd: usd('0.0029') });
    expect(await counterOf(place.database)).toEqual({
      spent: '0.0029',
      reserved: '0',
      overrun: '0',
      expired_unsettled: '0',
    });
  });

  it('counts tokens and calls in budgets of tokens and calls', async () => {
    const budgets = [
      makeBudget({ name: 'tokens', limit: { unit: 'tokens', amount: 5000n } }),
      makeBudget({ name: 'calls', limit: { unit: 'calls', amount: 5n } }),
    ];
    await using place = await openGates(kind, budgets);
    const [gate] = place.gates;
    const { decisionId } = await gate.decide(asking(), null);
    const usage = { ...usageOf(40), cache_read: 7, reasoning: 30 };
    await gate.settle(ASKER, decisionId, final(usage));
    // 1,000 + 7 in, 40 out, the reasoning among them.
    expect(await counterOf(place.database, 'tokens')).toMatchObject({ spent: '1047', reserved: '0' });
    expect(await counterOf(place.database, 'calls')).toMatchObject({ spent: '1', reserved: '0' });
  });

  it('books the money alone where the ledger has the call, and nobody knows what it cost there', async () => {
    const budgets = [makeBudget(), makeBudget({ name: 'calls', limit: { unit: 'calls', amount: 5n } })];
    await using place = await openGates(kind, budgets);
    const [gate] = place.gates;
    const { decisionId } = await gate.decide(asking(), null);
    await place.database.query(`update tollgate_data.reservations set claims = 1, unpriced_claims = 1,
  claimed_unpriced_calls = 1, claimed_tokens = 1040, claimed_calls = 1`);
    await place.database
      .query(`update tollgate_data.counters as kept set reserved = 0 from tollgate_data.budgets as budget
where budget.budget_id = kept.budget_id and budget.name = 'calls'`);
    expect(await gate.settle(ASKER, decisionId, { released: true })).toEqual({ costFemtoUsd: null });
    expect(await gate.settle(ASKER, decisionId, partial(usageOf(40)))).toEqual({ costFemtoUsd: usd('0.0029') });
    // 0.0035 − 0.0029.
    expect(await counterOf(place.database)).toMatchObject({ spent: '0.0029', reserved: '0.0006', overrun: '0' });
    expect(await gate.settle(ASKER, decisionId, final(usageOf(40)))).toEqual({ costFemtoUsd: usd('0.0029') });
    expect(await counterOf(place.database)).toMatchObject({ spent: '0.0029', reserved: '0', overrun: '0' });
    expect(await counterOf(place.database, 'calls')).toMatchObject({ spent: '0', reserved: '0', overrun: '0' });
  });

  it('shows as overrun what a call used beyond its bound', async () => {
    await using place = await openGates(kind, [oneCall]);
    const [gate] = place.gates;
    const { decisionId } = await gate.decide(asking(), null);
    await gate.settle(ASKER, decisionId, final(usageOf(150)));
    // 0.0025 + 150 × 0.00001 = 0.0040, of which 0.0005 was never reserved.
    expect(await counterOf(place.database)).toMatchObject({ spent: '0.004', reserved: '0', overrun: '0.0005' });
  });

  it('prices by the model that answered', async () => {
    await using place = await openGates(kind, [makeBudget()]);
    const [gate] = place.gates;
    const { decisionId } = await gate.decide(asking(), null);
    // gpt-4o-mini: 1,000 × 0.15 + 100 × 0.60 USD a million.
    const settled = await gate.settle(ASKER, decisionId, final(usageOf(100), 'gpt-4o-mini'));
    expect(settled).toEqual({ costFemtoUsd: usd('0.00021') });
  });

  it('takes a settlement whose cost is unknown as partial: the bound stays reserved', async () => {
    await using place = await openGates(kind, [{ ...oneCall, per: ['user'] }]);
    const [gate] = place.gates;
    const unknown = [final(null), final(usageOf(40), 'no-such-model'), final(emptyUsage), final(usageOf(-1))];
    for (const [index, settlement] of unknown.entries()) {
      const asked = asking({ subject: { user: `u${index}` } });
      const { decisionId } = await gate.decide(asked, null);
      expect(await gate.settle(ASKER, decisionId, settlement)).toEqual({ costFemtoUsd: null });
      expect(await counterOf(place.database, 'daily', `u${index}`)).toMatchObject({ spent: '0', reserved: '0.0035' });
      expect((await gate.decide(asked, null)).effect).toBe('deny');
      await gate.settle(ASKER, decisionId, final(usageOf(0)));
      expect(await counterOf(place.database, 'daily', `u${index}`)).toMatchObject({ spent: '0.0025', reserved: '0' });
    }
  });

  it('tells once that a threshold was reached, in the transaction that reached it', async () => {
    await using place = await openGates(
      kind,
      [{ ...oneCall, alertAt: [50, 80], limit: { unit: 'calls', amount: 4n } }],
      { count: 2 },
    );
    const { database, gates } = place;
    const decisions = await Promise.all([1, 2, 3].map(() => gates[0].decide(asking(), null)));
    const settle = () =>
      Promise.all(
        gates.flatMap((gate) => decisions.map(({ decisionId }) => gate.settle(ASKER, decisionId, final(usageOf(1))))),
      );
    await settle();
    await settle();
    // 3 of 4 calls are 75 per cent.
    const alerts = await database.query<{ type: string; percent: string }>(
      `select type, data ->> 'threshold_percent' as percent from tollgate_data.alerts`,
    );
    expect(alerts).toEqual([{ type: 'budget.threshold_reached', percent: '50' }]);
  });

  it('knows only decisions that were made', async () => {
    await using place = await openGates(kind, [oneCall]);
    const [gate] = place.gates;
    for (const id of ['01890a5d-ac96-774b-bcce-b302099a8057', 'not a UUID', '']) {
      await expect(gate.settle(ASKER, id, released)).rejects.toMatchObject({ code: 'not_found' });
      expect(await gate.find(ASKER, id)).toBeNull();
    }
  });
});

describe.each(storeKinds)('the holes in "never above the limit" on %s', (kind) => {
  it('a released call that was made all the same is charged in full and shown as overrun', async () => {
    await using place = await openGates(kind, [oneCall]);
    const [gate] = place.gates;
    const first = await gate.decide(asking(), null);
    expect(await gate.settle(ASKER, first.decisionId, released)).toEqual({ costFemtoUsd: 0n });
    expect(await counterOf(place.database)).toMatchObject({ spent: '0', reserved: '0' });
    expect((await gate.decide(asking(), null)).effect).toBe('allow');
    await gate.settle(ASKER, first.decisionId, final(usageOf(100)));
    expect(await counterOf(place.database)).toMatchObject({ spent: '0.0035', reserved: '0.0035', overrun: '0.0035' });
  });

  it('a release gives nothing back of a call that something is known of', async () => {
    await using place = await openGates(kind, [oneCall]);
    const [gate] = place.gates;
    const { decisionId } = await gate.decide(asking(), null);
    await gate.settle(ASKER, decisionId, partial(usageOf(10)));
    expect(await gate.settle(ASKER, decisionId, released)).toEqual({ costFemtoUsd: usd('0.0026') });
    expect(await counterOf(place.database)).toMatchObject({ spent: '0.0026', reserved: '0.0009' });
    await gate.settle(ASKER, decisionId, final(usageOf(20)));
    expect(await gate.settle(ASKER, decisionId, released)).toEqual({ costFemtoUsd: usd('0.0027') });
    expect(await counterOf(place.database)).toMatchObject({ spent: '0.0027', reserved: '0', overrun: '0' });
  });

  it('a partial settlement keeps the rest of its bound, so that a larger one to come still fits', async () => {
    await using place = await openGates(kind, [{ ...oneCall, limit: { unit: 'usd', amount: usd('0.0062') } }]);
    const [gate] = place.gates;
    const { decisionId } = await gate.decide(asking(), null);
    expect(await gate.settle(ASKER, decisionId, partial(usageOf(10)))).toEqual({ costFemtoUsd: usd('0.0026') });
    // Given back, the rest would make room for a second call: 0.0026 + 0.0035 = 0.0061.
    expect(await counterOf(place.database)).toMatchObject({ spent: '0.0026', reserved: '0.0009' });
    const noLimit = asking({ call: { canLimitOutput: false } });
    expect((await gate.decide(noLimit, null)).effect).toBe('deny');
    await gate.settle(ASKER, decisionId, final(usageOf(15)));
    expect(await counterOf(place.database)).toMatchObject({ spent: '0.00265', reserved: '0', overrun: '0' });
    expect((await gate.decide(noLimit, null)).effect).toBe('allow');
  });

  it('a call that outlives its reservation is presumed spent, so that nobody gets its money meanwhile', async () => {
    await using place = await openGates(kind, [oneCall]);
    const [gate] = place.gates;
    const { decisionId } = await gate.decide(asking({ ttlMs: 0 }), null);
    expect(await gate.sweep()).toBe(1);
    expect(await counterOf(place.database)).toMatchObject({ spent: '0.0035', reserved: '0' });
    expect((await gate.decide(asking(), null)).effect).toBe('deny');
    expect(await gate.settle(ASKER, decisionId, final(usageOf(90)))).toEqual({ costFemtoUsd: usd('0.0034') });
    expect(await counterOf(place.database)).toMatchObject({ spent: '0.0034', reserved: '0', overrun: '0' });
  });
});

interface Said {
  readonly isFinal: boolean;
  readonly output: number;
}
const said = fc.record({ isFinal: fc.boolean(), output: fc.integer({ min: 0, max: 100 }) });
const settlementOf = ({ isFinal, output }: Said): Settlement => (isFinal ? final : partial)(usageOf(output));

describe.each(storeKinds)('any settlements of a call in any order on %s', (kind) => {
  it('end with the largest of the highest rank, whatever came first, twice or at once', async () => {
    await using place = await openGates(kind, [makeBudget({ per: ['user'] })], { count: 2 });
    const [one, other = one] = place.gates;
    let user = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(said, { minLength: 1, maxLength: 6 }), fc.boolean(), async (all, isAtOnce) => {
        user += 1;
        const subject = { user: `u${user}` };
        const { decisionId } = await one.decide(asking({ subject }), null);
        const settle = (each: Said, index: number) =>
          (index % 2 === 0 ? one : other).settle(ASKER, decisionId, settlementOf(each));
        if (isAtOnce) await Promise.all(all.map(settle));
        else for (const [index, each] of all.entries()) await settle(each, index);
        const finals = all.filter(({ isFinal }) => isFinal);
        const output = Math.max(...(finals.length > 0 ? finals : all).map((each) => each.output));
        const counter = await counterOf(place.database, 'daily', subject.user);
        const spent = usd('0.0025') + BigInt(output) * usd('0.00001');
        const reserved = finals.length > 0 ? 0n : usd('0.0035') - spent;
        expect([counter?.spent, counter?.reserved, counter?.overrun]).toEqual([
          formatUsd(spent),
          formatUsd(reserved),
          '0',
        ]);
      }),
      { numRuns: 40 },
    );
  });
});
