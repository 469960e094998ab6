import { describe, expect, it } from 'vitest';
import { countedCalls } from '../../dashboards/page/model/budgetLinks.ts';

const window = { window_start: '2026-04-01T00:00:00Z', resets_at: '2026-04-02T00:00:00Z' };

describe('the calls that a counter counts', () => {
  it('are those of its budget, of its key and of its window', () => {
    expect(countedCalls({ match: { agent: 'coder' } }, { key: { user: 'u1' }, ...window })).toEqual({
      agent: 'coder',
      user: 'u1',
      from: '2026-04-01T00:00:00Z',
      to: '2026-04-02T00:00:00Z',
    });
  });

  it('have no period of their own where the window has no beginning', () => {
    expect(countedCalls({ match: {} }, { key: { run: 'r1' }, window_start: null, resets_at: null })).toEqual({
      run: 'r1',
    });
    expect(countedCalls({ match: { agent: 'coder' } }, null)).toEqual({ agent: 'coder' });
  });

  it('are what the key says where the budget matches by a glob on the same dimension', () => {
    expect(countedCalls({ match: { agent: 'co*' } }, { key: { agent: 'coder' }, ...window })).toMatchObject({
      agent: 'coder',
    });
  });

  it('cannot be asked for where only a glob says which', () => {
    expect(countedCalls({ match: { model: 'gpt-*' } }, { key: {}, ...window })).toBeNull();
    expect(countedCalls({ match: { model: '*' } }, null)).toEqual({});
  });

  it('keep the commas of a name', () => {
    expect(countedCalls({ match: { user: 'Doe, Jane' } }, null)).toEqual({ user: 'Doe\\, Jane' });
  });
});
