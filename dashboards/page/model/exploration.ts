import { escapeValue, type Filter, filterParams, isDimension, splitValues, withFilter } from './filters.ts';

/** What the explorer shows; the address holds all of it. */
export interface Exploration {
  /** At most GROUP_KEYS_MAX dimensions. None: the sum alone. */
  readonly by: readonly string[];
  readonly interval: ExplorerInterval;
  readonly measure: Measure;
  readonly filters: readonly Filter[];
}

export const explorerIntervals = ['hour', 'day', 'week', 'month'] as const;
export type ExplorerInterval = (typeof explorerIntervals)[number];

export const measures = ['cost', 'calls', 'tokens', 'share'] as const;
export type Measure = (typeof measures)[number];

/** In the address, since an absent `by` is the usual split. */
const NOT_SPLIT = 'none';
/** As the API bounds `group_by`. */
export const GROUP_KEYS_MAX = 4;
/** More bars than this are thinner than a pixel and its gap on a phone. */
const BARS_MAX = 400;
const HOUR_MS = 3_600_000;
const intervalMs: Readonly<Record<ExplorerInterval, number>> = {
  hour: HOUR_MS,
  day: 24 * HOUR_MS,
  week: 7 * 24 * HOUR_MS,
  month: 28 * 24 * HOUR_MS,
};

const periodHours: Readonly<Record<string, number>> = { '24h': 24, '7d': 168, '30d': 720, '90d': 2160 };

/** How long a period is, in ms; null where the dates cannot be read, which the API then says. */
export function periodMs(params: Readonly<Record<string, string>>, nowMs: number): number | null {
  const hours = periodHours[params['period'] ?? ''];
  if (hours !== undefined) return hours * HOUR_MS;
  const to = params['to'] === undefined ? nowMs : Date.parse(params['to']);
  const from = params['from'] === undefined ? to - 720 * HOUR_MS : Date.parse(params['from']);
  return Number.isFinite(to - from) && to > from ? to - from : null;
}

/** The intervals that cut a period into a number of bars that can be drawn. */
export function intervalsFor(lengthMs: number | null): ExplorerInterval[] {
  if (lengthMs === null) return ['day'];
  const fitting = explorerIntervals.filter((interval) => lengthMs / intervalMs[interval] <= BARS_MAX);
  return fitting.length === 0 ? ['month'] : fitting;
}

export function readExploration(
  query: URLSearchParams,
  lengthMs: number | null,
  usual: ExplorerInterval,
  filters: readonly Filter[],
): Exploration {
  const by = query.has('by') ? splitValues(query.get('by') ?? '').filter(isDimension) : ['agent', 'model'];
  const possible = intervalsFor(lengthMs);
  const asked = query.get('interval') ?? usual;
  return {
    by: [...new Set(by)].slice(0, GROUP_KEYS_MAX),
    interval: possible.find((interval) => interval === asked) ?? possible[0] ?? 'day',
    measure: measures.find((measure) => measure === query.get('measure')) ?? 'cost',
    filters,
  };
}

/** As the API takes dimensions: commas between them, and those of a tag's name escaped. */
export function groupBy(by: readonly string[]): string {
  return by.map(escapeValue).join(',');
}

/** The part of the address that is the explorer's own; the period is the header's. */
export function explorationQuery(exploration: Exploration): Record<string, string | readonly string[] | null> {
  return {
    by: exploration.by.length === 0 ? NOT_SPLIT : groupBy(exploration.by),
    interval: exploration.interval,
    measure: exploration.measure === 'cost' ? null : exploration.measure,
    ...filterParams(exploration.filters),
  };
}

/** What tells most about one value of a dimension, where the explorer is split by that dimension alone. */
const nextOf: Readonly<Record<string, string>> = {
  agent: 'model',
  model: 'agent',
  user: 'session',
  session: 'run',
  run: 'model',
  provider: 'model',
  service: 'agent',
  operation: 'model',
  environment: 'service',
  endpoint: 'agent',
};

/** A row becomes a filter: its dimension is fixed, so it leaves the split. */
export function drillInto(exploration: Exploration, filter: Filter): Exploration {
  const rest = exploration.by.filter((dimension) => dimension !== filter.dimension);
  return {
    ...exploration,
    filters: withFilter(exploration.filters, filter),
    by: rest.length > 0 ? rest : [nextOf[filter.dimension] ?? 'agent'],
  };
}
