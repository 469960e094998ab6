import type { Queries } from '../store/database.ts';
import { boundRows } from './boundRows.ts';
import { coverPeriod, type Dimension, type Needs } from './coverage.ts';
import { factsSql, type Filters, summedColumns } from './facts.ts';
import { SQL_INSTANT_FORMAT, trimInstant } from './instant.ts';
import { COST_UNKNOWN, measuresOf, type SummedRow, sumsSql } from './measures.ts';
import type { Period } from './period.ts';
import { isAfter, orderBy, positionColumns, positionOf, type SortKey, sqlValues } from './sqlText.ts';

/** How many agents or models a row names; `agents` and `models` are for orientation, the cube has them all. */
export const NAMES_MAX = 100;
/** A list reads three times, tells runs apart and collects names: some 7 µs a row where a sum takes 3. */
const LIST_ROW_WEIGHT = 2;

export const rowSorts = [
  'id',
  'cost_usd',
  'calls',
  'run_count',
  'total_tokens',
  'total_duration_seconds',
  'first_seen',
  'last_seen',
] as const;
type RowSort = (typeof rowSorts)[number];

export interface RowsQuestion extends Period {
  readonly tenant: string;
  readonly dimension: Dimension;
  readonly filters: Filters;
  readonly sort: RowSort | `-${RowSort}`;
  readonly after: readonly string[] | null;
  readonly limit: number;
}

export interface ListRow {
  readonly id: string;
  readonly cost_usd: string | null;
  readonly calls: number;
  readonly run_count: number;
  readonly total_tokens: number;
  readonly total_duration_seconds: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly agents: string[];
  readonly models: string[];
}

/** What a sort needs beyond sums. Larger tables have it: without such a sort they are read for the page's rows alone. */
const sortDetail = (field: RowSort): Needs['detail'] => {
  if (field === 'run_count') return 'runs';
  return field === 'first_seen' || field === 'last_seen' ? 'seen' : 'sums';
};

const detailColumns: Readonly<Record<Needs['detail'], string>> = {
  sums: '',
  seen: ', min(first_seen) as first_seen, max(last_seen) as last_seen',
  runs: ', count(distinct d1 collate "C") filter (where calls > 0) as run_count',
};

const sortExpressions: Readonly<Record<RowSort, Pick<SortKey, 'expression' | 'type'>>> = {
  id: { expression: 'd0', type: 'text' },
  cost_usd: { expression: 'cost_usd', type: 'numeric' },
  calls: { expression: 'calls', type: 'numeric' },
  run_count: { expression: 'run_count', type: 'numeric' },
  total_tokens: { expression: '(input_tokens + output_tokens)', type: 'numeric' },
  total_duration_seconds: { expression: 'duration_nano', type: 'numeric' },
  first_seen: { expression: 'first_seen', type: 'timestamptz' },
  last_seen: { expression: 'last_seen', type: 'timestamptz' },
};

const fieldOf = (sort: RowsQuestion['sort']): RowSort => sort.replace('-', '') as RowSort;

/** Ties are broken by id; unknown costs come last in either direction. */
export function rowSortKeys(sort: RowsQuestion['sort']): SortKey[] {
  const descending = sort.startsWith('-');
  const field = fieldOf(sort);
  return [
    ...(field === 'cost_usd' ? [{ expression: COST_UNKNOWN, descending: false, type: 'boolean' } as const] : []),
    { ...sortExpressions[field], descending },
    ...(field === 'id' ? [] : [{ ...sortExpressions.id, descending: false }]),
  ];
}

interface Row extends SummedRow {
  readonly d0: string;
  readonly run_count: string;
  readonly first: string;
  readonly last: string;
  readonly agents: string[];
  readonly models: string[];
}

/** A page of a list, and one row more where there is one. */
export async function readRows(
  database: Queries,
  question: RowsQuestion,
): Promise<{ row: ListRow; position: string[] }[]> {
  const { tenant, filters } = question;
  // Of the three readings that of runs has the most rows.
  await boundRows(database, { tenant, filters, segments: segments(question, 'runs'), weight: LIST_ROW_WEIGHT });
  const { text, values, keys } = rowsStatement(question);
  const rows = await database.query<Row & Record<string, unknown>>(text, values);
  return rows.map((row) => ({ row: rowJson(row), position: positionOf(row, keys) }));
}

function rowsStatement(question: RowsQuestion): { text: string; values: readonly unknown[]; keys: SortKey[] } {
  const { tenant, dimension, filters, sort, after, limit } = question;
  const sql = sqlValues();
  const keys = rowSortKeys(sort);
  const detail = sortDetail(fieldOf(sort));
  const facts = (needs: Needs['detail'], keys: readonly Dimension[]): string =>
    factsSql(
      tenant,
      segments(question, needs),
      { keys: [dimension, ...keys].map((key) => ({ dimension: key })), seen: needs === 'seen', starts: null },
      filters,
      sql,
    );
  const instant = (expression: string): string => `to_char(${expression} at time zone 'UTC', '${SQL_INSTANT_FORMAT}')`;
  const shown = ['d0', ...summedColumns, ...keys.map((_, index) => `k${index}`)];
  const text = `
with summed as (
  select d0, ${sumsSql}${detailColumns[detail]} from (${facts(detail, detail === 'runs' ? ['run'] : [])}) as fact group by d0 having sum(calls) > 0
), page as (
  select *, row_number() over (order by ${orderBy(keys)}) as rank, ${positionColumns(keys).join(', ')} from summed
  where ${after === null ? 'true' : isAfter(keys, after, sql)} order by ${orderBy(keys)} limit ${sql.add(limit)}::int + 1
), runs as (
  select d0, count(*) as run_count from (
    select distinct d0, d1 from (${facts('runs', ['run'])}) as fact where calls > 0 and d0 in (select page.d0 from page)
  ) as run group by d0
), name as (
  select d0, d1, d2, min(first_seen) as first_seen, max(last_seen) as last_seen
  from (${facts('seen', ['agent', 'model'])}) as fact where calls > 0 and d0 in (select page.d0 from page) group by d0, d1, d2
), seen as (
  select d0, ${instant('min(first_seen)')} as first, ${instant('max(last_seen)')} as last,
    ${namesSql('d1')} as agents, ${namesSql('d2')} as models
  from name group by d0
)
select ${shown.map((column) => `page.${column}`).join(', ')}, runs.run_count, seen.first, seen.last, seen.agents, seen.models
from page join seen on seen.d0 = page.d0 join runs on runs.d0 = page.d0 order by page.rank`;
  return { text, values: sql.values, keys };
}

function namesSql(column: string): string {
  return `(array_agg(distinct ${column} collate "C" order by ${column} collate "C"))[1:${NAMES_MAX}]`;
}

function segments(question: RowsQuestion, detail: Needs['detail']) {
  return coverPeriod(question.from, question.to, {
    dimensions: new Set([question.dimension, ...question.filters.dimensions.keys()]),
    singleCalls: question.filters.tags.size > 0,
    detail,
    boundaries: [],
  });
}

const NANO_PER_SECOND = 1e9;

function rowJson(row: Row): ListRow {
  const { cost_usd, calls, total_tokens } = measuresOf(row);
  return {
    id: row.d0,
    cost_usd,
    calls,
    run_count: Number(row.run_count),
    total_tokens,
    total_duration_seconds: Number(row.duration_nano) / NANO_PER_SECOND,
    first_seen: trimInstant(row.first),
    last_seen: trimInstant(row.last),
    agents: row.agents,
    models: row.models,
  };
}
