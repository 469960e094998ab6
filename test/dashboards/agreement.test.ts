import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hostileAgents } from '../support/fillStore/cast.ts';
import { type Asked, readRows, writeRows } from './agree.ts';
import { callRow, readCalls } from './agreeAgent.ts';
import { type Counter, readCounters, shareAtEnd } from './agreeBudgets.ts';
import { askPanel, type NamedRange, rangesUntil } from './asked.ts';
import { type Dashboard, type Panel, readDashboards } from './dashboards.ts';
import { instantOf, scaled } from './decimals.ts';
import { expected, otherwise } from './expected.ts';
import { type FilledPostgres, startFilledPostgres } from './filledPostgres.ts';
import type { Result } from './result.ts';

interface Case {
  readonly range: string;
  readonly timezone: string;
  readonly period: Asked['period'];
  readonly values: Readonly<Record<string, string | readonly string[]>>;
}

const midnight = 'the last 30 days from midnight';
const all: Case = { range: midnight, timezone: 'UTC', period: 'day', values: {} };
const none: Case = { range: 'a day before any data', timezone: 'UTC', period: 'day', values: {} };
const [quoted = ''] = hostileAgents;
/** Zones of whole hours: the views know no finer time. */
const berlin = { range: '30 days that begin between two hours', timezone: 'Europe/Berlin', period: 'week' } as const;
const newYork = { range: 'the last 7 days', timezone: 'America/New_York', period: 'hour' } as const;
/** Hours of two UTC days. */
const day: Case = { range: 'the last 24 hours', timezone: 'UTC', period: 'day', values: {} };
const month = { range: 'the turn of a month', timezone: 'UTC', period: 'month' } as const;

const cases: Readonly<Record<string, readonly Case[]>> = {
  'tollgate-spend': [
    all,
    none,
    day,
    { ...berlin, values: { agent: ['support-bot', 'code-reviewer'], environment: ['production', '(none)'] } },
    { ...newYork, values: { user: 'user-1' } },
    { ...month, values: { agent: [quoted, 'triage'], model: ['in-house-7b', 'claude-sonnet-4-5-20250929'] } },
  ],
  'tollgate-budgets': [
    all,
    {
      ...berlin,
      range: 'the last hour',
      period: 'hour',
      values: { budget: ['user-day', 'trial-denied', 'dear-runs'] },
    },
  ],
  'tollgate-agent': [
    { ...all, values: { agent: 'support-bot' } },
    { ...none, values: { agent: 'support-bot' } },
    { ...day, values: { agent: 'support-bot' } },
    { ...berlin, values: { agent: 'researcher', environment: ['production'] } },
    { ...newYork, values: { agent: 'code-reviewer', model: ['orion-3-preview', 'claude-opus-4-1-20250805'] } },
    { ...month, range: midnight, values: { agent: quoted } },
  ],
  'tollgate-trace': ['duplicate', 'unpriced', 'failed', 'nested'].map((kind) => ({
    ...all,
    values: { trace_id: kind },
  })),
};

const dashboards = readDashboards();
const panels = dashboards.flatMap((dashboard) =>
  dashboard.panels
    .filter(({ targets }) => targets.some(({ rawSql }) => rawSql !== undefined))
    .map((panel) => ({ name: `${dashboard.uid} / ${panel.title}`, dashboard, panel })),
);

let store: FilledPostgres;
let ranges: NamedRange[];
/** By kind, as the cases name them. */
let traces: Readonly<Record<string, string>>;
let now: Date;

beforeAll(async () => {
  store = await startFilledPostgres();
  ranges = rangesUntil(store.now);
  const first = async (question: string): Promise<string> =>
    (await store.get(`/api/v1/calls?period=30d&limit=1&${question}`)).items[0].trace_id;
  const calls = (await store.get('/api/v1/calls?period=30d&limit=1000&agent=researcher')).items;
  traces = {
    duplicate: await first('charge=duplicate&agent=support-bot'),
    unpriced: await first('cost_status=unpriced&model=orion-3-preview'),
    failed: calls.find(({ status }: { status: string }) => status === 'error').trace_id,
    nested: calls.find(({ agent_path: path }: { agent_path: string[] }) => path.length > 1).trace_id,
  };
  now = new Date();
  // The month at this pace is another one a millisecond later: the API's clock stands still, and now() of a panel at the same instant.
  vi.useFakeTimers({ toFake: ['Date'], now });
});
afterAll(async () => {
  vi.useRealTimers();
  await store[Symbol.asyncDispose]();
});

const HOUR_MS = 3_600_000;

function askedOf({ range: name, timezone, period, values }: Case): { asked: Asked; range: NamedRange['range'] } {
  const found = ranges.find((range) => range.name === name);
  if (found === undefined) throw new Error(`no range ${name}`);
  const { range } = found;
  const { trace_id: kind } = values;
  const wanted = typeof kind === 'string' ? { ...values, trace_id: traces[kind] ?? '' } : values;
  const from = new Date(Math.floor(range.from.getTime() / HOUR_MS) * HOUR_MS);
  const to = new Date(Math.ceil(range.to.getTime() / HOUR_MS) * HOUR_MS);
  return { asked: { exact: range, from, to, timezone, period, values: wanted, now, get: store.get }, range };
}

