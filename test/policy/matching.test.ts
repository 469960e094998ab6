import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileMatch } from '../../src/policy/dimensions.ts';
import { limitAt, Policy } from '../../src/policy/policy.ts';
import { counterKeyOf } from '../../src/policy/counterKey.ts';
import { facts, inForce, plainBudget, usd } from './asked.ts';

function isMatch(match: Record<string, string>, changes: Partial<typeof facts> = {}): boolean {
  return new Policy(1, [inForce({ match })]).matching({ ...facts, ...changes }).length === 1;
}

describe('a budget', () => {
  it.each([
    [{}, {}, true],
    [{ agent: 'support-bot' }, {}, true],
    [{ agent: 'support' }, {}, false],
    [{ agent: 'support-*', user: 'u1' }, {}, true],
    [{ agent: 'support-*', user: 'u2' }, {}, false],
    [{ agent: '*' }, { agent: null }, true],
    [{ agent: '(none)' }, { agent: null }, true],
    [{ agent: '(none)' }, {}, false],
    [{ agent: 'a*' }, { agent: null }, false],
    [{ 'tag.team': 'blue' }, { tags: { team: 'blue' } }, true],
    [{ 'tag.team': 'blue' }, { tags: { team: 'red' } }, false],
    [{ 'tag.team': '(none)' }, { tags: {} }, true],
    [{ 'tag.constructor': '(none)' }, { tags: {} }, true],
    [{ run: 'r1', service: 'api', environment: 'prod', provider: 'openai', session: 's1' }, {}, true],
  ])('that matches %j takes a call with %j: %s', (match, changes, expected) => {
    expect(isMatch(match, changes)).toBe(expected);
  });

  it('matches the requested model or the one that answered', () => {
    const answered = { model: 'gpt-4o', responseModel: 'gpt-4o-2024-08-06' };
    expect(isMatch({ model: 'gpt-4o' }, answered)).toBe(true);
    expect(isMatch({ model: 'gpt-4o-2024-08-06' }, answered)).toBe(true);
    expect(isMatch({ model: 'gpt-4o-2024-*' }, answered)).toBe(true);
    expect(isMatch({ model: 'gpt-4o-mini' }, answered)).toBe(false);
    expect(isMatch({ model: '(none)' }, { model: null, responseModel: 'gpt-4o' })).toBe(false);
    expect(isMatch({ model: '(none)' }, { model: null })).toBe(true);
  });

  it('is found once where both models are the one it names', () => {
    expect(isMatch({ model: 'gpt-4o' }, { model: 'gpt-4o', responseModel: 'gpt-4o' })).toBe(true);
    expect(isMatch({ model: 'gpt-4o' }, { model: null, responseModel: 'gpt-4o' })).toBe(true);
  });

  it.each(['run', 'session'] as const)('whose window is the %s takes no call without one', (kind) => {
    const policy = new Policy(1, [inForce({ window: { kind } })]);
    expect(policy.matching(facts)).toHaveLength(1);
    expect(policy.matching({ ...facts, [kind]: null })).toEqual([]);
  });

  it('of one tenant takes no call of another; a budget of the file takes both', () => {
    const policy = new Policy(1, [inForce({ name: 'file' }), inForce({ name: 'own' }, { tenant: 'acme' })]);
    const names = (tenant: string) => policy.matching({ ...facts, tenant }).map(({ budget }) => budget.name);
    expect(names('acme')).toEqual(['file', 'own']);
    expect(names('umbrella')).toEqual(['file']);
  });

  it('is found by the index as by comparing every one, in the order of the policy', () => {
    const value = fc.constantFrom('a', 'b', 'ab', '(none)', '*', 'a*', '*b');
    const dimension = fc.constantFrom('agent', 'user', 'model', 'service', 'tag.team');
    const match = fc.dictionary(dimension, value, { maxKeys: 3 });
    const given = fc.constantFrom('a', 'b', 'ab', null);
    const tenant = fc.constantFrom('acme', null);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(match, tenant), { maxLength: 12 }),
        fc.record({ agent: given, user: given, model: given, responseModel: given, service: given, team: given }),
        (budgets, { team, ...dimensions }) => {
          const all = budgets.map(([of, owner], id) => inForce({ match: of }, { id, tenant: owner }));
          const call = { ...facts, ...dimensions, tags: team === null ? {} : { team } };
          const expected = all.filter(({ budget }) => compileMatch(budget.match)(call)).map(({ id }) => id);
          expect(new Policy(1, all).matching(call).map(({ id }) => id)).toEqual(expected);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('the key of a counter', () => {
  it('has the dimensions of per, and the run or session where that is the window', () => {
    const key = counterKeyOf({ ...plainBudget, per: ['user', 'tag.team'], window: { kind: 'run' } }, facts);
    expect(key.values).toEqual({ run: 'r1', 'tag.team': '(none)', user: 'u1' });
  });

  it('has one text whatever the order of per, and another for other values', () => {
    const textOf = (per: readonly ('user' | 'agent')[], user: string): string =>
      counterKeyOf({ ...plainBudget, per }, { ...facts, user }).text;
    expect(textOf(['user', 'agent'], 'u1')).toBe(textOf(['agent', 'user'], 'u1'));
    expect(textOf(['user', 'agent'], 'u1')).not.toBe(textOf(['user', 'agent'], 'u2'));
    expect(textOf([], 'u1')).toBe('{}');
  });

  it('keeps apart what a separator inside a value would run together', () => {
    const textOf = (user: string, agent: string): string =>
      counterKeyOf({ ...plainBudget, per: ['user', 'agent'] }, { ...facts, user, agent }).text;
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (a, b, c, d) => {
        expect(textOf(a, b) === textOf(c, d)).toBe(a === c && b === d);
      }),
    );
  });

  it('has the requested model, so that a reservation and its charge count in one counter', () => {
    const budget = { ...plainBudget, per: ['model'] as const };
    const charged = { ...facts, responseModel: 'gpt-4o-2024-08-06' };
    expect(counterKeyOf(budget, charged).text).toBe(counterKeyOf(budget, facts).text);
  });
});

describe('a limit', () => {
  const raise = { key: null, amount: usd('5'), startsMicros: 1_000, endsMicros: 2_000 };

  it.each([
    [999, '50'],
    [1_000, '55'],
    [1_999, '55'],
    [2_000, '50'],
  ])('at %i µs, with a raise of 5 USD from 1,000 to 2,000, is %s USD', (at, expected) => {
    expect(limitAt(inForce({}, { raises: [raise] }), {}, at)).toBe(usd(expected));
  });

  it('is raised for the counters that have the values of the raise', () => {
    const raised = inForce({}, { raises: [{ ...raise, key: { user: 'u1' } }, raise] });
    expect(limitAt(raised, { user: 'u1', agent: 'a' }, 1_500)).toBe(usd('60'));
    expect(limitAt(raised, { user: 'u2', agent: 'a' }, 1_500)).toBe(usd('55'));
  });
});
