import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, INCIDENT } from '../support/fillStore/days.ts';
import { type Asked, type ExpectedRow, periodOf, readRows, writeRows } from './agree.ts';
import { type Counter, readCounters, shareAtEnd } from './agreeBudgets.ts';
import { askSql } from './asked.ts';
import { expandSql } from './choices.ts';
import { faultsOfResult, kindOf } from './columns.ts';
import { type AlertQuery, readAlertQueries } from './dashboards.ts';
import { add, quotient, scaled, written } from './decimals.ts';
import { type FilledPostgres, startFilledPostgres, TENANT } from './filledPostgres.ts';
import type { Result } from './result.ts';

const HOUR_MS = 3_600_000;
const DAYS_COMPARED = 14;
/** What a rule divides twice is compared to so many digits. */
const DIGITS = 9;
const USD_DIGITS = 15;

const rules = readAlertQueries().flatMap((rule) => (rule.rawSql === null ? [] : [{ ...rule, sql: rule.rawSql }]));

let store: FilledPostgres;
beforeAll(async () => {
  store = await startFilledPostgres({ turnsADay: 12 });
});
afterAll(() => store[Symbol.asyncDispose]());

/** As Grafana evaluates a rule at an instant: macros, and no variables. Without the instant `now()` is the database's. */
function evaluate(
  { sql, range }: Pick<AlertQuery, 'range'> & { readonly sql: string },
  at: Date | null,
): Promise<Result> {
  const atMs = (at ?? store.now).getTime();
  const of = { from: new Date(atMs - range.from * 1_000), to: new Date(atMs - range.to * 1_000), intervalMs: 60_000 };
  const expanded = expandSql(sql, of, new Map());
  expect(expanded).not.toMatch(/\$\w/);
  return askSql(store, at === null ? expanded : expanded.replaceAll('now()', `timestamptz '${at.toISOString()}'`));
}

const ruleOf = (uid: string) => rules.find((rule) => rule.uid === uid) ?? raise(uid);

function raise(uid: string): never {
  throw new Error(`no rule ${uid}`);
}

const hourOf = (at: Date): number => Math.floor(at.getTime() / HOUR_MS) * HOUR_MS;

describe('the query of an alert rule', () => {
  it.each(rules)('answers one number for each set of labels, at any time: $uid', async (rule) => {
    for (const daysAgo of [0, 1, 29.5, 300]) {
      const result = await evaluate(rule, new Date(store.now.getTime() - daysAgo * DAY_MS));
      expect(faultsOfResult({ refId: rule.refId, format: 'table' }, result)).toEqual([]);
      const kinds = result.columns.map(({ typeId }) => kindOf(typeId));
      expect(kinds.filter((kind) => kind === 'number')).toHaveLength(1);
      expect(kinds.filter((kind) => kind === 'text')).toHaveLength(kinds.length - 1);
      const labels = result.rows.map((row) => JSON.stringify(row.filter((_, column) => kinds[column] === 'text')));
      expect(new Set(labels).size).toBe(labels.length);
    }
  });
});