/** The only query of the panel under a case; `at` stands for `now()` where it is given. */
async function answerOf(
  { dashboard, panel }: { readonly dashboard: Dashboard; readonly panel: Panel },
  one: Case,
  at: Date | null,
): Promise<Result> {
  const { asked, range } = askedOf(one);
  const still = (sql: string): string =>
    at === null ? sql : sql.replaceAll('now()', `timestamptz '${at.toISOString()}'`);
  const targets = panel.targets.map((target) => ({ ...target, rawSql: still(target.rawSql ?? '') }));
  const chosen = { timezone: asked.timezone, values: { ...asked.values, period: asked.period } };
  const results = await askPanel(store, { dashboard, panel: { ...panel, targets } }, range, chosen);
  if (results.length !== 1 || results[0] === undefined) throw new Error(`expected one query, found ${results.length}`);
  return results[0][1];
}

const compared = panels.filter(({ name }) => otherwise[name] === undefined);

describe('what a panel shows', () => {
  it('is compared with the API on every panel, or in another way', () => {
    const known = Object.entries(expected).flatMap(([uid, titles]) =>
      Object.keys(titles).map((title) => `${uid} / ${title}`),
    );
    expect([...known, ...Object.keys(otherwise)].toSorted()).toEqual(panels.map(({ name }) => name).toSorted());
  });

  it.each(compared)('$name is what the API says, to the digit', async ({ dashboard, panel }) => {
    const ask = expected[dashboard.uid]?.[panel.title];
    if (ask === undefined) throw new Error('no question to the API is written for this panel');
    let rows = 0;
    for (const one of cases[dashboard.uid] ?? []) {
      const wanted = await ask(askedOf(one).asked);
      const found = await answerOf({ dashboard, panel }, one, now);
      rows += wanted.length;
      expect(readRows(found, wanted), JSON.stringify(one)).toEqual(writeRows(found, wanted));
    }
    // Two empty answers are equal too.
    expect(rows).toBeGreaterThan(0);
  });
});

const panelOf = (name: string) => {
  const found = panels.find((panel) => panel.name === name);
  if (found === undefined) throw new Error(`no panel ${name}`);
  return found;
};

/** Rows by column, as PostgreSQL wrote them. */
const recordsOf = ({ columns, rows }: Result): Readonly<Record<string, string | null>>[] =>
  rows.map((row) => Object.fromEntries(columns.map(({ name }, column) => [name, row[column] ?? null])));

describe('a list of calls', () => {
  it.each(['Dearest calls', 'Slowest calls'])('shows each as the API does: %s', async (title) => {
    for (const one of cases['tollgate-agent'] ?? []) {
      const { asked } = askedOf(one);
      const found = await answerOf(panelOf(`tollgate-agent / ${title}`), one, now);
      const ids = new Set(recordsOf(found).map(({ Trace, Span }) => `${Trace}/${Span}`));
      const calls = (await readCalls(asked)).filter((call) => ids.has(`${call.trace_id}/${call.span_id}`)).map(callRow);
      expect(readRows(found, calls)).toEqual(writeRows(found, calls));
      expect(calls).toHaveLength(ids.size);
    }
  });

  it('counts the errors of each model as the API does', async () => {
    let errors = 0;
    for (const one of cases['tollgate-agent'] ?? []) {
      const { asked } = askedOf(one);
      const failed = (await readCalls(asked)).filter(({ status }) => status === 'error');
      const found = recordsOf(await answerOf(panelOf('tollgate-agent / Errors'), one, now));
      const rows = new Map<string, number>();
      for (const { Model, Calls } of found) rows.set(Model ?? '', (rows.get(Model ?? '') ?? 0) + Number(Calls));
      const counts = new Map<string, number>();
      for (const { model } of failed) counts.set(model ?? '(none)', (counts.get(model ?? '(none)') ?? 0) + 1);
      expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(counts));
      errors += failed.length;
    }
    expect(errors).toBeGreaterThan(0);
  });
});

