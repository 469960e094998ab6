import { coverPeriod, type Dimension, type Needs, type Segment } from './coverage.ts';
import { factsSql, type Filters, type SummedColumn, summedColumns } from './facts.ts';
import { type EpochMicros, SQL_INSTANT_FORMAT } from './instant.ts';
import { COST_UNKNOWN, sumsSql } from './measures.ts';
import type { Period } from './period.ts';
import { isAfter, orderBy, positionColumns, type SortKey, type SqlValues, sqlValues } from './sqlText.ts';

/** How many agents or models a row names; `agents` and `models` are for orientation, the cube has them all. */
export const NAMES_MAX = 100;

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

/** What a row says beside its id. */
export const rowFields = [
  'cost_usd',
  'calls',
  'run_count',
  'total_tokens',
  'total_duration_seconds',
  'first_seen',
  'last_seen',
  'agents',
  'models',
] as const;
export type RowField = (typeof rowFields)[number];

export interface RowsQuestion<Field extends RowField = RowField> extends Period {
  readonly tenant: string;
  readonly dimension: Dimension;
  readonly filters: Filters;
  /** Others are not read. */
  readonly fields: ReadonlySet<Field>;
  readonly sort: RowSort | `-${RowSort}`;
  readonly after: readonly string[] | null;
  readonly limit: number;
}

/** What a sort needs beyond sums. Larger tables have it: without such a sort they are read for the page's rows alone. */
const sortDetail = (field: RowSort): Needs['detail'] => {
  if (field === 'run_count') return 'runs';
  return field === 'first_seen' || field === 'last_seen' ? 'seen' : 'sums';
};

/** The sums that an order is made of, beside `calls`. */
const sortSums: Partial<Readonly<Record<RowSort, readonly SummedColumn[]>>> = {
  cost_usd: ['cost_usd', 'unpriced_calls'],
  total_tokens: ['input_tokens', 'output_tokens'],
  total_duration_seconds: ['duration_nano'],
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

/** What has more values than a page has rows: a day of it is smaller than all that the period has. */
export const numerous: ReadonlySet<Dimension> = new Set(['session', 'run', 'user']);

const AGENT_AND_MODEL = ['agent', 'model'] as const;

/** Out of which rollups, down to single calls, rows are read. */
export function rowSegments(
  { dimension, filters }: RowsQuestion,
  { from, to }: Period,
  detail: Needs['detail'],
  keys: readonly Dimension[] = [],
): Segment[] {
  return coverPeriod(from, to, {
    dimensions: new Set([dimension, ...keys, ...filters.dimensions.keys()]),
    singleCalls: filters.tags.size > 0,
    detail,
    boundaries: [],
  });
}

export interface RowsStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly keys: SortKey[];
}

/**
 * First which rows the page has, from no more than what orders them, seen from `rankedFrom` on; then all that is said of these, over the
 * whole period. Columns: `d0`, the sums, the sort keys, and of `run_count`, `first`, `last`, `agents` and `models` those asked for.
 */
export function rowsStatement(question: RowsQuestion, rankedFrom: EpochMicros): RowsStatement {
  const { after, limit } = question;
  const sql = sqlValues();
  const keys = rowSortKeys(question.sort);
  const facts = factsOf(question, sql);
  const order = orderBy(keys);
  const first = `select * from ranked where ${after === null ? 'true' : isAfter(keys, after, sql)} order by ${order} limit ${sql.add(limit)}::int + 1`;
  const parts = describedParts(question, facts);
  const columns = [
    ...keys.map((_, index) => `page.k${index}`),
    ...parts.flatMap(({ name, columns: own }) => own.map((column) => `${name}.${column}`)),
    ...(question.fields.has('run_count') && question.dimension === 'run' ? ['1 as run_count'] : []),
  ];
  const text = `
with ranked as (${rankedSql(question, rankedFrom, facts)}
), page as (
  select d0, row_number() over (order by ${order}) as rank, ${positionColumns(keys).join(', ')} from (${first}) as first
)${parts.map(({ name, text: part }) => `, ${name} as (${part})`).join('')}
select page.d0, ${columns.join(', ')}
from page ${parts.map(({ name }) => `join ${name} on ${name}.d0 = page.d0`).join(' ')} order by page.rank`;
  return { text, values: sql.values, keys };
}

type RowFacts = (
  detail: Needs['detail'],
  keys: readonly Dimension[],
  of: { readonly summed?: readonly SummedColumn[]; readonly among?: 'page'; readonly from?: EpochMicros },
) => string;

