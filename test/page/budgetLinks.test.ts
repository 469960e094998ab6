import { describe, expect, it } from 'vitest';
import { countedCalls } from '../../dashboards/page/model/budgetLinks.ts';

const day = { window_start: '2026-04-01T00:00:00Z', resets_at: '2026-04-02T00:00:00Z' };

describe('the calls that a counter counts', () => {
  it('are those of its budget, of its key and of its window', () => {
    expect(countedCalls({ match: { agent: 'coder' }, window: 'day' }, { key: { user: 'u1' }, ...day })).toEqual({
      agent: 'coder',
      user: 'u1',
      from: '2026-04-01T00:00:00Z',
      to: '2026-04-02T00:00:00Z',
    });
  });

  it('are those of the hours up to now where the window rolls', () => {
    const counter = { key: {}, window_start: null, resets_at: null };
    const nowMs = Date.parse('2026-04-02T12:00:00Z');
    const from = (window: string) => countedCalls({ match: {}, window }, counter, nowMs)?.['from'];
    expect([from('rolling:90m'), from('rolling:24h'), from('rolling:7d')]).toEqual([
      '2026-04-02T10:30:00.000Z',
      '2026-04-01T12:00:00.000Z',
      '2026-03-26T12:00:00.000Z',
    ]);
  });

  it('have no period of their own where the window has no beginning', () => {
    expect(
      countedCalls({ match: {}, window: 'day' }, { key: { run: 'r1' }, window_start: null, resets_at: null }),
    ).toEqual({
      run: 'r1',
    });
    expect(countedCalls({ match: { agent: 'coder' }, window: 'day' }, null)).toEqual({ agent: 'coder' });
  });

  it('are what the key says where the budget matches by a glob on the same dimension', () => {
    expect(countedCalls({ match: { agent: 'co*' }, window: 'day' }, { key: { agent: 'coder' }, ...day })).toMatchObject(
      {
        agent: 'coder',
      },
    );
  });

  it('cannot be asked for where only a glob says which', () => {
    expect(countedCalls({ match: { model: 'gpt-*' }, window: 'day' }, { key: {}, ...day })).toBeNull();
    expect(countedCalls({ match: { model: '*' }, window: 'day' }, null)).toEqual({});
  });

  it('keep the commas of a name', () => {
    expect(countedCalls({ match: { user: 'Doe, Jane' }, window: 'day' }, null)).toEqual({ user: 'Doe\\, Jane' });
  });
});