describe('a panel over single calls', () => {
  const CALLS_READ_MAX = '> 500000';
  const ofAgent: Case = { ...all, values: { agent: 'support-bot' } };
  const titles = ['Duration of a call', 'Runs', 'Sessions', 'Dearest calls', 'Slowest calls', 'Seen and not charged'];

  function limited(title: string, most: number): ReturnType<typeof panelOf> {
    const { name, dashboard, panel } = panelOf(`tollgate-agent / ${title}`);
    const targets = panel.targets.map(({ rawSql = '', ...target }) => {
      expect(rawSql).toContain(CALLS_READ_MAX);
      return { ...target, rawSql: rawSql.replaceAll(CALLS_READ_MAX, `> ${most}`) };
    });
    return { name, dashboard, panel: { ...panel, targets } };
  }

  /** Whole days back from the end of the range, of all agents, while they have no more calls than that; at least an hour. */
  async function sinceOf({ from, to }: Asked, most: number): Promise<Date> {
    const days = await store.get(`/api/v1/costs?from=${from.toISOString()}&to=${to.toISOString()}&interval=day`);
    let calls = 0;
    for (const { start, calls: more } of days.series.toReversed()) {
      calls += more;
      if (calls > most) return new Date(Math.min(Date.parse(start) + 24 * HOUR_MS, to.getTime() - HOUR_MS));
    }
    return from;
  }

  it.each([0, 150, 1_000_000])('reads the last days, where the range has more than %i calls', async (most) => {
    const { asked } = askedOf(ofAgent);
    const from = await sinceOf(asked, most);
    expect(from > asked.from).toBe(most < 1_000_000);
    const told = [{ 'Read since': from.toISOString() }];
    const found = await answerOf(limited('Single calls', most), ofAgent, now);
    expect(readRows(found, told)).toEqual(writeRows(found, told));
    for (const title of titles) {
      const wanted = (await expected['tollgate-agent']?.[title]?.({ ...asked, from })) ?? [];
      const shown = await answerOf(limited(title, most), ofAgent, now);
      expect(readRows(shown, wanted), title).toEqual(writeRows(shown, wanted));
    }
  });
});

/** What a budget comes to goes on with the clock of the database: down at the end of the window, later for when it is used up. */
describe('what budgets come to', () => {
  const nameOf = ({ budget, counter }: Counter): string => `${budget} · ${counter}`;

  async function between(
    title: string,
  ): Promise<{ counters: Map<string, Counter[]>; found: ReturnType<typeof recordsOf> }> {
    const { asked } = askedOf(all);
    const before = await readCounters(asked);
    const found = await answerOf(panelOf(`tollgate-budgets / ${title}`), all, null);
    const after = new Map((await readCounters(asked)).map((counter) => [nameOf(counter), counter]));
    const pairs = before.map((counter): [string, Counter[]] => {
      const then = after.get(nameOf(counter));
      return [nameOf(counter), then === undefined ? [counter] : [counter, then]];
    });
    return { counters: new Map(pairs), found: recordsOf(found) };
  }

  const hasEnd = ({ windowStart, resetsAt }: Counter): boolean => windowStart !== null && resetsAt !== null;

  it('is between what the API says before and after, where a window has an end', async () => {
    const { counters, found } = await between('What is left');
    let ends = 0;
    for (const row of found) {
      const [before, after] = counters.get(`${row['Budget']} · ${row['Counter']}`) ?? [];
      if (before === undefined || after === undefined || !hasEnd(before)) continue;
      const [most, least] = [before, after].map(({ forecast, unit }) =>
        units(String(forecast?.[`at_window_end_${unit}`])),
      );
      const shown = units(row['At its end'] ?? 'null');
      expect(shown <= (most ?? 0n) && shown >= (least ?? 0n), JSON.stringify(row)).toBe(true);
      const [first, last] = [before, after].map(({ forecast }) => forecast?.exhausted_at ?? null);
      if (typeof first === 'string' && typeof last === 'string') {
        const shownAt = Date.parse(instantOf(row['Used up at'] ?? ''));
        expect(shownAt).toBeGreaterThanOrEqual(Date.parse(first) - 1);
        expect(shownAt).toBeLessThanOrEqual(Date.parse(last) + 1);
      } else expect(row['Used up at']).toBeNull();
      ends += 1;
    }
    expect(ends).toBeGreaterThan(3);
  });

  it('is that share of the limit', async () => {
    const { counters, found } = await between('What the window comes to');
    for (const { metric, value } of found) {
      const [before, after] = counters.get(metric ?? '') ?? [];
      if (before === undefined || after === undefined) throw new Error(`no counter ${metric}`);
      // Amounts of tokens and calls are whole in the API: less than one of them is missing.
      const oneMore = before.unit === 'usd' ? 0n : SHARE / BigInt(before.amount('limit')) + 1n;
      const shown = scaled(value ?? '', SHARE_DIGITS);
      expect(shown <= shares(before) + oneMore + 1n && shown >= shares(after) - 1n, `${metric} ${value}`).toBe(true);
    }
    const paced = [...counters.values()].filter(
      ([counter]) => counter !== undefined && hasEnd(counter) && hasSpent(counter),
    );
    expect(found).toHaveLength(Math.min(paced.length, BARS_MAX));
  });

  const hasSpent = ({ amount }: Counter): boolean => units(amount('spent')) > 0n;
  const units = (text: string): bigint => scaled(text, USD_DIGITS);
  const shares = (counter: Counter): bigint => scaled(shareAtEnd(counter)?.value ?? 'null', SHARE_DIGITS);
});

const BARS_MAX = 25;
const USD_DIGITS = 15;
const SHARE_DIGITS = 9;
const SHARE = 10n ** BigInt(SHARE_DIGITS);
