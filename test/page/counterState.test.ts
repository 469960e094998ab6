import { describe, expect, it } from 'vitest';
import { countedWords, counterWords, gaugeLengths, keyWords } from '../../dashboards/page/model/counterState.ts';
import type { Counter } from '../../dashboards/page/policyAnswers.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const counter: Counter = {
  key: {},
  limit_usd: '50',
  spent_usd: '41.22',
  reserved_usd: '1.9',
  used_share: 0.8624,
  window_start: '2026-11-22T00:00:00Z',
  resets_at: '2026-11-23T00:00:00Z',
  forecast: { exhausted_at: '2026-11-22T19:40:00Z' },
};
const enforced = { on_exceed: 'deny', mode: 'enforce' };
const stateOf = (changed: Partial<Counter>, consequence = enforced) =>
  counterWords({ ...counter, ...changed }, consequence, NOW, 'UTC');

describe('how a counter stands', () => {
  it('says when it runs out, or that it lasts', () => {
    expect(stateOf({})).toEqual({ state: 'warn', words: 'runs out today at 19:40' });
    expect(stateOf({ forecast: { exhausted_at: '2026-11-28T06:00:00Z' } }).words).toBe('runs out 28 Nov, 06:00');
    expect(stateOf({ forecast: { exhausted_at: null } })).toEqual({ state: 'ok', words: 'enough' });
  });

  it('is red only where it stops calls: from exactly its limit on, enforced, and not where it only warns', () => {
    expect(stateOf({ used_share: 1 })).toEqual({ state: 'bad', words: 'used up until tomorrow at 00:00' });
    expect(stateOf({ used_share: 0.999999 }).state).toBe('warn');
    expect(stateOf({ used_share: 1 }, { on_exceed: 'deny', mode: 'shadow' }).state).toBe('warn');
    expect(stateOf({ used_share: 1 }, { on_exceed: 'warn', mode: 'enforce' }).state).toBe('warn');
  });

  it('of a run, which has no forecast, is near its end from 80 % on', () => {
    const run = { forecast: null, window_start: null, resets_at: null };
    expect(stateOf({ ...run, used_share: 0.79 })).toEqual({ state: 'ok', words: 'enough' });
    expect(stateOf({ ...run, used_share: 0.8 })).toEqual({ state: 'warn', words: 'nearly used up' });
    expect(stateOf({ ...run, used_share: 2 })).toEqual({ state: 'bad', words: 'used up' });
  });

  it('is drawn as shares of the limit, with half of the day as an even pace at noon', () => {
    // 41.22 / 50 = 0.8244, 1.9 / 50 = 0.038
    const { spent, reserved, pace } = gaugeLengths(counter, 'usd', NOW);
    expect(spent).toBeCloseTo(0.8244, 9);
    expect(reserved).toBeCloseTo(0.038, 9);
    expect(pace).toBe(0.5);
    expect(gaugeLengths({ ...counter, window_start: null }, 'usd', NOW).pace).toBeNull();
  });

  it('reads the amounts of its own unit, and leaves out what is not reserved', () => {
    expect(countedWords(counter, 'usd')).toEqual({ counted: '$41.22 spent + $1.90 reserved', limit: '$50.00' });
    const calls: Counter = { ...counter, limit_calls: 20, spent_calls: 1, reserved_calls: 0 };
    expect(countedWords(calls, 'calls')).toEqual({ counted: '1 call used', limit: '20 calls' });
    expect(keyWords({ user: 'u1', 'tag.team': 'x' })).toBe('user u1, tag team x');
  });
});
