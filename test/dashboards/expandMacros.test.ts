import { describe, expect, it } from 'vitest';
import { expandMacros, formatInterval } from './expandMacros.ts';
import { intervalOf, putVariables, single, type Variables } from './variables.ts';

const range = {
  from: new Date('2026-11-14T10:00:00Z'),
  to: new Date('2026-11-21T10:00:00.500Z'),
  intervalMs: 3_600_000,
};
const expand = (sql: string): string => expandMacros(sql, range).sql;

describe('macros, as Grafana expands them', () => {
  it('filter a time by both ends of the range, zeros at the end of a fraction dropped', () => {
    expect(expand('where $__timeFilter(start)')).toBe(
      "where start BETWEEN '2026-11-14T10:00:00Z' AND '2026-11-21T10:00:00.5Z'",
    );
    expect(expand('$__timeFrom() $__timeTo()')).toBe("'2026-11-14T10:00:00Z' '2026-11-21T10:00:00.5Z'");
  });

  it('are epochs in seconds and nanoseconds', () => {
    // 2026-11-14T10:00:00Z is 20,771 days and 10 hours after 1970: 20,771 × 86,400 + 36,000 = 1,794,650,400.
    expect(expand('$__unixEpochFrom() $__unixEpochTo()')).toBe('1794650400 1795255200');
    expect(expand('$__unixEpochFilter(t)')).toBe('t >= 1794650400 AND t <= 1795255200');
    expect(expand('$__unixEpochNanoFilter(t)')).toBe('t >= 1794650400000000000 AND t <= 1795255200500000000');
    expect(expand('$__unixEpochNanoFrom()')).toBe('1794650400000000000');
  });

  it('group by an interval in seconds', () => {
    expect(expand("$__timeGroup(start,'5m') x")).toBe('floor(extract(epoch from start)/300)*300 x');
    expect(expand('$__timeGroupAlias(start, $__interval)')).toBe(
      'floor(extract(epoch from start)/3600)*3600 AS "time"',
    );
    expect(expand("$__unixEpochGroup(t,'1d')")).toBe('floor((t)/86400)*86400');
    expect(expand('$__interval_ms')).toBe('3600000');
    expect(expand('$__time(a), $__timeEpoch(b)')).toBe('a AS "time", extract(epoch from b) as "time"');
  });

  it('name a group "time" where a comma follows its first occurrence', () => {
    expect(expand("select $__timeGroup(start,'1h'), 1 group by $__timeGroup(start,'1h')")).toBe(
      'select floor(extract(epoch from start)/3600)*3600 AS "time", 1 group by floor(extract(epoch from start)/3600)*3600 AS "time"',
    );
  });

  it('keep the fill apart from the SQL', () => {
    expect(expandMacros("$__timeGroupAlias(start,'1h',0)", range).fill).toBe('0');
    expect(expandMacros("$__timeGroupAlias(start,'1h', NULL)", range).fill).toBe('NULL');
    expect(expandMacros("$__timeGroupAlias(start,'1h')", range).fill).toBeNull();
    expect(() => expand("$__timeGroupAlias(start,'1h',nothing)")).toThrow('error parsing fill value nothing');
  });

  it('end at the first bracket, so a call within one is an error', () => {
    expect(() => expand("$__timeGroup(date_trunc('hour',start),'1h')")).toThrow('error parsing interval start');
    expect(() => expand('$__timeGroup(start)')).toThrow('needs time column and interval');
    expect(() => expand("$__timeGroup(start,'1M')")).toThrow('error parsing interval 1M');
    expect(() => expand('$__timeFilterr(start)')).toThrow('unknown macro "__timeFilterr"');
  });

  it('write an interval in its largest unit', () => {
    expect([1, 1_000, 90_000, 7_200_000, 604_800_000].map(formatInterval)).toEqual(['1ms', '1s', '1m', '2h', '7d']);
  });
});

describe('variables, as Grafana puts them in', () => {
  const variables: Variables = new Map([
    ['agent', { multi: true, includeAll: true, value: ["o'brien", 'b'] }],
    ['one', { multi: true, includeAll: true, value: 'b' }],
    ['all', { multi: true, includeAll: true, value: 'x', isAllValue: true }],
    ['user', single("o'brien")],
    ['by', single('user_id')],
  ]);
  const put = (sql: string): string => putVariables(sql, variables);

  it('are quoted where there may be several, and only doubled quotes where there is one', () => {
    expect(put('agent IN ($agent)')).toBe("agent IN ('o''brien','b')");
    expect(put('agent IN ($one)')).toBe("agent IN ('b')");
    expect(put("user_id = '$user'")).toBe("user_id = 'o''brien'");
    expect(put('$by AS k, ${by} AS l, [[by]]')).toBe('user_id AS k, user_id AS l, user_id');
  });

  it('have formats, and an allValue goes in as it is', () => {
    expect(put('${agent:raw} ${agent:sqlstring} ${user:sqlstring}')).toBe("o'brien,b 'o''brien','b' 'o''brien'");
    expect(put('${agent:csv} ${agent:pipe}')).toBe("o'brien,b o'brien|b");
    expect(put('($all) ${all:sqlstring}')).toBe('(x) x');
    expect(() => put('${agent:glob}')).toThrow('glob');
  });

  it('leave alone what is none, macros above all', () => {
    expect(put('$__timeFilter(start) $nobody ${nobody}')).toBe('$__timeFilter(start) $nobody ${nobody}');
  });
});

describe('the interval of a panel', () => {
  it('is the range over its points, rounded, and at least the minimum', () => {
    const day = 86_400_000;
    // 30 d / 1,000 points = 43.2 min, which reads 30 min below 45 min.
    expect(intervalOf(30 * day, 1_000, 0)).toBe(1_800_000);
    expect(intervalOf(30 * day, 1_000, 3_600_000)).toBe(3_600_000);
    // 3 h / 1,000 = 10.8 s
    expect(intervalOf(10_800_000, 1_000, 0)).toBe(10_000);
    expect([intervalOf(9, 1, 0), intervalOf(10, 1, 0)]).toEqual([1, 10]);
    expect(intervalOf(100 * day * 365, 1, 0)).toBe(31_536_000_000);
  });
});
