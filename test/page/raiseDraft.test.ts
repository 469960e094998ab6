import { describe, expect, it } from 'vitest';
import { localInstant, localText, raiseBody, raiseEnds } from '../../dashboards/page/model/raiseDraft.ts';

const now = Date.parse('2026-04-01T08:00:00Z');
const draft = { unit: 'usd', amount: '5', endsAt: '2026-04-02T00:00:00.000Z', reason: '', key: {} } as const;

describe('the ends of a raise', () => {
  it('begin with that of the window, where it has one', () => {
    const [first, second] = raiseEnds({ resets_at: '2026-04-02T00:00:00Z' }, now);
    expect(first).toEqual({ label: 'the end of this window', at: Date.parse('2026-04-02T00:00:00Z') });
    expect(second).toEqual({ label: 'in an hour', at: now + 3_600_000 });
    expect(raiseEnds({ resets_at: null }, now).map(({ label }) => label)).toEqual([
      'in an hour',
      'in a day',
      'in a week',
    ]);
    expect(raiseEnds(null, now)).toHaveLength(3);
  });

  it('come back from the control as the minute that was put in', () => {
    expect(localInstant(localText(now))).toBe('2026-04-01T08:00:00.000Z');
    expect(localInstant(localText(now + 59_999))).toBe('2026-04-01T08:00:00.000Z');
  });

  it('are none where nothing or no time was written', () => {
    expect([localInstant(''), localInstant('soon')]).toEqual([null, null]);
  });
});

describe('the body of a raise', () => {
  it('leaves out what was left empty: every counter is meant, and no reason was given', () => {
    expect(raiseBody({ ...draft, reason: '  ', key: { user: '' } })).toEqual({
      amount: { usd: '5' },
      ends_at: '2026-04-02T00:00:00.000Z',
    });
  });

  it('names the counter and the reason', () => {
    expect(raiseBody({ ...draft, reason: ' launch day ', key: { user: 'u1', agent: '' } })).toEqual({
      amount: { usd: '5' },
      ends_at: '2026-04-02T00:00:00.000Z',
      key: { user: 'u1' },
      reason: 'launch day',
    });
  });

  it('writes money as a text, counts as numbers, and leaves to the API what is neither', () => {
    expect(raiseBody({ ...draft, amount: ' 5.10 ' })['amount']).toEqual({ usd: '5.10' });
    expect(raiseBody({ ...draft, unit: 'tokens', amount: '1000' })['amount']).toEqual({ tokens: 1000 });
    expect(raiseBody({ ...draft, unit: 'calls', amount: '1.5' })['amount']).toEqual({ calls: '1.5' });
  });
});
