import { describe, expect, it } from 'vitest';
import {
  amountOf,
  countedWords,
  counterWords,
  gaugeLengths,
  isSome,
  keyWords,
  whenWords,
} from '../../dashboards/page/model/counterState.ts';
import type { Counter } from '../../dashboards/page/policyAnswers.ts';

const now = Date.parse('2026-04-01T08:00:00Z');
const deny = { on_exceed: 'deny', mode: 'enforce' };
const counter: Counter = {
  key: { user: 'u1' },
  limit_usd: '50',
  spent_usd: '20',
  reserved_usd: '0.5',
  used_share: 0.41,
  window_start: '2026-04-01T00:00:00Z',
  resets_at: '2026-04-02T00:00:00Z',
  forecast: { exhausted_at: '2026-04-01T20:00:00Z', at_window_end_usd: '60' },
};
const at = (changes: Partial<Counter>, consequence = deny) =>
  counterWords({ ...counter, ...changes }, consequence, now, 'UTC');

describe('how a counter stands', () => {
  it('is when it runs out, where it does before its window ends', () => {
    expect(at({})).toEqual({ state: 'warn', words: 'runs out today at 20:00' });
    expect(at({ forecast: { exhausted_at: null } })).toEqual({ state: 'ok', words: 'enough' });
  });

  it('is used up from the whole limit on, not just below it', () => {
    const forecast = { exhausted_at: null };
    expect(at({ used_share: 0.999999, forecast }).words).toBe('enough');
    expect(at({ used_share: 1, forecast })).toEqual({ state: 'bad', words: 'used up until tomorrow at 00:00' });
  });

  it('is red only where calls are stopped', () => {
    expect(at({ used_share: 1 }).state).toBe('bad');
    expect(at({ used_share: 1 }, { ...deny, on_exceed: 'warn' }).state).toBe('warn');
    expect(at({ used_share: 1 }, { ...deny, mode: 'shadow' }).state).toBe('warn');
  });

  it('of a run, which has no pace, is near its end from 80 % on', () => {
    const run = { window_start: null, resets_at: null, forecast: null };
    expect(at({ ...run, used_share: 0.79 }).words).toBe('enough');
    expect(at({ ...run, used_share: 0.8 })).toEqual({ state: 'warn', words: 'nearly used up' });
    expect(at({ ...run, used_share: 1.2 })).toEqual({ state: 'bad', words: 'used up' });
  });
});

describe('the gauge of a counter', () => {
  it('is drawn in parts of the limit, with the part of the window that has passed', () => {
    // 20 of 50, 0.5 of 50, 8 of 24 hours.
    expect(gaugeLengths(counter, 'usd', now)).toEqual({ spent: 0.4, reserved: 0.01, pace: 8 / 24 });
  });

  it('keeps the mark of an even pace inside, whatever the clock of the viewer says', () => {
    expect(gaugeLengths(counter, 'usd', Date.parse('2026-03-31T00:00:00Z')).pace).toBe(0);
    expect(gaugeLengths(counter, 'usd', Date.parse('2026-05-01T00:00:00Z')).pace).toBe(1);
  });

  it('has no mark where the window has no end', () => {
    expect(gaugeLengths({ ...counter, resets_at: null }, 'usd', now).pace).toBeNull();
  });
});

describe('the amounts of a counter', () => {
  it('are those of the unit of its limit', () => {
    expect(amountOf(counter, 'spent', 'usd')).toBe('20');
    expect(amountOf(counter, 'spent', 'tokens')).toBeNull();
    expect(amountOf({ spent_tokens: 7 }, 'spent', 'tokens')).toBe(7);
  });

  it('are told with what is reserved, if anything is', () => {
    expect(countedWords(counter, 'usd')).toEqual({ counted: '$20.00 spent + $0.50 reserved', limit: '$50.00' });
    expect(countedWords({ ...counter, reserved_usd: '0' }, 'usd').counted).toBe('$20.00 spent');
  });

  it('are something from the smallest amount on', () => {
    expect([isSome(null), isSome('0'), isSome('0.000'), isSome(0)]).toEqual([false, false, false, false]);
    expect([isSome('0.000000000000001'), isSome('-3'), isSome(1)]).toEqual([true, true, true]);
  });
});

describe('the words of instants and keys', () => {
  it('name the day where it is near, else its date', () => {
    expect(whenWords('2026-04-01T19:40:00Z', now, 'UTC')).toBe('today at 19:40');
    expect(whenWords('2026-04-01T23:30:00Z', now, 'Europe/Berlin')).toBe('tomorrow at 01:30');
    expect(whenWords('2026-04-28T06:00:00Z', now, 'UTC')).toContain('28 Apr');
  });

  it('name each dimension of a key with its value', () => {
    expect(keyWords({})).toBe('');
    expect(keyWords({ user: 'u1', 'tag.team': 'x' })).toBe('user u1, tag team x');
  });
});
