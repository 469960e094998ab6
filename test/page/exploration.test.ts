import { describe, expect, it } from 'vitest';
import {
  drillInto,
  explorationQuery,
  intervalsFor,
  periodMs,
  readExploration,
} from '../../dashboards/page/model/exploration.ts';

const DAY_MS = 86_400_000;
const read = (text: string, lengthMs: number | null = 30 * DAY_MS) =>
  readExploration(new URLSearchParams(text), lengthMs, 'day', []);

describe('an exploration', () => {
  it('is by agent and model, each day, in dollars, when the address says nothing', () => {
    expect(read('')).toEqual({ by: ['agent', 'model'], interval: 'day', measure: 'cost', filters: [] });
  });

  it('takes four dimensions, each once, and the sum alone for none', () => {
    expect(read('by=user,user,agent,nonsense,tag.a,model,run').by).toEqual(['user', 'agent', 'tag.a', 'model']);
    expect(read('by=none').by).toEqual([]);
    expect(explorationQuery(read('by=none'))['by']).toBe('none');
  });

  it('comes back from its address', () => {
    const exploration = {
      ...read('by=user&interval=week&measure=share'),
      filters: [{ dimension: 'agent', value: 'a,b' }],
    };
    expect(explorationQuery(exploration)).toEqual({
      by: 'user',
      interval: 'week',
      measure: 'share',
      agent: ['a\\,b'],
    });
  });

  it('cuts by the hour up to 400 bars: 400 hours are, 401 are not', () => {
    expect(intervalsFor(400 * 3_600_000)[0]).toBe('hour');
    expect(intervalsFor(401 * 3_600_000)[0]).toBe('day');
    expect(intervalsFor(36_500 * DAY_MS)).toEqual(['month']);
    expect(read('interval=hour', 30 * DAY_MS).interval).toBe('day');
    expect(read('interval=hour', 7 * DAY_MS).interval).toBe('hour');
  });

  it('knows how long its period is: 90 d, from a date to now, 30 days when nothing is said, nothing where it ends before it begins', () => {
    const now = Date.parse('2026-11-22T00:00:00Z');
    expect(periodMs({ period: '90d' }, now)).toBe(90 * DAY_MS);
    expect(periodMs({ from: '2026-11-20' }, now)).toBe(2 * DAY_MS);
    expect(periodMs({}, now)).toBe(30 * DAY_MS);
    expect(periodMs({ from: '2026-11-23' }, now)).toBeNull();
    expect(periodMs({ from: 'soon' }, now)).toBeNull();
  });

  it('gives up a dimension that a click has fixed, and splits by what tells most where none is left', () => {
    const both = drillInto(read('by=agent,model'), { dimension: 'agent', value: 'coder' });
    expect(both.by).toEqual(['model']);
    expect(drillInto(both, { dimension: 'model', value: 'o3' }).by).toEqual(['agent']);
    expect(drillInto(read('by=tag.x'), { dimension: 'tag.x', value: '1' }).by).toEqual(['agent']);
  });
});