function factsOf(question: RowsQuestion, sql: SqlValues): RowFacts {
  const { tenant, dimension, filters, to } = question;
  return (detail, keys, { from = question.from, ...of }) =>
    factsSql(
      tenant,
      rowSegments(question, { from, to }, detail, keys),
      { keys: [dimension, ...keys].map((key) => ({ dimension: key })), seen: detail === 'seen', starts: null, ...of },
      filters,
      sql,
    );
}

const seenSql = 'min(first_seen) as first_seen, max(last_seen) as last_seen';
const rankedMore = { sums: '', seen: `, ${seenSql}`, runs: ', 1 as run_count' };

function rankedSql({ sort, dimension }: RowsQuestion, from: EpochMicros, facts: RowFacts): string {
  const field = fieldOf(sort);
  const detail = sortDetail(field);
  if (detail === 'runs' && dimension !== 'run') return runsSql(facts('runs', ['run'], { summed: ['calls'], from }));
  const columns: readonly SummedColumn[] = ['calls', ...(sortSums[field] ?? [])];
  const sums = columns.map((column) => `sum(${column}) as ${column}`).join(', ');
  return `
  select d0, ${sums}${rankedMore[detail]} from (${facts(detail, [], { summed: columns, from })}) as fact
  group by d0 having sum(calls) > 0`;
}

function runsSql(facts: string): string {
  return `
  select d0, count(*) as run_count from (select distinct d0, d1 from (${facts}) as fact where calls > 0) as run group by d0`;
}

interface Part {
  readonly name: string;
  /** Has `d0` beside these. */
  readonly columns: readonly string[];
  readonly text: string;
}

/** The page's rows described: each table is read once, and no larger one than what is asked for needs. A value of SQL has to be used, so only what is asked for is written. */
function describedParts(question: RowsQuestion, facts: RowFacts): Part[] {
  const { dimension } = question;
  const fields: ReadonlySet<RowField> = question.fields;
  const isSeen = fields.has('first_seen') || fields.has('last_seen');
  const isNamed = fields.has('agents') || fields.has('models');
  // Agents and models have few sums in a small table, and many first and last starts in a large one.
  const isApart = isSeen && !numerous.has(dimension);
  const sums = (): Part => ({
    name: 'summed',
    columns: summedColumns,
    text: `select d0, ${sumsSql} from (${facts('sums', [], { among: 'page' })}) as fact group by d0`,
  });
  const runs = (): Part => ({
    name: 'runs',
    columns: ['run_count'],
    text: runsSql(facts('runs', ['run'], { summed: ['calls'], among: 'page' })),
  });
  const summed: readonly SummedColumn[] = isApart ? ['calls'] : summedColumns;
  const told = isSeen || isNamed ? [toldPart(facts, { isSeen, isNamed, summed, hasSums: !isApart })] : [];
  return [
    ...(isApart || told.length === 0 ? [sums()] : []),
    ...told,
    ...(fields.has('run_count') && dimension !== 'run' ? [runs()] : []),
  ];
}

interface Told {
  readonly isSeen: boolean;
  readonly isNamed: boolean;
  readonly summed: readonly SummedColumn[];
  readonly hasSums: boolean;
}

function toldPart(facts: RowFacts, { isSeen, isNamed, summed, hasSums }: Told): Part {
  const names = isNamed ? ['d1', 'd2'] : [];
  const sums = summed.map((column) => `sum(${column}) as ${column}`);
  const source = facts(isSeen ? 'seen' : 'sums', isNamed ? AGENT_AND_MODEL : [], { summed, among: 'page' });
  const named = `select ${['d0', ...names, ...sums, ...(isSeen ? [seenSql] : [])].join(', ')}
  from (${source}) as fact where calls > 0 group by ${['d0', ...names].join(', ')}`;
  const shown = [
    ...(hasSums ? [sumsSql] : []),
    ...(isSeen ? [`${instantSql('min(first_seen)')} as first, ${instantSql('max(last_seen)')} as last`] : []),
    ...(isNamed ? [`${namesSql('d1')} as agents, ${namesSql('d2')} as models`] : []),
  ];
  return {
    name: 'told',
    columns: [
      ...(hasSums ? summedColumns : []),
      ...(isSeen ? ['first', 'last'] : []),
      ...(isNamed ? ['agents', 'models'] : []),
    ],
    text: `select d0, ${shown.join(', ')} from (${named}) as named group by d0`,
  };
}

function instantSql(expression: string): string {
  return `to_char(${expression} at time zone 'UTC', '${SQL_INSTANT_FORMAT}')`;
}

function namesSql(column: string): string {
  return `(array_agg(distinct ${column} collate "C" order by ${column} collate "C"))[1:${NAMES_MAX}]`;
}
