import { NO_DIMENSION } from '../../src/ledger.ts';
import type { Dimension, Segment, Source } from './coverage.ts';
import { formatInstant } from './instant.ts';
import type { SqlValues } from './sqlText.ts';

export interface Filters {
  readonly dimensions: ReadonlyMap<Dimension, readonly string[]>;
  readonly tags: ReadonlyMap<string, readonly string[]>;
}

export type GroupKey = { readonly dimension: Dimension } | { readonly tag: string };

export const columnOf = {
  agent: 'agent',
  user: 'user_id',
  session: 'session_id',
  run: 'run_id',
  model: 'model',
  provider: 'provider',
  service: 'service',
  operation: 'operation',
  environment: 'environment',
  endpoint: 'endpoint',
} as const satisfies Readonly<Record<Dimension, string>>;

/** Everything that is added up; the token columns as in every rollup. */
export const summedColumns = [
  'calls',
  'unpriced_calls',
  'error_calls',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_tokens',
  'reasoning_tokens',
  'duration_nano',
  'cost_usd',
] as const;

export type SummedColumn = (typeof summedColumns)[number];

const callExpressions: Readonly<Record<SummedColumn, string>> = {
  calls: '1::bigint',
  unpriced_calls: '(cost_usd is null)::int::bigint',
  error_calls: `(status = 'error')::int::bigint`,
  input_tokens: 'input_tokens',
  cache_read_tokens: 'cache_read_tokens',
  cache_write_tokens: 'cache_write_tokens',
  output_tokens: 'output_tokens',
  reasoning_tokens: 'reasoning_tokens',
  duration_nano: 'duration_nano::numeric',
  cost_usd: 'coalesce(cost_usd, 0)',
};

/** The instant that says to which interval a row belongs; `dated` rollups know the UTC day only. */
const timeOf: Readonly<Record<Source, { readonly column: string; readonly instant: string; readonly dated: boolean }>> =
  {
    rollup_daily: { column: 'day', instant: `(day::timestamp at time zone 'UTC')`, dated: true },
    rollup_hourly: { column: 'hour', instant: 'hour', dated: false },
    session_daily: { column: 'day', instant: `(day::timestamp at time zone 'UTC')`, dated: true },
    run_daily: { column: 'day', instant: `(day::timestamp at time zone 'UTC')`, dated: true },
    calls: { column: 'started_at', instant: 'started_at', dated: false },
  };

export interface FactColumns {
  /** Become `d0`, `d1` …, never null. */
  readonly keys: readonly GroupKey[];
  /** `first_seen` and `last_seen` too, which only `run_daily` and calls have. */
  readonly seen: boolean;
  /** Placeholder of the ascending interval starts, for the column `bucket` (1 is the first); null for none. */
  readonly starts: string | null;
  /** Which of the sums; without it all of them. */
  readonly summed?: readonly SummedColumn[];
  /** Only rows whose `d0`, which is a dimension, is one of those of the statement's `page`. */
  readonly among?: 'page';
}

/** One statement part that yields a row for each rollup row or charged call of the segments, filtered. */
export function factsSql(
  tenant: string,
  segments: readonly Segment[],
  columns: FactColumns,
  filters: Filters,
  sql: SqlValues,
): string {
  const tenantValue = sql.add(tenant);
  const keys = columns.keys.map((key) => ('tag' in key ? { tag: sql.add(key.tag) } : key));
  const conditions = filterConditions(filters, sql);
  const [first] = columns.keys;
  const parts = segments.map((segment) => {
    const isCalls = segment.source === 'calls';
    const time = timeOf[segment.source];
    const selected = [
      ...keys.map((key, index) => `${keyExpression(key, isCalls)} as d${index}`),
      ...(columns.starts === null ? [] : [`width_bucket(${time.instant}, ${columns.starts}::timestamptz[]) as bucket`]),
      ...(columns.seen ? seenColumns(isCalls) : []),
      ...(columns.summed ?? summedColumns).map((column) =>
        isCalls ? `${callExpressions[column]} as ${column}` : column,
      ),
    ];
    const where = [
      ...segmentConditions(segment, tenantValue, sql),
      ...(isCalls ? [`charge = 'charged'`] : []),
      ...conditions,
      ...(columns.among !== undefined && first !== undefined && 'dimension' in first
        ? [amongSql(first.dimension, segment.source)]
        : []),
    ];
    return `select ${selected.join(', ')} from tollgate_data.${segment.source} where ${where.join(' and ')}`;
  });
  return parts.join('\nunion all\n');
}

/** The rows of the tenant in the segment. */
export function segmentConditions({ source, from, to }: Segment, tenantValue: string, sql: SqlValues): string[] {
  const { column, dated } = timeOf[source];
  const bound = (instant: bigint): string =>
    dated ? `${sql.add(formatInstant(instant).slice(0, 10))}::date` : `${sql.add(formatInstant(instant))}::timestamptz`;
  return [`tenant = ${tenantValue}::text`, `${column} >= ${bound(from)}`, `${column} < ${bound(to)}`];
}

/** Rollup rows that adjustments emptied stand for no call, and say nothing of when one was seen. */
function seenColumns(isCalls: boolean): string[] {
  return isCalls
    ? ['started_at as first_seen', 'started_at as last_seen']
    : ['case when calls > 0 then first_seen end as first_seen', 'case when calls > 0 then last_seen end as last_seen'];
}

/** Filters that have an index, where the others are looked at row by row. */
export const indexedDimensions: Readonly<Record<Source, readonly Dimension[]>> = {
  rollup_daily: [],
  rollup_hourly: [],
  session_daily: ['session', 'user'],
  run_daily: ['run', 'session', 'user'],
  calls: ['session'],
};

/** An array, worked out once, is looked up in an index; rows that are looked at one by one are looked up in a hash table. */
const PAGE_ARRAY = 'any((select array_agg(page.d0) from page)::text[])';
const PAGE_TABLE = 'in (select page.d0 from page)';

function amongSql(dimension: Dimension, source: Source): string {
  const column = columnOf[dimension];
  if (!indexedDimensions[source].includes(dimension)) {
    return `${keyExpression({ dimension }, source === 'calls')} ${PAGE_TABLE}`;
  }
  if (source !== 'calls') return `${column} = ${PAGE_ARRAY}`;
  return `(${column} = ${PAGE_ARRAY} or (${column} is null and '${NO_DIMENSION}' = ${PAGE_ARRAY}))`;
}

function keyExpression(key: { readonly dimension: Dimension } | { readonly tag: string }, isCalls: boolean): string {
  if ('tag' in key) return `coalesce(tags ->> ${key.tag}::text, '${NO_DIMENSION}')`;
  const column = columnOf[key.dimension];
  return isCalls ? `coalesce(${column}, '${NO_DIMENSION}')` : column;
}

/** Works on rollups, where a missing dimension is `(none)`, and on calls, where it is null. */
export function filterConditions(filters: Filters, sql: SqlValues): string[] {
  const anyOf = (expression: string, values: readonly string[]): string => {
    const match = `${expression} = any(${sql.add(values)}::text[])`;
    return values.includes(NO_DIMENSION) ? `(${match} or ${expression} is null)` : match;
  };
  return [
    ...[...filters.dimensions].map(([dimension, values]) => anyOf(columnOf[dimension], values)),
    ...[...filters.tags].map(([name, values]) => anyOf(`(tags ->> ${sql.add(name)}::text)`, values)),
  ];
}
