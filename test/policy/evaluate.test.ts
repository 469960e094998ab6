import { describe, expect, it } from 'vitest';
import type { AskedCall } from '../../src/policy/decision.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import { inForce, inputOf, plainAsked, plainBudget, usd, type Held } from './asked.ts';
import type { Budget } from '../../src/policy/budget.ts';

/** One budget of 50 USD of which so much is spent; a call of at most 0.0025 + 500 × 0.00001 USD, unless the test says else. */
function decide(budget: Partial<Budget>, spent: bigint, call: Partial<AskedCall> = {}) {
  return evaluate(inputOf({ ...plainAsked, ...call }, [inForce(budget)], { daily: { spent } }));
}

describe('a decision about a call', () => {
  it('allows what fits to the last digit: 49.9925 + 0.0075 = 50 USD', () => {
    expect(decide({}, usd('49.9925'))).toEqual({
      effect: 'allow',
      model: 'gpt-4o',
      maxOutputTokens: null,
      boundFemtoUsd: usd('0.0075'),
      boundTokens: 1_500,
      reasons: [],
      missing: [],
      stopStreams: false,
    });
  });

  it('limits the output to the most that fits where one digit is missing: 499 tokens', () => {
    expect(decide({}, usd('49.992500000000001'))).toMatchObject({
      effect: 'modify',
      model: 'gpt-4o',
      maxOutputTokens: 499,
      boundFemtoUsd: usd('0.00749'),
      boundTokens: 1_499,
    });
  });

  it('counts what is reserved as what is spent', () => {
    const held: Held = { daily: { spent: usd('30'), reserved: usd('19.9935') } };
    expect(evaluate(inputOf(plainAsked, [inForce()], held))).toMatchObject({ effect: 'modify', maxOutputTokens: 400 });
  });

  it('limits down to min_output_tokens and refuses below: 64 tokens fit into 0.00314 USD, 63 into 0.003139', () => {
    expect(decide({}, usd('49.99686'))).toMatchObject({ effect: 'modify', maxOutputTokens: 64 });
    expect(decide({}, usd('49.996861'))).toMatchObject({ effect: 'deny', maxOutputTokens: null, missing: [] });
    expect(decide({ minOutputTokens: 63 }, usd('49.996861'))).toMatchObject({ effect: 'modify', maxOutputTokens: 63 });
  });

  it('shares the room among the choices: 0.005 USD are 166 tokens for each of three', () => {
    expect(decide({}, usd('49.9925'), { choices: 3 })).toMatchObject({ maxOutputTokens: 166, boundTokens: 1_498 });
  });

  it('refuses where the caller’s API has no parameter for the output', () => {
    expect(decide({}, usd('49.993'), { canLimitOutput: false })).toMatchObject({ effect: 'deny' });
  });

  it('takes the smallest output of all budgets, and every budget it limits says why', () => {
    const verdict = evaluate(
      inputOf(
        plainAsked,
        [
          inForce({ name: 'daily' }),
          inForce({ name: 'tokens', limit: { unit: 'tokens', amount: 10_000n }, per: ['user'] }),
          inForce({ name: 'calls', limit: { unit: 'calls', amount: 1n } }),
        ],
        { daily: { spent: usd('49.9945') }, tokens: { spent: 8_800n } },
      ),
    );
    // 0.0055 − 0.0025 USD are 300 tokens; 1,200 − 1,000 tokens are 200.
    expect(verdict).toMatchObject({ effect: 'modify', maxOutputTokens: 200, boundTokens: 1_200 });
    expect(verdict.reasons.map(({ message }) => message)).toEqual([
      'daily: this call may cost up to 0.0075 USD; 0.0055 of 50 USD are left until 2026-10-02T00:00:00Z; its output is limited to 200 tokens',
      'tokens (user u1): this call may use up to 1500 tokens; 1200 of 10000 tokens are left until 2026-10-02T00:00:00Z; its output is limited to 200 tokens',
    ]);
  });

  it('limits a call that declares nothing from the model’s maximum of 16,384', () => {
    expect(decide({}, 0n, { maxOutputTokens: null })).toMatchObject({ effect: 'allow', maxOutputTokens: null });
    const limited = decide({}, usd('49.9'), { maxOutputTokens: null });
    // (0.1 − 0.0025) / 0.00001.
    expect(limited).toMatchObject({ effect: 'modify', maxOutputTokens: 9_750, boundFemtoUsd: usd('0.1') });
  });

  it('cannot limit calls: the last of 1,000 is allowed and the next refused', () => {
    const limit = { unit: 'calls', amount: 1_000n } as const;
    expect(decide({ limit }, 999n)).toMatchObject({ effect: 'allow' });
    const { effect, reasons } = decide({ limit }, 1_000n);
    expect(effect).toBe('deny');
    expect(reasons.map(({ message }) => message)).toEqual([
      'daily: this call takes 1 call; 0 of 1000 calls are left until 2026-10-02T00:00:00Z',
    ]);
  });

  it('has the counter as it was in its reason', () => {
    const [reason] = decide({}, usd('51')).reasons;
    expect(reason).toMatchObject({ policy: 'daily', kind: 'budget', effect: 'deny', mode: 'enforce' });
    expect(reason?.message).toContain('0 of 50 USD are left');
    expect(reason?.budget).toMatchObject({ unit: 'usd', limit: usd('50'), spent: usd('51'), reserved: 0n, key: {} });
  });
});

