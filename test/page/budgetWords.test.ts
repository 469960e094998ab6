import { describe, expect, it } from 'vitest';
import { draftOf, newDraft } from '../../dashboards/page/model/budgetDraft.ts';
import { definitionOf } from '../../dashboards/page/model/budgetDraft.ts';
import {
  amountWords,
  budgetSentence,
  matchWords,
  perWords,
  windowWords,
} from '../../dashboards/page/model/budgetWords.ts';
import type { BudgetDefinition } from '../../dashboards/page/policyAnswers.ts';

const daily: BudgetDefinition = {
  ...definitionOf({ ...newDraft('Europe/Berlin'), amount: '50' }),
  per: ['user'],
};
const said = (changes: Partial<BudgetDefinition>): string => budgetSentence({ ...daily, ...changes });

describe('the sentence of a budget', () => {
  it('says who may spend how much in which time, and what comes then', () => {
    expect(budgetSentence(daily)).toBe('Each user may spend $50.00 a day (Berlin); then calls are refused.');
  });

  it('speaks of all calls together where there is one counter', () => {
    expect(said({ per: [] })).toBe('All calls together may spend $50.00 a day (Berlin); then calls are refused.');
    expect(said({ per: [], match: { agent: 'support-bot' } })).toBe(
      'Calls with agent support-bot together may spend $50.00 a day (Berlin); then calls are refused.',
    );
  });

  it('names the verb of each unit', () => {
    expect(said({ limit: { tokens: 1_000_000 } })).toContain('may use 1,000,000 tokens a day');
    expect(said({ limit: { calls: 1 } })).toContain('may make 1 call a day');
  });

  it('says what each answer to an empty budget means', () => {
    expect(said({ on_exceed: 'warn' })).toMatch(/; then calls go on, and an alert says so\.$/);
    expect(said({ on_exceed: 'require_approval' })).toMatch(/; then each call waits until somebody approves it\.$/);
    expect(said({ on_exceed: 'downgrade', downgrade: { 'gpt-4o': 'gpt-4o-mini', o3: 'o3-mini' } })).toMatch(
      /; then gpt-4o becomes gpt-4o-mini and o3 becomes o3-mini\.$/,
    );
    expect(said({ on_exceed: 'downgrade', downgrade: {} })).toMatch(/; then calls get another model\.$/);
  });

  it('adds that shadow mode stops nothing', () => {
    expect(said({ mode: 'shadow' })).toMatch(/refused\. It only records what it would do, and stops nothing\.$/);
  });

  it('can be read while the amount is not written yet', () => {
    expect(said({ limit: { usd: '' } })).toContain('may spend … a day');
    expect(said({ limit: { usd: '5 or so' } })).toContain('may spend … a day');
  });
});

describe('the words of a window', () => {
  it('name the zone of days, weeks and months alone', () => {
    const at = (window: string): string => windowWords({ window, timezone: 'America/New_York' });
    expect([at('hour'), at('day'), at('week'), at('month')]).toEqual([
      'an hour',
      'a day (New York)',
      'a week (New York)',
      'a month (New York)',
    ]);
  });

  it('say of a rolling window how long it is, and of half a one that it has some length', () => {
    const at = (window: string): string => windowWords({ window, timezone: 'UTC' });
    expect([at('rolling:1h'), at('rolling:90m'), at('rolling:7d')]).toEqual([
      'in any 1 hour',
      'in any 90 minutes',
      'in any 7 days',
    ]);
    expect(at('rolling:')).toBe('in a window of some length');
    expect(at('rolling:soon')).toBe('in a window of soon');
  });

  it('leave runs and sessions to who has a counter', () => {
    expect(windowWords({ window: 'run', timezone: 'UTC' })).toBe('');
    expect(perWords({ window: 'run', per: ['user'] })).toBe('Each run and user');
    expect(perWords({ window: 'session', per: ['session'] })).toBe('Each session');
  });
});

describe('the words of dimensions and amounts', () => {
  it('join dimensions as people do', () => {
    expect(matchWords({})).toBe('');
    expect(matchWords({ agent: 'a', model: 'gpt-*', 'tag.team': 'x' })).toBe('agent a, model gpt-* and tag team x');
  });

  it('keep every decimal that says something, and never make 0 of what is unknown', () => {
    expect(amountWords('usd', '0.000041')).toBe('$0.000041');
    expect(amountWords('usd', null)).toBe('…');
    expect(amountWords('tokens', undefined)).toBe('… tokens');
    expect(amountWords('calls', 0)).toBe('0 calls');
  });
});

describe('a sentence', () => {
  it('is the same of a budget and of its draft', () => {
    expect(budgetSentence(definitionOf(draftOf(daily)))).toBe(budgetSentence(daily));
  });
});
