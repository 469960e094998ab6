import { describe, expect, it } from 'vitest';
import type { PolicyRule } from '../../src/policy/budget.ts';
import type { AskedCall, OuterVerdict } from '../../src/policy/decision.ts';
import { candidateModels, evaluate, type EvaluationInput } from '../../src/policy/evaluate.ts';
import { Policy } from '../../src/policy/policy.ts';
import { inForce, inputOf, plainAsked, plainRule, requestOf, usd } from './asked.ts';

function decide(changes: Partial<EvaluationInput>, call: Partial<AskedCall> = {}) {
  return evaluate(inputOf({ ...plainAsked, ...call }, [inForce()], {}, changes));
}

function byRule(rule: Partial<PolicyRule>, call: Partial<AskedCall> = {}) {
  return decide({ rules: [{ ...plainRule, ...rule }] }, call);
}

function byCallback(outer: Partial<OuterVerdict>, call: Partial<AskedCall> = {}) {
  return decide({ outer: { effect: 'allow', model: null, maxOutputTokens: null, message: '', ...outer } }, call);
}

describe('a rule', () => {
  it.each(['deny', 'require_approval', 'warn'] as const)('with effect %s has it on calls that match', (effect) => {
    expect(byRule({ effect, match: { model: 'gpt-*' } })).toMatchObject({
      effect,
      reasons: [{ kind: 'rule', effect }],
    });
    expect(byRule({ effect, match: { model: 'claude-*' } })).toMatchObject({ effect: 'allow', reasons: [] });
    const shadow = byRule({ effect, mode: 'shadow' });
    expect(shadow).toMatchObject({ effect: 'allow', reasons: [{ kind: 'rule', effect, mode: 'shadow' }] });
  });

  it('that asks a person is content with an approval', () => {
    const rules = [{ ...plainRule, effect: 'require_approval' as const }];
    expect(decide({ rules, isApproved: true })).toMatchObject({ effect: 'allow', reasons: [] });
  });

  it('limits the output, one token apart', () => {
    expect(byRule({ maxOutputTokens: 500 })).toMatchObject({ effect: 'allow', maxOutputTokens: null });
    expect(byRule({ maxOutputTokens: 499 })).toMatchObject({
      effect: 'modify',
      maxOutputTokens: 499,
      boundTokens: 1_499,
    });
    expect(byRule({ maxOutputTokens: 20 })).toMatchObject({ effect: 'modify', maxOutputTokens: 20 });
    expect(byRule({ maxOutputTokens: 499, mode: 'shadow' })).toMatchObject({ effect: 'allow', maxOutputTokens: null });
  });

  it('refuses what cannot be limited', () => {
    expect(byRule({ maxOutputTokens: 499 }, { canLimitOutput: false })).toMatchObject({ effect: 'deny' });
    expect(byRule({ maxOutputTokens: 499 }, { canLimitOutput: false, operation: 'embeddings' }).effect).toBe('allow');
  });

  it('caps the cost of a call: 0.0065 − 0.0025 USD are 400 tokens, and 0.00314 the least of 64', () => {
    const cap = (text: string) => byRule({ maxCostPerCallFemtoUsd: usd(text) });
    expect(cap('0.0075')).toMatchObject({ effect: 'allow' });
    expect(cap('0.0065')).toMatchObject({ effect: 'modify', maxOutputTokens: 400 });
    expect(cap('0.00314')).toMatchObject({ effect: 'modify', maxOutputTokens: 64 });
    expect(cap('0.003139')).toMatchObject({ effect: 'deny' });
  });

  it('that caps the cost refuses a call whose cost nobody can say', () => {
    const rule = { maxCostPerCallFemtoUsd: usd('1') };
    expect(
      evaluate(inputOf({ ...plainAsked, model: 'none' }, [], {}, { rules: [{ ...plainRule, ...rule }] })),
    ).toMatchObject({
      effect: 'deny',
      reasons: [{ message: 'rule: a call may cost 1 USD, and nobody can say what this one costs' }],
    });
  });

  it('of output goes before one of cost, whichever comes first: 40 tokens fit into 0.003 USD', () => {
    const cost = { ...plainRule, name: 'cost', maxCostPerCallFemtoUsd: usd('0.003') };
    const output = { ...plainRule, name: 'output', maxOutputTokens: 40 };
    for (const rules of [
      [cost, output],
      [output, cost],
    ]) {
      expect(decide({ rules })).toMatchObject({ effect: 'modify', maxOutputTokens: 40 });
    }
  });

  it('speaks without a call too, where it names no model', () => {
    const ask = (rule: Partial<PolicyRule>) =>
      evaluate(inputOf(null, [], {}, { rules: [{ ...plainRule, ...rule }] })).effect;
    expect(ask({ effect: 'deny', match: { agent: 'support-*' } })).toBe('deny');
    expect(ask({ effect: 'deny', match: { model: 'gpt-*' } })).toBe('allow');
    expect(ask({ maxOutputTokens: 1 })).toBe('allow');
  });
});