describe('what an alert rule finds', () => {
  const tenant = TENANT;
  const asking = (): Asked => {
    const { now } = store;
    return {
      exact: { from: now, to: now },
      from: now,
      to: now,
      timezone: 'UTC',
      period: 'day',
      values: {},
      now,
      get: store.get,
    };
  };
  const compare = (found: Result, wanted: readonly ExpectedRow[]): void => {
    expect(wanted.length).toBeGreaterThan(0);
    expect(readRows(found, wanted)).toEqual(writeRows(found, wanted));
  };

  it('is the counters that the API says are at 80 per cent or above', async () => {
    const counters = (await readCounters(asking())).filter(({ usedShare }) => usedShare >= 0.8);
    const wanted = counters.map(({ budget, counter, usedShare }) => ({
      tenant,
      budget,
      counter,
      used: String(usedShare),
    }));
    compare(await evaluate(ruleOf('tollgate-budget-80'), null), wanted);
  });

  it('is the windows of a week or more that the API says come to more than their limit', async () => {
    const isLong = ({ windowStart, resetsAt }: Counter): boolean =>
      windowStart !== null && resetsAt !== null && Date.parse(resetsAt) - Date.parse(windowStart) >= 6 * DAY_MS;
    const isUnderWay = ({ windowStart, resetsAt }: Counter): boolean => {
      const [start, end] = [windowStart, resetsAt].map((at) => Date.parse(at ?? ''));
      return (Date.now() - (start ?? 0)) * 10 >= (end ?? 0) - (start ?? 0);
    };
    const isNotUsedUp = ({ amount }: Counter): boolean =>
      scaled(amount('spent'), USD_DIGITS) < scaled(amount('limit'), USD_DIGITS);
    const comesToMore = (counter: Counter): boolean => scaled(shareAtEnd(counter)?.value ?? '0', 12) > 10n ** 12n;
    const counters = (await readCounters(asking())).filter(
      (counter) => isLong(counter) && isUnderWay(counter) && isNotUsedUp(counter) && comesToMore(counter),
    );
    const found = await evaluate(ruleOf('tollgate-budget-pace'), null);
    const wanted = counters.map(({ budget, counter }) => [tenant, budget, counter].join());
    expect(found.rows.map((row) => row.slice(0, 3).join()).toSorted()).toEqual(wanted.toSorted());
  });

  it('is the calls without a price of this hour and the one before', async () => {
    const { items } = await store.get('/api/v1/calls?period=30d&cost_status=unpriced&limit=1');
    const at = new Date(Date.parse(items[0].started_at) + 60_000);
    const period = { from: new Date(hourOf(at) - HOUR_MS), to: new Date(hourOf(at) + HOUR_MS) };
    const { groups } = await store.get(`/api/v1/costs?${periodOf(period)}&group_by=provider,model&limit=1000`);
    const unpriced = groups.filter(({ unpriced_calls: calls }: { unpriced_calls: number }) => calls > 0);
    const wanted = unpriced.map(({ provider, model, unpriced_calls: calls }: { [name: string]: string }) => ({
      tenant,
      provider,
      model,
      calls,
    }));
    compare(await evaluate(ruleOf('tollgate-unpriced'), at), wanted);
  });

  it('is an hour three times as dear as that hour of the fourteen days before', async () => {
    const today = Math.floor(store.now.getTime() / DAY_MS) * DAY_MS;
    const at = new Date(today - INCIDENT.daysAgo * DAY_MS + (INCIDENT.hour + 1) * HOUR_MS + 60_000);
    const costOfHour = async (daysBefore: number): Promise<string> => {
      const to = hourOf(at) - daysBefore * DAY_MS;
      const period = { from: new Date(to - HOUR_MS), to: new Date(to) };
      return (await store.get(`/api/v1/costs?${periodOf(period)}&agent=support-bot`)).totals.cost_usd ?? '0';
    };
    const before = await Promise.all(Array.from({ length: DAYS_COMPARED }, (_, day) => costOfHour(day + 1)));
    // last ÷ (sum ÷ 14) = last × 14 ÷ sum
    const fourteenTimes = written(scaled(await costOfHour(0), USD_DIGITS) * BigInt(DAYS_COMPARED), USD_DIGITS);
    const times = scaled(quotient(fourteenTimes, add(before))?.value ?? '', DIGITS);
    const wanted = [{ tenant, agent: 'support-bot', times: { digits: DIGITS, value: written(times, DIGITS) } }];
    compare(await evaluate(ruleOf('tollgate-dear-hour'), at), wanted);
    // The day before nothing was out of the ordinary.
    expect((await evaluate(ruleOf('tollgate-dear-hour'), new Date(at.getTime() - DAY_MS))).rows).toEqual([]);
  });
});
