import { type Asked, bucketOf, type Expected, type ExpectedRow, periodOf, walk } from './agree.ts';
import { add, quotient } from './decimals.ts';

type Json = ReturnType<typeof JSON.parse>;

const DEAREST_BARS = 25;
const ROWS_OF_ALERTS = 200;
const UNITS = ['usd', 'tokens', 'calls'];

/** A counter of `/api/v1/budgets/NAME/status`, its amounts under names without a unit. */
export interface Counter {
  readonly budget: string;
  /** `user=u1`, or `(all)` where it counts all together. */
  readonly counter: string;
  readonly mode: string;
  readonly unit: string;
  readonly amount: (name: string) => string;
  readonly usedShare: number;
  readonly windowStart: string | null;
  readonly resetsAt: string | null;
  readonly forecast: {
    readonly exhausted_at: string | null;
    readonly [atWindowEnd: string]: string | number | null;
  } | null;
}

const isChosen = ({ values: { budget = [] } }: Asked, name: string): boolean =>
  budget.length === 0 || [budget].flat().includes(name);

export async function readCounters(asked: Asked): Promise<Counter[]> {
  const budgets = (await walk(asked, '/api/v1/budgets?')).filter(({ name }) => isChosen(asked, name));
  const counters = await Promise.all(
    budgets.map(async ({ name, definition }: Json) =>
      (await walk(asked, `/api/v1/budgets/${encodeURIComponent(name)}/status?`)).map((item) =>
        counterOf(name, definition.mode, item),
      ),
    ),
  );
  return counters.flat();
}

function counterOf(budget: string, mode: string, item: Json): Counter {
  const unit = UNITS.find((name) => `limit_${name}` in item) ?? 'usd';
  const parts = Object.entries(item.key as Record<string, string>).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    budget,
    counter: parts.length === 0 ? '(all)' : parts.map(([name, value]) => `${name}=${value}`).join(', '),
    mode,
    unit,
    amount: (name) => String(item[`${name}_${unit}`]),
    usedShare: item.used_share,
    windowStart: item.window_start,
    resetsAt: item.resets_at,
    forecast: item.forecast,
  };
}

const used = ({ usedShare }: Counter) => ({ digits: 6, value: String(usedShare) });
const barOf = ({ budget, counter }: Counter): string => `${budget} · ${counter}`;
/** Ties by name, at most as many as there are bars. */
const mostUsed = (counters: readonly Counter[]): Counter[] =>
  counters.toSorted((a, b) => b.usedShare - a.usedShare || (barOf(a) < barOf(b) ? -1 : 1)).slice(0, DEAREST_BARS);

async function monthByDay(asked: Asked): Promise<{ readonly start: string; readonly cost: string | null }[]> {
  const from = new Date(bucketOf({ ...asked, period: 'month' }, asked.now.toISOString()));
  const { series } = await asked.get(
    `/api/v1/costs?${periodOf({ from, to: asked.now })}&interval=day&timezone=${asked.timezone}`,
  );
  return series.filter(({ calls }: Json) => calls > 0).map(({ start, cost_usd: cost }: Json) => ({ start, cost }));
}

const monthSoFar: Expected = async (asked) => {
  const days = await monthByDay(asked);
  return days.map(({ start }, place) => {
    const known = days.slice(0, place + 1).flatMap(({ cost }) => cost ?? []);
    return { time: start, 'Spent this month': known.length === 0 ? null : add(known) };
  });
};

const readAlerts = async (asked: Asked, types: readonly string[] | null): Promise<Json[]> =>
  (await walk(asked, `/api/v1/alerts?${periodOf(asked.exact)}`)).filter(
    ({ type, budget }) => (types === null || types.includes(type)) && (budget === null || isChosen(asked, budget)),
  );

const alertsByType =
  (types: readonly string[]): Expected =>
  async (asked) => {
    const counts = new Map<string, number>();
    for (const { at, type } of await readAlerts(asked, types)) {
      const key = JSON.stringify([bucketOf(asked, at), type]);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [...counts].map(([key, value]) => {
      const [time, metric] = JSON.parse(key);
      return { time, metric, value };
    });
  };

const left: Expected = async (asked) =>
  (await readCounters(asked)).map((counter): ExpectedRow => ({
    Budget: counter.budget,
    Counter: counter.counter,
    Mode: counter.mode,
    Unit: counter.unit,
    Limit: counter.amount('limit'),
    Spent: counter.amount('spent'),
    Reserved: counter.amount('reserved'),
    Left: counter.amount('left'),
    Used: used(counter),
    'Resets at': counter.resetsAt,
    Overrun: counter.amount('overrun'),
    'Never settled': counter.amount('expired_unsettled'),
  }));

export const budgets: Readonly<Record<string, Expected>> = {
  'Counters now': async (asked) => {
    const counters = await readCounters(asked);
    const atLeast = (share: number): number => counters.filter(({ usedShare }) => usedShare >= share).length;
    return [{ 'Used up': atLeast(1), 'From 80 % on': atLeast(0.8) - atLeast(1), Counters: counters.length }];
  },
  'Spent this month': async (asked) => {
    const { month } = await asked.get(`/api/v1/forecast?timezone=${asked.timezone}`);
    return [{ 'Spent this month': month.cost_usd }];
  },
  // What it says of the future goes on with the clock: agreement.test.ts holds it between two answers of the API.
  'What is left': left,
  'Used of the limit': async (asked) =>
    mostUsed(await readCounters(asked)).map((counter) => ({
      metric: barOf(counter),
      value: used(counter),
    })),
  'The month so far': monthSoFar,
  'Refused, lessened, asked for approval': alertsByType(['call.denied', 'call.modified', 'approval.requested']),
  'Thresholds and anomalies': alertsByType([
    'budget.threshold_reached',
    'budget.exceeded',
    'anomaly.detected',
    'price.unknown_model',
  ]),
  Alerts: async (asked) =>
    (await readAlerts(asked, null)).slice(0, ROWS_OF_ALERTS).map(({ at, severity, type, budget, message }) => ({
      At: at,
      Severity: severity,
      Type: type,
      Budget: budget ?? '(none)',
      Message: message,
    })),
};

/** The share of a limit that a window comes to at its pace. */
export const shareAtEnd = ({ forecast, unit, amount }: Counter) => {
  const atEnd = forecast?.[`at_window_end_${unit}`];
  return atEnd === null || atEnd === undefined ? null : quotient(String(atEnd), amount('limit'));
};
