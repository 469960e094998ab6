import type { Queries } from '../store/database.ts';
import { boundRows } from './boundRows.ts';
import { coverPeriod, type Dimension, type Segment } from './coverage.ts';
import { factsSql, type Filters, type GroupKey, summedColumns } from './facts.ts';
import { type EpochMicros, formatInstant } from './instant.ts';
import { COST_UNKNOWN, type Measures, measuresOf, type SummedRow, sumsSql } from './measures.ts';
import { type Period, SERIES_POINTS_MAX } from './period.ts';
import { isAfter, orderBy, positionColumns, positionOf, type SortKey, sqlValues } from './sqlText.ts';

export interface CostQuestion extends Period {
  readonly tenant: string;
  readonly groupBy: readonly GroupKey[];
  readonly filters: Filters;
  /** Ascending interval starts; null for no series. */
  readonly starts: readonly EpochMicros[] | null;
  /** Groups after this one; null from the first on. */
  readonly after: readonly string[] | null;
  readonly limit: number;
  /** By `cost` unless told. A name keeps its place while costs change between two pages. */
  readonly order?: 'cost' | 'name';
}

export interface CostGroup {
  readonly names: readonly string[];
  readonly measures: Measures;
  readonly share: number | null;
  readonly position: readonly string[];
}

export interface CostAnswer {
  readonly totals: Measures;
  /** At most `limit + 1`: the last one only says that there are more. */
  readonly groups: readonly CostGroup[];
  /** Only where there are calls; `group` and `start` are indices. */
  readonly points: readonly { readonly start: number; readonly group: number; readonly measures: Measures }[];
}

/** By cost, dearest first, unknown ones last, then by name; or by name alone. */
export function groupSortKeys(count: number, order: CostQuestion['order'] = 'cost'): SortKey[] {
  const names = Array.from({ length: count }, (_, index): SortKey => ({
    expression: `d${index}`,
    descending: false,
    type: 'text',
  }));
  if (order === 'name') return names;
  return [
    { expression: COST_UNKNOWN, descending: false, type: 'boolean' },
    { expression: 'cost_usd', descending: true, type: 'numeric' },
    ...names,
  ];
}

interface AnswerRow extends SummedRow {
  readonly part: 'total' | 'group' | 'point';
  readonly rank: number | null;
  readonly bucket: number | null;
  readonly share: number | null;
}

/** Totals, groups and points in one statement, so that all of them are of one moment and add up. */
export async function readCosts(database: Queries, question: CostQuestion): Promise<CostAnswer> {
  const { tenant, filters } = question;
  await boundRows(database, { tenant, filters, segments: costSegments(question), weight: 1 });
  const { text, values, keys } = costStatement(question);
  const rows = await database.query<AnswerRow & Record<string, unknown>>(text, values);
  const groups = rows
    .filter((row) => row.part === 'group')
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .map((row) => ({
      names: question.groupBy.map((_, index) => String(row[`d${index}`])),
      measures: measuresOf(row),
      share: row.share,
      position: positionOf(row, keys),
    }));
  const points = rows
    .filter((row) => row.part === 'point')
    .map((row) => ({ start: (row.bucket ?? 1) - 1, group: (row.rank ?? 1) - 1, measures: measuresOf(row) }));
  const total = rows.find((row) => row.part === 'total');
  if (total === undefined) throw new Error('a sum without grouping yields exactly one row');
  return { totals: measuresOf(total), groups, points };
}

