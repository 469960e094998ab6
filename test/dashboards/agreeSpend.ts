import { askCosts, type Asked, type Expected, type ExpectedRow, filtersOf, periodOf, walk } from './agree.ts';
import { add, quotient, written } from './decimals.ts';

type Json = ReturnType<typeof JSON.parse>;

const DEAREST_SERIES = 9;
const DEAREST_LINES = 6;
const ROWS_OF_A_LIST = 50;
/** Sums of sessions are of all time. */
const EVER = 'from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z';

export const pricedCalls = ({ calls, unpriced_calls: unpriced }: Json): number => calls - unpriced;
const hasCalls = ({ calls }: Json): boolean => calls > 0;

/** What the API says is left of a share: of the cost, to six digits. */
const shareOf = ({ share }: Json) => (share === null ? null : { digits: 6, value: String(share) });

/** A series of each of the nine dearest values of a dimension, and one of all others. */
export const byName =
  (dimension: string): Expected =>
  async (asked) => {
    const { period, timezone } = asked;
    const { groups, series } = await askCosts(asked, `&group_by=${dimension}&interval=${period}&timezone=${timezone}`);
    const dearest = new Set(groups.slice(0, DEAREST_SERIES).map((group: Json) => group[dimension]));
    const sums = new Map<string, (string | null)[]>();
    for (const point of series.filter(hasCalls)) {
      const name = dearest.has(point[dimension]) ? point[dimension] : '(other)';
      const key = JSON.stringify([point.start, name]);
      sums.set(key, [...(sums.get(key) ?? []), point.cost_usd]);
    }
    return [...sums].map(([key, costs]) => {
      const [time, metric] = JSON.parse(key);
      const known = costs.filter((cost) => cost !== null);
      return { time, metric, value: known.length === 0 ? null : add(known) };
    });
  };

export const seriesOf =
  (columns: (point: Json) => ExpectedRow): Expected =>
  async (asked) => {
    const { series } = await askCosts(asked, `&interval=${asked.period}&timezone=${asked.timezone}`);
    return series.filter(hasCalls).map((point: Json) => ({ time: point.start, ...columns(point) }));
  };

export const models: Expected = async (asked) => {
  const { groups } = await askCosts(asked, '&group_by=provider,model');
  return groups.map((group: Json) => ({
    Provider: group.provider,
    Model: group.model,
    Cost: group.cost_usd,
    Share: shareOf(group),
    Calls: group.calls,
    Unpriced: group.unpriced_calls,
    'Per call': quotient(group.cost_usd, pricedCalls(group)),
  }));
};

const MILLION_DIGITS = 6;

const perMillion = ({ cost_usd: cost, total_tokens: tokens }: Json) =>
  quotient(cost, written(BigInt(tokens), MILLION_DIGITS));

const perCall: Expected = async (asked) => {
  const { groups, series } = await askCosts(
    asked,
    `&group_by=model&interval=${asked.period}&timezone=${asked.timezone}`,
  );
  const dearest = new Set(groups.slice(0, DEAREST_LINES).map(({ model }: Json) => model));
  return series
    .filter((point: Json) => hasCalls(point) && dearest.has(point.model))
    .map((point: Json) => ({
      time: point.start,
      metric: point.model,
      value: quotient(point.cost_usd, pricedCalls(point)),
    }));
};

const changed = (part: Json): ExpectedRow => ({
  Difference: part.delta_usd,
  'More calls': part.volume_usd,
  'Other agents or models': part.mix_usd,
  'Dearer calls': part.price_usd,
  // Without a price counts as 0 in a difference.
  Before: part.before_usd ?? '0',
  Now: part.now_usd ?? '0',
});

const askChanges = (asked: Asked): Promise<Json> =>
  asked.get(`/api/v1/changes?${periodOf(asked)}${filtersOf(asked)}&group_by=agent,model&limit=50`);

/** All-time sums of those whose last call is in the range. */
async function sessionsLastSeen(asked: Asked): Promise<Json[]> {
  const { agent = [], model = [] } = asked.values;
  const isOf = (chosen: string | readonly string[], found: readonly string[]): boolean =>
    chosen.length === 0 || [chosen].flat().some((name) => found.includes(name));
  const rows = await walk(asked, `/api/v1/sessions?${EVER}&sort=-cost_usd${filtersOf(asked, ['user'])}`);
  return rows.filter(({ id, last_seen: last, agents, models: used }) => {
    const at = Date.parse(last);
    const isInside = id !== '(none)' && at >= asked.from.getTime() && at < asked.to.getTime();
    return isInside && isOf(agent, agents) && isOf(model, used);
  });
}

