import { describe, expect, it } from 'vitest';
import type { Budget } from '../../src/policy/budget.ts';
import { downgradeOf } from '../../src/policy/downgrade.ts';
import { candidateModels, evaluate } from '../../src/policy/evaluate.ts';
import { Policy } from '../../src/policy/policy.ts';
import { inForce, inputOf, plainAsked, plainBudget, plainRule, requestOf, usd } from './asked.ts';

const cheaper: Partial<Budget> = { onExceed: 'downgrade', downgrade: { 'gpt-4o': 'gpt-4o-mini' } };
/** 0.001 USD are left: too little for gpt-4o, whose input alone costs 0.0025, and enough for gpt-4o-mini's 0.00045. */
const nearlySpent = { daily: { spent: usd('49.999') } };

describe('a downgrade', () => {
  it('takes the cheaper model where the asked one does not fit', () => {
    const verdict = evaluate(inputOf(plainAsked, [inForce(cheaper)], nearlySpent));
    expect(verdict).toMatchObject({
      effect: 'modify',
      model: 'gpt-4o-mini',
      maxOutputTokens: null,
      boundFemtoUsd: usd('0.00045'),
    });
    expect(verdict.reasons.map(({ message }) => message)).toEqual([
      'daily: this call may cost up to 0.0075 USD; 0.001 of 50 USD are left until 2026-10-02T00:00:00Z; gpt-4o-mini is taken instead',
    ]);
  });

  it('comes after the limit of the output, which keeps the model', () => {
    const verdict = evaluate(inputOf(plainAsked, [inForce(cheaper)], { daily: { spent: usd('49.993') } }));
    expect(verdict).toMatchObject({ effect: 'modify', model: 'gpt-4o', maxOutputTokens: 450 });
  });

  it('limits the output of the cheaper model too: (0.0003 − 0.00015) / 0.0000006 = 250', () => {
    const verdict = evaluate(inputOf(plainAsked, [inForce(cheaper)], { daily: { spent: usd('49.9997') } }));
    expect(verdict).toMatchObject({ effect: 'modify', model: 'gpt-4o-mini', maxOutputTokens: 250 });
  });

  it('refuses where the cheaper model does not fit either, or there is none', () => {
    const none = evaluate(inputOf(plainAsked, [inForce(cheaper)], { daily: { spent: usd('50') } }));
    expect(none).toMatchObject({ effect: 'deny', model: 'gpt-4o' });
    expect(none.reasons.map(({ effect }) => effect)).toEqual(['deny', 'deny']);
    const unnamed = evaluate(inputOf(plainAsked, [inForce({ onExceed: 'downgrade' })], nearlySpent));
    expect(unnamed).toMatchObject({ effect: 'deny' });
  });

  it('asks the budgets of the cheaper model, which may be others', () => {
    const budgets = [
      inForce({ ...cheaper, match: { model: 'gpt-4o' } }),
      inForce({ name: 'mini', match: { model: 'gpt-4o-mini' } }),
    ];
    const decide = (mini: string) =>
      evaluate(inputOf(plainAsked, budgets, { daily: { spent: usd('50') }, mini: { spent: usd(mini) } }));
    expect(decide('49')).toMatchObject({ effect: 'modify', model: 'gpt-4o-mini' });
    expect(decide('50')).toMatchObject({ effect: 'deny' });
  });

  it('goes on along a chain, three models down and no further', () => {
    const chain = { a: 'b', b: 'c', c: 'd', d: 'e' };
    const budgets = ['a', 'b', 'c', 'd'].map((model) =>
      inForce({
        name: model,
        match: { model },
        onExceed: 'downgrade',
        downgrade: chain,
        limit: { unit: 'calls', amount: 1n },
      }),
    );
    const decide = (full: string) => {
      const held = Object.fromEntries(full.split('').map((name) => [name, { spent: 1n }]));
      return evaluate(inputOf({ ...plainAsked, model: 'a' }, budgets, held));
    };
    expect(decide('a')).toMatchObject({ effect: 'modify', model: 'b' });
    expect(decide('abc')).toMatchObject({ effect: 'modify', model: 'd' });
    expect(decide('abcd')).toMatchObject({ effect: 'deny', model: 'a' });
    expect(candidateModels(new Policy(1, budgets), [], requestOf({ ...plainAsked, model: 'a' }))).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
  });

  it('ends where models name each other', () => {
    const round = { onExceed: 'downgrade', downgrade: { 'gpt-4o': 'gpt-4o-mini', 'gpt-4o-mini': 'gpt-4o' } } as const;
    expect(evaluate(inputOf(plainAsked, [inForce(round)], { daily: { spent: usd('50') } }))).toMatchObject({
      effect: 'deny',
    });
  });

  it('of the first budget is taken, and every budget that is short has to have one', () => {
    const second = { ...cheaper, name: 'second', downgrade: { 'gpt-4o': 'gpt-4.1-nano' } };
    const held = { ...nearlySpent, second: { spent: usd('49.999') }, none: { spent: usd('49.999') } };
    const both = evaluate(inputOf(plainAsked, [inForce(second), inForce(cheaper)], held));
    expect(both).toMatchObject({ effect: 'modify', model: 'gpt-4.1-nano' });
    const budgets = [inForce(second), inForce({ ...cheaper, name: 'none', downgrade: {} })];
    expect(evaluate(inputOf(plainAsked, budgets, held))).toMatchObject({ effect: 'deny' });
  });

  it('yields to a budget that denies or asks a person', () => {
    const held = { ...nearlySpent, other: { spent: usd('50') } };
    const decide = (onExceed: 'deny' | 'require_approval') =>
      evaluate(inputOf(plainAsked, [inForce(cheaper), inForce({ name: 'other', onExceed })], held));
    expect(decide('deny')).toMatchObject({ effect: 'deny', model: 'gpt-4o' });
    expect(decide('require_approval')).toMatchObject({ effect: 'require_approval', model: 'gpt-4o' });
  });

  it('leads to no model that a rule forbids', () => {
    const rules = [{ ...plainRule, match: { model: '*-mini' }, effect: 'deny' as const }];
    expect(evaluate(inputOf(plainAsked, [inForce(cheaper)], nearlySpent, { rules }))).toMatchObject({ effect: 'deny' });
  });
});

describe('the model in the place of another', () => {
  const budget: Budget = {
    ...plainBudget,
    downgrade: { '*': 'any', 'gpt-4*': 'short', 'gpt-4o*': 'long', 'gpt-4o': 'name', same: 'same' },
  };

  it.each([
    ['gpt-4o', 'name'],
    ['gpt-4o-2024-08-06', 'long'],
    ['gpt-4-turbo', 'short'],
    ['claude-opus-5', 'any'],
    ['any', null],
    ['same', null],
  ])('for %s is %s, whatever order the names came in', (model, expected) => {
    expect(downgradeOf(budget, model)).toBe(expected);
    const entries = Object.entries(budget.downgrade).toReversed();
    expect(downgradeOf({ ...budget, downgrade: Object.fromEntries(entries) }, model)).toBe(expected);
  });
});