function costStatement(question: CostQuestion): { text: string; values: readonly unknown[]; keys: SortKey[] } {
  const { groupBy, starts } = question;
  const sql = sqlValues();
  const dims = groupBy.map((_, index) => `d${index}`);
  const keys = groupSortKeys(dims.length, question.order);
  const startsValue = starts === null ? null : sql.add(starts.map(formatInstant));
  const facts = factsSql(
    question.tenant,
    costSegments(question),
    { keys: groupBy, seen: false, starts: startsValue },
    question.filters,
    sql,
  );
  const after = question.after === null ? 'true' : isAfter(keys, question.after, sql);
  const columns = (list: readonly string[]): string => list.map((item) => `${item}, `).join('');
  const sums = summedColumns.join(', ');
  const noDims = columns(dims.map((dim) => `null::text as ${dim}`));
  const noPosition = keys.map((_, index) => `, null::text as k${index}`).join('');
  const factKeys = starts === null ? dims : ['bucket', ...dims];
  const sameGroup = dims.map((dim) => `fact.${dim} = page.${dim}`).join(' and ');
  const parts = [
    `select 'total' as part, null::int as rank, null::int as bucket, ${noDims}${sums}, null::float8 as share${noPosition} from total`,
    ...(dims.length === 0
      ? []
      : [
          `select 'group', rank::int, null::int, ${columns(dims)}${sums}, share, ${keys.map((_, index) => `k${index}`).join(', ')} from page`,
        ]),
    ...(starts === null ? [] : [pointsSql(dims, sameGroup, noPosition)]),
  ];
  // Without intervals a fact is a group already.
  const grouped =
    starts === null
      ? 'select * from fact where calls > 0'
      : `select ${columns(dims)}${sumsSql} from fact ${groupBySql(dims)} having sum(calls) > 0`;
  const text = `
with fact as (
  select ${columns(factKeys)}${sumsSql} from (${facts}) as row_of_source ${groupBySql(factKeys)}
), total as (
  select ${sumsSql} from fact
), grouped as (
  ${grouped}
), page as (
  select *, row_number() over (order by ${orderBy(keys)}) as rank, ${positionColumns(keys).join(', ')},
    case when ${COST_UNKNOWN} then null else round(cost_usd / nullif((select cost_usd from total), 0), 6)::float8 end as share
  from (select * from grouped where ${after} order by ${orderBy(keys)} limit ${sql.add(question.limit + 1)}::int) as first
)
${parts.join('\nunion all\n')}`;
  return { text, values: sql.values, keys };
}

function groupBySql(columns: readonly string[]): string {
  return columns.length === 0 ? '' : `group by ${columns.join(', ')}`;
}

/** Only the page's groups; the limit keeps an answer that is refused for its size from being read whole. */
function pointsSql(dims: readonly string[], sameGroup: string, noPosition: string): string {
  const sums = summedColumns.map((column) => `sum(fact.${column})`).join(', ');
  const source = dims.length === 0 ? 'fact' : `fact join page on ${sameGroup}`;
  const rank = dims.length === 0 ? '1' : 'page.rank::int';
  const names = dims.map(() => 'null::text, ').join('');
  const nulls = noPosition.replaceAll(/ as k\d+/g, '');
  return `(select 'point', ${rank}, bucket, ${names}${sums}, null::float8${nulls} from ${source}
    group by bucket${dims.length === 0 ? '' : ', page.rank'} having sum(fact.calls) > 0 limit ${SERIES_POINTS_MAX + 1})`;
}

function costSegments({ starts, ...question }: CostQuestion): Segment[] {
  // What lies before the period cuts nothing in it.
  const boundaries = (starts ?? []).filter((start) => start > question.from);
  return summedSegments(question, question, boundaries);
}

/** Where a period is read for sums by these dimensions and under these filters. */
export function summedSegments(
  { from, to }: Period,
  { groupBy, filters }: Pick<CostQuestion, 'groupBy' | 'filters'>,
  boundaries: readonly EpochMicros[] = [],
): Segment[] {
  const used = new Set<Dimension>(filters.dimensions.keys());
  for (const key of groupBy) if ('dimension' in key) used.add(key.dimension);
  return coverPeriod(from, to, {
    dimensions: used,
    singleCalls: filters.tags.size > 0 || groupBy.some((key) => 'tag' in key),
    detail: 'sums',
    boundaries,
  });
}
