import { describe, expect, it } from 'vitest';
import {
  causes,
  comparison,
  isBefore,
  isCutAlike,
  mainCause,
  nextToRunOut,
  rangeBefore,
  underBars,
  urgentBudgets,
} from '../../dashboards/page/model/overview.ts';
import type { Budget, BudgetDefinition, Counter, Forecast } from '../../dashboards/page/policyAnswers.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');

describe('the bars of the period before', () => {
  const range = (from: string, to: string) => ({ from: `2026-${from}:00Z`, to: `2026-${to}:00Z` });

  it('stand under those of this one where both are cut alike', () => {
    expect(isCutAlike(range('11-15T16:42', '11-22T16:42'), 'day')).toBe(true);
    expect(isCutAlike(range('11-21T16:42', '11-22T16:42'), 'hour')).toBe(true);
    // A week of Berlin in which the clock is put back has 169 hours.
    expect(isCutAlike(range('10-19T22:00', '10-26T23:00'), 'day')).toBe(true);
    // From midnight to now: the last day before was whole, today is not.
    expect(isCutAlike(range('11-15T00:00', '11-22T16:42'), 'day')).toBe(false);
    // 130 days are 18 weeks and 4 days.
    expect(isCutAlike(range('01-01T00:00', '05-11T00:00'), 'week')).toBe(false);
    expect(isCutAlike(range('11-15T00:00', '11-22T00:00'), null)).toBe(false);
  });

  it('are of the period that ends where this one begins, give or take what time went by', () => {
    const from = '2026-11-15T16:42:00Z';
    expect(isBefore({ to: '2026-11-15T16:41:57Z' }, { from })).toBe(true);
    expect(isBefore({ to: '2026-10-23T16:42:00Z' }, { from })).toBe(false);
  });
});

describe('a period against the one before', () => {
  it('says how much more or less in per cent, and from three times on how many times', () => {
    // 3630.17 ÷ 2976.74 − 1 = 0.2195…
    expect(comparison({ now_usd: '3630.17', before_usd: '2976.74' })).toEqual({
      direction: 'up',
      amount: '▲ 22 %',
      than: 'more than',
    });
    expect(comparison({ now_usd: '75', before_usd: '100' })).toMatchObject({ direction: 'down', amount: '▼ 25 %' });
    expect(comparison({ now_usd: '300', before_usd: '100' })).toMatchObject({ amount: '▲ 3.0 times' });
    expect(comparison({ now_usd: '299', before_usd: '100' })).toMatchObject({ amount: '▲ 199 %' });
    expect(comparison({ now_usd: '100.01', before_usd: '100' })).toMatchObject({ direction: 'same' });
  });

  it('says nothing where there is nothing to compare with', () => {
    expect(comparison({ now_usd: '5', before_usd: '0' })).toBeNull();
    expect(comparison({ now_usd: '5', before_usd: null })).toBeNull();
    expect(comparison({ now_usd: null, before_usd: '5' })).toBeNull();
  });

  it('names each cause by its direction and draws it against the largest', () => {
    const changes = { delta_usd: '5', volume_usd: '-2', mix_usd: '8', price_usd: '-1' };
    expect(causes(changes).map(({ label, share }) => [label, share])).toEqual([
      ['Fewer calls', -0.25],
      ['Dearer mix of models', 1],
      ['Cheaper calls', -0.125],
    ]);
    expect(mainCause(changes)).toBe('dearer mix of models');
    expect(mainCause({ ...changes, delta_usd: '-5' })).toBe('fewer calls');
    expect(mainCause({ delta_usd: '0', volume_usd: '0', mix_usd: '0', price_usd: '0' })).toBeNull();
  });

  it('is of equal length and ends where this one begins', () => {
    expect(rangeBefore({ from: '2026-10-23T12:00:00.000Z', to: '2026-11-22T12:00:00.000Z' })).toEqual({
      from: '2026-09-23T12:00:00.000Z',
      to: '2026-10-23T12:00:00.000Z',
    });
  });

  it('stands under the bars from the end, since both end in the same part of a day', () => {
    expect(underBars(['1', '2', '3'], 3)).toEqual(['1', '2', '3']);
    expect(underBars(['0', '1', '2'], 2)).toEqual(['1', '2']);
    expect(underBars(['1', '2'], 3)).toEqual([null, '1', '2']);
  });
});

function counter(used: number, exhaustedAt: string | null, key: Record<string, string> = {}): Counter {
  return {
    key,
    used_share: used,
    limit_usd: '10',
    spent_usd: String(used * 10),
    left_usd: String(10 - used * 10),
    window_start: null,
    resets_at: null,
    forecast: { exhausted_at: exhaustedAt },
  };
}

const rule = { on_exceed: 'deny', mode: 'enforce' };
const budget = (name: string, state: Counter | null, given: Partial<BudgetDefinition> = {}): Budget => ({
  name,
  source: 'api',
  state,
  definition: {
    match: {},
    per: [],
    window: 'day',
    timezone: 'UTC',
    limit: { usd: '10' },
    alert_at: [],
    downgrade: {},
    unpriced: 'deny',
    lost_calls: 'presume',
    min_output_tokens: 64,
    stop_streams: false,
    ...rule,
    ...given,
  },
});
const told = (name: string, given: Counter): Forecast['budgets'][number] => ({ ...given, budget: name, ...rule });

const past = '2026-11-22T11:00:00Z';
const later = '2026-11-22T19:40:00Z';

describe('the budgets of the overview', () => {
  it('show of each budget the most urgent counter, those used up first, then those that will be, then the fullest', () => {
    const budgets = [budget('enough', counter(0.9, null)), budget('low', counter(0.1, null)), budget('users', null)];
    const forecast = [
      told('users', counter(1.2, past, { user: 'u1' })),
      told('users', counter(0.6, later, { user: 'u2' })),
      told('hidden', counter(0.5, later)),
    ];
    const rows = urgentBudgets(budgets, forecast, NOW);
    expect(rows.map((row) => [row.name, row.counter.key, row.others])).toEqual([
      ['users', { user: 'u1' }, 1],
      ['hidden', {}, 0],
      ['enough', {}, 0],
      ['low', {}, 0],
    ]);
    expect(rows.map((row) => row.definition?.window)).toEqual(['day', undefined, 'day', 'day']);
  });

  it('count a budget once that is in the list and in the forecast', () => {
    const soon = counter(0.8, later);
    expect(urgentBudgets([budget('one', soon)], [told('one', soon)], NOW)).toHaveLength(1);
  });

  it('tell the next to run out from those that have nothing left', () => {
    const forecast = [told('a', counter(1.2, past)), told('b', counter(0.7, later)), told('c', counter(0.1, later))];
    expect(nextToRunOut(forecast)).toEqual({ next: forecast[1], usedUp: 1 });
    expect(nextToRunOut(forecast.slice(0, 1))).toEqual({ next: null, usedUp: 1 });
    expect(nextToRunOut([])).toEqual({ next: null, usedUp: 0 });
  });
});
