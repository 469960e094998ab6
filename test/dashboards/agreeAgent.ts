import { askCosts, type Asked, bucketOf, type Expected, type ExpectedRow, filtersOf, periodOf, walk } from './agree.ts';
import { byName, models, pricedCalls, seriesOf } from './agreeSpend.ts';
import { quotient } from './decimals.ts';

type Json = ReturnType<typeof JSON.parse>;

const ROWS = 50;

export const readCalls = (asked: Asked, more = ''): Promise<Json[]> =>
  walk(asked, `/api/v1/calls?${periodOf(asked)}${filtersOf(asked)}${more}`);

const firstCalls = async (asked: Asked, more: string): Promise<Json[]> =>
  (await asked.get(`/api/v1/calls?${periodOf(asked)}${filtersOf(asked)}${more}&limit=${ROWS}`)).items;

export const callRow = (call: Json): ExpectedRow => ({
  Started: call.started_at,
  Model: call.model ?? '(none)',
  User: call.user ?? '(none)',
  Session: call.session ?? '(none)',
  Status: call.status,
  Duration: call.duration_ms,
  Cost: call.cost_usd,
  Trace: call.trace_id,
  Span: call.span_id,
});

/** Which of several calls with the same value are the last of a list is not said: they are held to the API by that value, and each by its ids. */
const dearest: Expected = async (asked) =>
  (await firstCalls(asked, '&sort=-cost_usd')).map(({ cost_usd: Cost }) => ({ Cost }));

const slowest: Expected = async (asked) =>
  (await firstCalls(asked, '&sort=-duration_ms')).map(({ duration_ms: Duration }) => ({ Duration }));

/** Groups of calls by a key of texts. */
function groupCalls(calls: readonly Json[], keyOf: (call: Json) => readonly string[]): [string[], Json[]][] {
  const groups = new Map<string, Json[]>();
  for (const call of calls) {
    const key = JSON.stringify(keyOf(call));
    groups.set(key, [...(groups.get(key) ?? []), call]);
  }
  return [...groups].map(([key, group]) => [JSON.parse(key) as string[], group]);
}

const latest = (calls: readonly Json[]): string =>
  calls
    .map(({ started_at: at }) => at as string)
    .toSorted((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1) ?? '';

/** `percentile_disc`: the first value that at least such a part of all does not exceed. */
function percentile(calls: readonly Json[], part: number): number {
  const sorted = calls.map(({ duration_ms: ms }) => ms as number).toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
}

const durations: Expected = async (asked) =>
  groupCalls(await readCalls(asked), ({ started_at: at }) => [bucketOf(asked, at)]).map(([[time = ''], calls]) => ({
    time,
    median: percentile(calls, 0.5),
    '95 of 100': percentile(calls, 0.95),
  }));

/** Of the agent's own calls: another agent's in the same session are not in them. */
const summaries =
  (list: 'sessions' | 'runs', name: string): Expected =>
  async (asked) =>
    (await walk(asked, `/api/v1/${list}?${periodOf(asked)}${filtersOf(asked)}&sort=-cost_usd`))
      .filter(({ id }) => id !== '(none)')
      .slice(0, ROWS)
      .map((row) => ({
        [name]: row.id,
        Cost: row.cost_usd,
        Calls: row.calls,
        Tokens: row.total_tokens,
        Duration: row.total_duration_seconds,
        'Last call': row.last_seen,
      }));

export const agent: Readonly<Record<string, Expected>> = {
  $agent: async (asked) => {
    const { totals } = await askCosts(asked);
    return [
      {
        Spent: totals.cost_usd,
        Calls: totals.calls,
        'Per call': quotient(totals.cost_usd, pricedCalls(totals)),
        'Without a price': totals.unpriced_calls,
        Errors: totals.error_calls,
        'Of all calls': quotient(String(totals.error_calls), totals.calls),
      },
    ];
  },
  'Spend by model': byName('model'),
  'Calls and errors': seriesOf(({ calls, error_calls: errors }) => ({ ok: calls - errors, error: errors })),
  'Duration of a call': durations,
  Models: models,
  Runs: summaries('runs', 'Run'),
  Sessions: summaries('sessions', 'Session'),
  'Dearest calls': dearest,
  'Slowest calls': slowest,
  'Seen and not charged': async (asked) => {
    const calls = (await readCalls(asked, '&charge=all')).filter(({ charge }) => charge !== 'charged');
    const reasonOf = ({ charge, charge_reason: reason }: Json) => [charge, (reason ?? '').split(' ')[0] ?? ''];
    return groupCalls(calls, reasonOf).map(([[Charge = '', Reason = ''], group]) => ({
      Charge,
      Reason,
      Calls: group.length,
      'Last call': latest(group),
    }));
  },
};