describe('a callback', () => {
  it('has the stricter of two effects', () => {
    const full = (outer: OuterVerdict['effect']) =>
      evaluate(
        inputOf(
          plainAsked,
          [inForce({ onExceed: 'warn' })],
          { daily: { spent: usd('50') } },
          {
            outer: { effect: outer, model: null, maxOutputTokens: null, message: 'so' },
          },
        ),
      ).effect;
    expect(full('allow')).toBe('warn');
    expect(full('warn')).toBe('warn');
    expect(full('modify')).toBe('warn');
    expect(full('require_approval')).toBe('require_approval');
    expect(full('deny')).toBe('deny');
  });

  it('is heard before any budget where it denies, and is quoted', () => {
    const { reasons, missing } = byCallback({ effect: 'deny', message: 'not today' });
    expect({ reasons, missing }).toEqual({
      reasons: [
        {
          policy: 'callback',
          kind: 'callback',
          effect: 'deny',
          mode: 'enforce',
          message: 'callback: not today',
          budget: null,
        },
      ],
      missing: [],
    });
  });

  it('modifies model and output, of which the smaller holds', () => {
    const verdict = byCallback({ effect: 'modify', model: 'gpt-4o-mini', maxOutputTokens: 100 });
    expect(verdict).toMatchObject({
      effect: 'modify',
      model: 'gpt-4o-mini',
      maxOutputTokens: 100,
      reasons: [{ kind: 'callback' }],
    });
    expect(byCallback({ effect: 'modify', maxOutputTokens: 500 })).toMatchObject({ effect: 'allow', reasons: [] });
    const rules = [{ ...plainRule, maxOutputTokens: 80 }];
    const outer = { effect: 'modify', model: null, maxOutputTokens: 100, message: '' } as const;
    expect(decide({ rules, outer })).toMatchObject({ effect: 'modify', maxOutputTokens: 80 });
  });

  it('that limits what cannot be limited refuses', () => {
    const outer = { effect: 'modify', maxOutputTokens: 100 } as const;
    expect(byCallback(outer, { canLimitOutput: false })).toMatchObject({ effect: 'deny' });
  });

  it('that asks a person is content with an approval', () => {
    const outer = { effect: 'require_approval', model: null, maxOutputTokens: null, message: '' } as const;
    expect(decide({ outer, isApproved: true }).effect).toBe('allow');
  });

  it('may name a model that the budgets are asked about', () => {
    const budgets = [inForce({ match: { model: 'o3' }, onExceed: 'downgrade', downgrade: { o3: 'o4-mini' } })];
    const outer = { effect: 'modify', model: 'o3', maxOutputTokens: null, message: '' } as const;
    expect(candidateModels(new Policy(1, budgets), [], requestOf(plainAsked), outer)).toEqual(['o3', 'o4-mini']);
    expect(candidateModels(new Policy(1, budgets), [], requestOf(null), outer)).toEqual([]);
  });
});
