import { hostileAgents, hostileUsers } from '../support/fillStore/cast.ts';
import { DAY_MS } from '../support/fillStore/days.ts';
import { type AskNames, type Chosen, chooseValues, expandSql, listedValues } from './choices.ts';
import { type Dashboard, isOfPostgres, type Panel, type Target, type Variable } from './dashboards.ts';
import type { QueryRange } from './expandMacros.ts';
import { type FilledPostgres, TENANT } from './filledPostgres.ts';
import type { Result } from './result.ts';
import { intervalOf } from './variables.ts';

const HOUR_MS = 3_600_000;
/** Pixels of a wide panel. */
const POINTS = 1_000;
/** `timeInterval` of the data source: the views know no finer time. */
const LEAST_INTERVAL_MS = HOUR_MS;

export interface NamedRange {
  readonly name: string;
  readonly range: QueryRange;
}

const rangeOf = (name: string, fromMs: number, toMs: number): NamedRange => ({
  name,
  range: {
    from: new Date(fromMs),
    to: new Date(toMs),
    intervalMs: intervalOf(toMs - fromMs, POINTS, LEAST_INTERVAL_MS),
  },
});

/** Ranges that people choose, and those at which sums go wrong. */
export function rangesUntil(now: Date): NamedRange[] {
  const nowMs = now.getTime();
  const fiveDaysAgo = new Date(nowMs - 5 * DAY_MS);
  const month = Date.UTC(fiveDaysAgo.getUTCFullYear(), fiveDaysAgo.getUTCMonth(), 1);
  return [
    rangeOf('the last hour', nowMs - HOUR_MS, nowMs),
    rangeOf('the last 24 hours', nowMs - DAY_MS, nowMs),
    rangeOf('the last 7 days', nowMs - 7 * DAY_MS, nowMs),
    rangeOf('the last 30 days from midnight', Math.floor((nowMs - 30 * DAY_MS) / DAY_MS) * DAY_MS, nowMs),
    rangeOf('30 days that begin between two hours', nowMs - 30 * DAY_MS - 1_234_567, nowMs - 1_001),
    rangeOf('a day before any data', nowMs - 300 * DAY_MS, nowMs - 299 * DAY_MS),
    rangeOf('the turn of a month', month - 36 * HOUR_MS, month + 36 * HOUR_MS),
  ];
}

/** Names that the store holds, for text boxes. */
export interface Known {
  readonly trace: string;
  readonly session: string;
  readonly run: string;
}

type Choice = 'as it opens' | 'one value each' | 'several values' | 'names with quotes';
export const choices: readonly Choice[] = ['as it opens', 'one value each', 'several values', 'names with quotes'];

const timezones: Readonly<Record<Choice, string>> = {
  'as it opens': 'UTC',
  'one value each': 'Europe/Berlin',
  'several values': 'Asia/Kolkata',
  'names with quotes': 'America/St_Johns',
};

const [quotedAgent = ''] = hostileAgents;
const [quotedUser = '', markup = ''] = hostileUsers;

/** By variable: one value, several, and some with quotes. A text box that is not here fails the test. */
const valuesOf = (known: Known): Readonly<Record<string, readonly [string, readonly string[], readonly string[]]>> => ({
  tenant: [TENANT, [TENANT], [`ac'me`]],
  environment: ['production', ['staging', '(none)'], [`it's "prod"`, '(none)']],
  agent: ['support-bot', ['planner', 'researcher'], [quotedAgent, `'); drop view calls; --`]],
  model: ['claude-sonnet-4-5-20250929', ['gpt-5-2025-08-07', 'in-house-7b'], [`it's`, 'a\\b']],
  user: ['user-1', ['user-2'], [quotedUser]],
  session: [known.session, [known.session], [markup]],
  run: [known.run, [known.run], [`it's`]],
  trace_id: [known.trace, [known.trace], [`x' or 'y`]],
  budget: ['company-month', ['user-day', 'support-bot-day'], [`it's`, 'x"y']],
});

/** `place` turns through the values of a list, so that all of them are asked for over the ranges. */
export function choose(choice: Choice, variables: readonly Variable[], known: Known, place: number): Chosen {
  const values: Record<string, string | readonly string[]> = {};
  for (const variable of variables) {
    const { name, type, multi, query } = variable;
    if (type === 'custom' || type === 'interval') {
      const listed = listedValues(typeof query === 'string' ? query : '');
      values[name] = listed[place % listed.length] ?? '';
    }
    if (!isOfPostgres(variable) && type !== 'textbox') continue;
    const of = valuesOf(known)[name];
    if (of === undefined) throw new Error(`the variable ${name} has no value in test/dashboards/asked.ts`);
    if (choice === 'as it opens') continue;
    const several = choice === 'several values' ? of[1] : choice === 'one value each' ? [of[0]] : of[2];
    values[name] = multi ? several : (several[0] ?? '');
  }
  return { timezone: timezones[choice], values };
}

export const askNamesOf =
  ({ ask }: FilledPostgres): AskNames =>
  async (sql) =>
    (await ask(sql)).rows.map(([name]) => name ?? '');

/** One panel as somebody sees it: each of its queries under the chosen values, with what came back. */
export async function askPanel(
  store: FilledPostgres,
  { dashboard, panel }: { readonly dashboard: Dashboard; readonly panel: Panel },
  range: QueryRange,
  chosen: Chosen,
): Promise<[Target, Result][]> {
  const variables = await chooseValues(dashboard, range, chosen, askNamesOf(store));
  const interval = Number(panel.interval?.replace(/h$/, '') ?? 1) * HOUR_MS;
  const ofPanel = { ...range, intervalMs: Math.max(range.intervalMs, interval) };
  const asked = panel.targets.flatMap((target): Promise<[Target, Result]>[] => {
    const { rawSql, hide } = target;
    if (rawSql === undefined || hide === true) return [];
    return [askSql(store, expandSql(rawSql, ofPanel, variables)).then((result) => [target, result])];
  });
  return Promise.all(asked);
}

/** With the statement in the fault: PostgreSQL's own message names a place in it. */
export async function askSql({ ask }: FilledPostgres, sql: string): Promise<Result> {
  try {
    return await ask(sql);
  } catch (fault) {
    throw new Error(`${fault instanceof Error ? fault.message : String(fault)} in\n${sql}`, { cause: fault });
  }
}
