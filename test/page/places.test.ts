import { describe, expect, it } from 'vitest';
import { hrefOf } from '../../dashboards/page/model/addresses.ts';
import { beforeWords, readPeriodChoice } from '../../dashboards/page/model/periodChoice.ts';
import { routeOf } from '../../dashboards/page/model/routes.ts';

const read = (query: string) => readPeriodChoice(new URLSearchParams(query), 'Europe/Berlin');

describe('the period of an address', () => {
  it('is 30 days unless it says another, always in the zone of the viewer', () => {
    expect(read('')).toMatchObject({
      params: { period: '30d', timezone: 'Europe/Berlin' },
      words: 'the last 30 days',
      interval: 'day',
      name: '30d',
    });
    expect(read('period=24h')).toMatchObject({ params: { period: '24h' }, interval: 'hour' });
    expect(read('period=1y')).toMatchObject({ params: { period: '30d' } });
  });

  it('is from and to where it says so, and then no period', () => {
    const { params, name, interval } = read('from=2026-11-01&to=2026-11-02&period=7d');
    expect({ params, name, interval }).toEqual({
      params: { from: '2026-11-01', to: '2026-11-02', timezone: 'Europe/Berlin' },
      name: null,
      interval: 'hour',
    });
  });

  it('is drawn by the hour up to two days, by the week beyond 120', () => {
    expect(read('from=2026-11-01&to=2026-11-03').interval).toBe('hour');
    expect(read('from=2026-11-01&to=2026-11-04').interval).toBe('day');
    expect(read('from=2026-01-01&to=2026-05-01').interval).toBe('day');
    expect(read('from=2026-01-01&to=2026-05-02').interval).toBe('week');
  });

  it('is said with its last day, where it ends at midnight of the zone', () => {
    expect(read('from=2026-11-20&to=2026-11-21').words).toBe('the day 2026-11-20');
    expect(read('from=2026-11-14&to=2026-11-21').words).toBe('the time from 2026-11-14 to 2026-11-20');
    // November in Berlin begins at 23:00 UTC of the day before.
    const month = read('from=2026-10-31T23:00:00.000Z&to=2026-11-30T23:00:00.000Z');
    expect(month.words).toBe('the time from 2026-11-01 to 2026-11-30');
    expect(read('from=2026-11-20T10:00:00Z&to=2026-11-22T10:00:00Z').words).toBe(
      'the time from 2026-11-20 to 2026-11-22',
    );
    expect(read('to=2026-11-21').words).toBe('the 30 days to 2026-11-20');
    expect(read('from=2026-11-20').words).toBe('the time since 2026-11-20');
    expect(read('from=yesterday-or-so&to=2026-99-99').words).toBe('the time from yesterday- to 2026-99-99');
  });

  it('is compared with one that has a name', () => {
    expect(beforeWords(read('period=7d'))).toBe('the 7 days before');
    expect(beforeWords(read('from=2026-11-01'))).toBe('the same time before');
  });
});

describe('the view of a path', () => {
  it('is found whatever an id contains', () => {
    expect(routeOf('/')).toMatchObject({ view: 'overview' });
    expect(routeOf('/sessions')).toMatchObject({ view: 'list', list: 'sessions' });
    expect(routeOf(`/agents/${encodeURIComponent('a/b?c#d <img> ✓')}`)).toMatchObject({
      view: 'one',
      list: 'agents',
      id: 'a/b?c#d <img> ✓',
    });
    expect(routeOf('/calls/aa/bb')).toMatchObject({ view: 'call', traceId: 'aa', spanId: 'bb' });
    expect(routeOf('/prices/openai/ft%3Agpt')).toMatchObject({ view: 'price', provider: 'openai', model: 'ft:gpt' });
    expect(routeOf('/budgets/')).toMatchObject({ view: 'budgets' });
  });

  it('is nowhere for what is no view, for names of objects and for broken percent-encoding', () => {
    for (const path of ['/nothing', '/constructor', '/__proto__', '/agents/%E0%A4%A', '/agents/a/b', '/a/b/c/d']) {
      expect(routeOf(path).view).toBe('nowhere');
    }
  });

  it('has a title of bounded length', () => {
    expect(routeOf(`/users/${'x'.repeat(4_096)}`).title).toHaveLength(60);
  });
});

describe('an address', () => {
  it('repeats lists, keeps what a value holds, and leaves out what is absent or empty', () => {
    const href = hrefOf('/calls', {
      agent: ['a\\\\,b', '50%/&='],
      user: '(none)',
      model: null,
      run: undefined,
      tag: '',
      limit: 5,
    });
    expect(href).toBe('/calls?agent=a%5C%5C%2Cb&agent=50%25%2F%26%3D&user=%28none%29&limit=5');
    expect(new URL(href, 'http://localhost').searchParams.getAll('agent')).toEqual(['a\\\\,b', '50%/&=']);
    expect(hrefOf('/calls', { agent: [] })).toBe('/calls');
  });
});
