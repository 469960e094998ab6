import { describe, expect, it } from 'vitest';
import { countedCalls } from '../../dashboards/page/model/budgetLinks.ts';
import { definitionOf, draftOf, newDraft, repeatedMatch } from '../../dashboards/page/model/budgetDraft.ts';
import { amountWords, budgetSentence, windowWords } from '../../dashboards/page/model/budgetWords.ts';
import type { BudgetDefinition } from '../../dashboards/page/policyAnswers.ts';

const definition: BudgetDefinition = {
  match: {},
  per: ['user'],
  window: 'day',
  timezone: 'Europe/Berlin',
  limit: { usd: '50' },
  alert_at: [50, 80, 100],
  on_exceed: 'deny',
  downgrade: {},
  unpriced: 'deny',
  lost_calls: 'presume',
  mode: 'enforce',
  min_output_tokens: 64,
  stop_streams: false,
};
const says = (changed: Partial<BudgetDefinition>): string => budgetSentence({ ...definition, ...changed });

describe('what a budget says', () => {
  it('is a sentence with whom, how much, in which time and what then', () => {
    expect(says({})).toBe('Each user may spend $50.00 a day (Berlin); then calls are refused.');
    expect(says({ per: [], window: 'rolling:24h', limit: { calls: 1 } })).toBe(
      'All calls together may make 1 call in any 24 hours; then calls are refused.',
    );
    expect(says({ per: [], match: { agent: 'support-bot', model: 'gpt-4*' }, window: 'month', timezone: 'UTC' })).toBe(
      'Calls with agent support-bot and model gpt-4* together may spend $50.00 a month (UTC); then calls are refused.',
    );
    expect(
      says({ per: ['tag.team'], window: 'run', limit: { tokens: 1_000_000 }, on_exceed: 'require_approval' }),
    ).toBe('Each run and tag team may use 1,000,000 tokens; then each call waits until somebody approves it.');
  });

  it('names the models it goes down to, and says when it only records', () => {
    expect(says({ on_exceed: 'downgrade', downgrade: { 'gpt-4o*': 'gpt-4o-mini' } })).toContain(
      'then gpt-4o* becomes gpt-4o-mini.',
    );
    expect(says({ mode: 'shadow' })).toMatch(/It only records what it would do, and stops nothing\.$/);
  });

  it('leaves a gap where the amount is not written yet, and never says $0.00 for it', () => {
    expect(amountWords('usd', '')).toBe('…');
    expect(amountWords('usd', '12,5')).toBe('…');
    expect(amountWords('tokens', null)).toBe('… tokens');
    expect(amountWords('usd', '0.001')).toBe('$0.001');
  });

  it('names the zone only of windows that begin at a midnight', () => {
    expect(windowWords({ window: 'week', timezone: 'America/New_York' })).toBe('a week (New York)');
    expect(windowWords({ window: 'hour', timezone: 'America/New_York' })).toBe('an hour');
    expect(windowWords({ window: 'rolling:1d', timezone: 'UTC' })).toBe('in any 1 day');
    expect(windowWords({ window: 'session', timezone: 'UTC' })).toBe('');
  });
});

describe('a budget in its form', () => {
  it('comes out as it went in', () => {
    const full: BudgetDefinition = {
      ...definition,
      match: { agent: 'a*', 'tag.feature': 'faq' },
      per: ['user', 'tag.team'],
      window: 'rolling:90m',
      limit: { tokens: 1_000_000 },
      on_exceed: 'downgrade',
      downgrade: { 'gpt-4o*': 'gpt-4o-mini', o3: 'o3-mini' },
      unpriced: { assume: { usd: '0.10' } },
      lost_calls: 'release',
      mode: 'shadow',
      min_output_tokens: 128,
      stop_streams: true,
    };
    expect(definitionOf(draftOf(full))).toEqual(full);
    expect(definitionOf(draftOf(definition))).toEqual(definition);
  });

  it('begins with the defaults of the API and the days of the viewer', () => {
    expect(definitionOf({ ...newDraft('Europe/Berlin'), amount: ' 50 ' })).toEqual({ ...definition, per: [] });
  });

  it('sends what is no number as it was written, so that the API says what it takes', () => {
    const sent = definitionOf({
      ...newDraft('UTC'),
      unit: 'calls',
      amount: 'many',
      alertAt: '50, x',
      minOutputTokens: '',
    });
    expect(sent).toMatchObject({ limit: { calls: 'many' }, alert_at: [50, 'x'], min_output_tokens: '' });
  });

  it('keeps a limit of USD a text, to the last digit', () => {
    const amount = '123456789012.000000000000001';
    expect(definitionOf({ ...newDraft('UTC'), amount }).limit).toEqual({ usd: amount });
  });

  it('tells of a dimension that is there twice, of which only one would be sent', () => {
    const line = { dimension: 'agent', tag: '', glob: 'a' };
    expect(repeatedMatch({ ...newDraft('UTC'), match: [line, { ...line, glob: 'b' }] })).toBe('agent');
    const tags = ['x', 'y'].map((tag) => ({ dimension: 'tag', tag, glob: '1' }));
    expect(repeatedMatch({ ...newDraft('UTC'), match: tags })).toBeNull();
  });
});

describe('the calls behind a counter', () => {
  const window = { window_start: '2026-11-22T00:00:00Z', resets_at: '2026-11-23T00:00:00Z' };

  it('are those of its key, its match and its window', () => {
    expect(countedCalls({ match: { agent: 'a,b' } }, { key: { user: 'u1' }, ...window })).toEqual({
      agent: 'a\\,b',
      user: 'u1',
      from: window.window_start,
      to: window.resets_at,
    });
  });

  it('cannot be linked where a glob matches more than filters say; a lone * matches all and needs none', () => {
    expect(countedCalls({ match: { model: 'gpt-4*' } }, null)).toBeNull();
    expect(countedCalls({ match: { model: '*', agent: 'a' } }, null)).toEqual({ agent: 'a' });
  });
});