describe('a budget that does not fit', () => {
  const full = usd('50');

  it('and only warns lets pass', () => {
    const { effect, reasons, maxOutputTokens } = decide({ onExceed: 'warn' }, full);
    expect({ effect, maxOutputTokens, said: reasons.map((reason) => reason.effect) }).toEqual({
      effect: 'warn',
      maxOutputTokens: null,
      said: ['warn'],
    });
  });

  it('in shadow mode says what it would have done, and does nothing', () => {
    const said = (budget: Partial<Budget>, spent: bigint) => {
      const { effect, maxOutputTokens, reasons } = decide({ ...budget, mode: 'shadow' }, spent);
      expect({ effect, maxOutputTokens }).toEqual({ effect: 'allow', maxOutputTokens: null });
      return reasons.map((reason) => [reason.mode, reason.effect]);
    };
    expect(said({}, full)).toEqual([['shadow', 'deny']]);
    expect(said({}, usd('49.993'))).toEqual([['shadow', 'modify']]);
    expect(said({ onExceed: 'require_approval' }, full)).toEqual([['shadow', 'require_approval']]);
    expect(said({ onExceed: 'downgrade', downgrade: { 'gpt-4o': 'gpt-4o-mini' } }, full)).toEqual([
      ['shadow', 'modify'],
    ]);
    expect(said({ onExceed: 'downgrade' }, full)).toEqual([['shadow', 'deny']]);
    expect(said({}, 0n)).toEqual([]);
  });

  it('and asks a person says by how much each must be raised: 0.0075 and 1,500 − 200', () => {
    const budgets = [
      inForce({ name: 'money', onExceed: 'require_approval' }),
      inForce({ name: 'tokens', limit: { unit: 'tokens', amount: 1_000n }, onExceed: 'downgrade' }),
      inForce({ name: 'fits' }),
    ];
    const held: Held = { money: { spent: full }, tokens: { spent: 800n } };
    const asked = evaluate(inputOf(plainAsked, budgets, held));
    expect(asked.effect).toBe('require_approval');
    expect(asked.missing.map(({ budget, amount }) => [budget.budget.name, amount])).toEqual([
      ['money', usd('0.0075')],
      ['tokens', 1_300n],
    ]);
    const approved = evaluate(inputOf(plainAsked, budgets, held, { isApproved: true }));
    expect(approved).toMatchObject({ effect: 'allow', maxOutputTokens: null, boundFemtoUsd: usd('0.0075') });
    expect(approved.missing).toEqual(asked.missing);
  });

  it('and denies holds against an approval', () => {
    const budgets = [inForce({ name: 'ask', onExceed: 'require_approval' }), inForce({ name: 'no' })];
    const held: Held = { ask: { spent: full }, no: { spent: full } };
    for (const isApproved of [false, true]) {
      expect(evaluate(inputOf(plainAsked, budgets, held, { isApproved }))).toMatchObject({
        effect: 'deny',
        missing: [],
      });
    }
  });

  it('says whether streams are cut off, where it enforces', () => {
    const stops = (budget: Partial<Budget>) => decide({ ...budget, stopStreams: true }, 0n).stopStreams;
    expect([stops({}), stops({ mode: 'shadow' }), stops({ onExceed: 'warn' })]).toEqual([true, false, false]);
  });
});