const sessions: Expected = async (asked) =>
  (await sessionsLastSeen(asked)).slice(0, ROWS_OF_A_LIST).map((session) => ({
    Session: session.id,
    Agents: session.agents.join(', '),
    Cost: session.cost_usd,
    Calls: session.calls,
    'First call': session.first_seen,
    'Last call': session.last_seen,
  }));

const unpriced: Expected = async (asked) => {
  const { values } = asked;
  if (Object.keys(values).length === 0) {
    const items = await walk(asked, `/api/v1/prices/unpriced?${periodOf(asked)}`);
    return items.map((item) => ({
      Provider: item.provider,
      Model: item.model,
      Reason: item.reason,
      Calls: item.calls,
      Tokens: item.tokens,
      'First call': item.first_seen,
      'Last call': item.last_seen,
    }));
  }
  const calls = await walk(asked, `/api/v1/calls?${periodOf(asked)}${filtersOf(asked)}&cost_status=unpriced`);
  const counts = new Map<string, number>();
  for (const { provider, model, unpriced_reason: reason } of calls) {
    const key = JSON.stringify([provider ?? '(none)', model ?? '(none)', reason]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, found]) => {
    const [Provider, Model, Reason] = JSON.parse(key);
    return { Provider, Model, Reason, Calls: found };
  });
};

/** The same as `month` of the forecast, of a part of the calls. */
async function monthSoFar(asked: Asked): Promise<ExpectedRow> {
  const { month } = await asked.get(`/api/v1/forecast?timezone=${asked.timezone}`);
  if (Object.keys(asked.values).length === 0) {
    return { 'Month so far': month.cost_usd, 'Month at this pace': month.at_month_end_usd };
  }
  const period = { from: new Date(month.from), to: asked.now };
  const { totals } = await asked.get(`/api/v1/costs?${periodOf(period)}${filtersOf(asked)}`);
  return { 'Month so far': totals.cost_usd };
}

export const spend: Readonly<Record<string, Expected>> = {
  Spent: async (asked) => [{ Spent: (await askCosts(asked)).totals.cost_usd }],
  'Against the period before': async (asked) => {
    const { delta_usd: delta, before_usd: before } = await askChanges(asked);
    return [{ Difference: delta, Change: quotient(delta, before) }];
  },
  'This month': async (asked) => [await monthSoFar(asked)],
  'Without a price': async (asked) => {
    const { totals } = await askCosts(asked);
    return [
      {
        'Unpriced calls': totals.unpriced_calls,
        'Of all calls': quotient(String(totals.unpriced_calls), totals.calls),
      },
    ];
  },
  'Spend by model': byName('model'),
  'Spend by agent': byName('agent'),
  Models: async (asked) => {
    const { groups } = await askCosts(asked, '&group_by=provider,model');
    const rows = await models(asked);
    return rows.map((row, place) => ({ ...row, 'Per million tokens': perMillion(groups[place]) }));
  },
  'Why it changed': async (asked) => [changed(await askChanges(asked))],
  'What changed most': async (asked) =>
    (await askChanges(asked)).groups.map((group: Json) => ({
      Agent: group.agent,
      Model: group.model,
      ...changed(group),
    })),
  'Tokens by kind': seriesOf((point) => ({
    input: point.input_tokens - point.cache_read_tokens - point.cache_write_tokens,
    'cache read': point.cache_read_tokens,
    'cache write': point.cache_write_tokens,
    output: point.output_tokens - point.reasoning_tokens,
    reasoning: point.reasoning_tokens,
  })),
  'Cost per call': perCall,
  'Input read from a cache': seriesOf((point) => ({
    'read from a cache': quotient(String(point.cache_read_tokens), point.input_tokens),
  })),
  Users: async (asked) =>
    (await askCosts(asked, '&group_by=user')).groups.slice(0, ROWS_OF_A_LIST).map((group: Json) => ({
      User: group.user,
      Cost: group.cost_usd,
      Share: shareOf(group),
      Calls: group.calls,
      Unpriced: group.unpriced_calls,
      'Per call': quotient(group.cost_usd, pricedCalls(group)),
      Tokens: group.total_tokens,
    })),
  Sessions: sessions,
  'Calls without a price': unpriced,
};
