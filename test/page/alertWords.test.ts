import { describe, expect, it } from 'vitest';
import { alertLinks, alertParams, alertTypes, typeWords } from '../../dashboards/page/model/alertWords.ts';
import { alertTypes as typesOfTheGate } from '../../src/policy/alertTypes.ts';

describe('alerts', () => {
  it('have words for every type there is', () => {
    expect(alertTypes).toEqual(typesOfTheGate);
    expect(typeWords('budget.exceeded')).toBe('a budget is used up');
    expect(typeWords('something.new')).toBe('something.new');
  });

  it('lead to the budget, then to what the call belongs to', () => {
    const data = { trace_id: 'ab'.repeat(16), agent: 'a/b', user: '(none)', session: '' };
    expect(alertLinks({ type: 'call.denied', budget: 'daily', data }).map(({ href }) => href)).toEqual([
      '/budgets/daily',
      `/traces/${'ab'.repeat(16)}`,
      '/agents/a%2Fb',
    ]);
  });

  it('of a model without a price lead to its price, with any provider where none is named', () => {
    const alert = { type: 'price.unknown_model', budget: null };
    expect(alertLinks({ ...alert, data: { provider: 'openai', model: 'ft:x/1' } })[0]?.href).toBe(
      '/prices/openai/ft%3Ax%2F1',
    );
    expect(alertLinks({ ...alert, data: { provider: null, model: 'm' } })[0]?.href).toBe('/prices/*/m');
  });

  it('that wait for a person lead to the approvals', () => {
    expect(alertLinks({ type: 'approval.requested', budget: null, data: {} })).toEqual([
      { about: 'approval', href: '/approvals', label: 'decide' },
    ]);
  });

  it('make no address of what is no text', () => {
    const data = { trace_id: 7, agent: { toString: 'javascript:' }, user: ['x'], session: null };
    expect(alertLinks({ type: 'call.denied', budget: null, data })).toEqual([]);
  });
});

describe('the filters of the alerts', () => {
  it('take types that there are, and pass over others', () => {
    expect(alertParams(new URLSearchParams('type=budget.exceeded&budget=daily'))).toEqual({
      type: 'budget.exceeded',
      budget: 'daily',
    });
    expect(alertParams(new URLSearchParams('type=budget.*&budget='))).toEqual({ type: null, budget: null });
  });
});