describe('a call that nobody can bound', () => {
  const unknown = { model: 'no-such-model' };

  it('is refused by a budget of dollars that says so, and not by one of tokens or calls', () => {
    const denied = decide({}, 0n, unknown);
    expect(denied).toMatchObject({ effect: 'deny', boundFemtoUsd: null });
    expect(denied.reasons.map(({ message }) => message)).toEqual([
      'daily: no price is known for the model no-such-model',
    ]);
    expect(decide({ limit: { unit: 'tokens', amount: 1_500n } }, 0n, unknown)).toMatchObject({ effect: 'allow' });
    expect(decide({ limit: { unit: 'calls', amount: 1n } }, 0n, unknown)).toMatchObject({ effect: 'allow' });
    expect(decide({ onExceed: 'warn' }, 0n, unknown)).toMatchObject({ effect: 'warn' });
  });

  it('takes nothing with allow and the assumed amount with assume', () => {
    const allowed = decide({ unpriced: { kind: 'allow' } }, usd('50'), unknown);
    expect(allowed).toMatchObject({ effect: 'allow', boundFemtoUsd: null, boundTokens: 1_500 });
    const assume = { unpriced: { kind: 'assume', femtoUsd: usd('0.10') } } as const;
    expect(decide(assume, usd('49.90'), unknown)).toMatchObject({ effect: 'allow' });
    expect(decide(assume, usd('49.900000000000001'), unknown)).toMatchObject({ effect: 'deny' });
    expect(decide(assume, 0n, unknown).reasons.map(({ effect, message }) => [effect, message])).toEqual([
      ['allow', 'daily: no price is known for the model no-such-model; it counts as 0.1 USD'],
    ]);
  });

  it('because of its input is refused by budgets of tokens too, unless they allow what is known', () => {
    const limit = { unit: 'tokens', amount: 1_500n } as const;
    const unbounded = { isInputBounded: false };
    expect(decide({ limit }, 0n, unbounded)).toMatchObject({ effect: 'deny' });
    expect(decide({ limit, unpriced: { kind: 'allow' } }, 0n, unbounded)).toMatchObject({ effect: 'allow' });
    expect(decide({ limit, unpriced: { kind: 'allow' } }, 100n, unbounded)).toMatchObject({ maxOutputTokens: 400 });
    expect(decide({ limit: { unit: 'calls', amount: 1n } }, 0n, unbounded)).toMatchObject({ effect: 'allow' });
  });
});

describe('the question whether a run may start', () => {
  it.each([
    [usd('49.99'), 'deny', 'allow'],
    [usd('50'), 'deny', 'deny'],
    [usd('50'), 'downgrade', 'deny'],
    [usd('50'), 'require_approval', 'require_approval'],
    [usd('50'), 'warn', 'warn'],
  ] as const)('with %s femto-USD spent of 50 USD and on_exceed %s is answered by %s', (spent, onExceed, expected) => {
    const verdict = evaluate(inputOf(null, [inForce({ onExceed })], { daily: { spent } }));
    expect(verdict).toMatchObject({ effect: expected, model: null, boundTokens: 0, missing: [] });
  });

  it('is not asked of budgets that match a model, and shadows do not answer it', () => {
    const spent = plainBudget.limit.amount;
    const asked = (budget: Partial<Budget>) => evaluate(inputOf(null, [inForce(budget)], { daily: { spent } }));
    expect(asked({ match: { model: 'gpt-*' } })).toMatchObject({ effect: 'allow', reasons: [] });
    expect(asked({ mode: 'shadow' })).toMatchObject({ effect: 'allow', reasons: [{ mode: 'shadow', effect: 'deny' }] });
  });
});
