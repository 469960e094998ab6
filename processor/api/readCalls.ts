import type { Queries } from '../store/database.ts';
import { boundRows } from './boundRows.ts';
import type { CallRow } from './callJson.ts';
import { type Filters, filterConditions } from './facts.ts';
import { type EpochMicros, formatInstant, SQL_INSTANT_FORMAT } from './instant.ts';
import { isAfter, orderBy, positionColumns, positionOf, type SortKey, sqlValues } from './sqlText.ts';

export const callColumns = [
  `encode(trace_id, 'hex') as trace_hex`,
  `encode(span_id, 'hex') as span_hex`,
  `encode(parent_span_id, 'hex') as parent_hex`,
  `to_char(started_at at time zone 'UTC', '${SQL_INSTANT_FORMAT}') as started`,
  'duration_nano, status, service, environment, endpoint, operation, provider, model, request_model, response_model, response_id, request_id',
  'agent, agent_id, agent_path, user_id, session_id, run_id, tags, input_uncached, cache_read, cache_write_5m, cache_write_1h, output, reasoning',
  'usage_other, cost_usd, cost_parts, cost_status, unpriced_reason, reported_cost_usd, price_source, price_card',
  'price_effective_from, service_tier, role, charge, charge_reason, scope, dialect, cache_semantics, agent_rule, user_rule, session_rule',
  `to_char(received_at at time zone 'UTC', '${SQL_INSTANT_FORMAT}') as received`,
].join(', ');

export const charges = ['charged', 'duplicate', 'container', 'pending', 'all'] as const;
export const costStatuses = ['priced', 'reported', 'estimated', 'lossy', 'unpriced'] as const;
export const callSorts = [
  'started_at',
  'cost_usd',
  'duration_ms',
  'total_tokens',
  'input_tokens',
  'output_tokens',
] as const;
export type CallSort = (typeof callSorts)[number];

const sortExpressions: Readonly<Record<CallSort, Pick<SortKey, 'expression' | 'type'>>> = {
  started_at: { expression: 'started_at', type: 'timestamptz' },
  cost_usd: { expression: 'coalesce(cost_usd, 0)', type: 'numeric' },
  duration_ms: { expression: 'duration_nano', type: 'numeric' },
  total_tokens: { expression: '(input_tokens + output_tokens)', type: 'numeric' },
  input_tokens: { expression: 'input_tokens', type: 'numeric' },
  output_tokens: { expression: 'output_tokens', type: 'numeric' },
};

/** Unknown costs come last in either direction; ties are broken by what identifies a span. */
export function callSortKeys(sort: CallSort | `-${CallSort}`): SortKey[] {
  const field = sort.replace('-', '') as CallSort;
  return [
    ...(field === 'cost_usd'
      ? [{ expression: '(cost_usd is null)', descending: false, type: 'boolean' } as const]
      : []),
    { ...sortExpressions[field], descending: sort.startsWith('-') },
    { expression: 'trace_id', descending: false, type: 'bytea' },
    { expression: 'span_id', descending: false, type: 'bytea' },
    ...(field === 'started_at' ? [] : [{ ...sortExpressions.started_at, descending: false }]),
  ];
}

export interface CallsQuestion {
  readonly tenant: string;
  /** Null is unbounded. */
  readonly from: EpochMicros | null;
  readonly to: EpochMicros | null;
  readonly traceId: string | null;
  readonly filters: Filters;
  readonly charge: (typeof charges)[number];
  readonly costStatuses: readonly string[] | null;
  /** Decimal USD. */
  readonly minCost: string | null;
  readonly sort: CallSort | `-${CallSort}`;
  readonly after: readonly string[] | null;
  readonly limit: number;
}

/** Before and after every call that can be stored. */
const FIRST_INSTANT = 0n;
const LAST_INSTANT = 253_370_764_800_000_000n;
/** Against what adding one up takes: sorting takes the whole row along, a filter only looks at it. */
const SORTED_ROW_WEIGHT = 2;
const FILTERED_ROW_WEIGHT = 0.5;

/** A page of calls, and one more where there is one. */
export async function readCalls(
  database: Queries,
  question: CallsQuestion,
): Promise<{ row: CallRow; position: string[] }[]> {
  await boundSorting(database, question);
  if (isOfPriced(question)) {
    const rows = await readPage(database, question, true);
    if (rows.length > question.limit) return rows;
  }
  return readPage(database, question, false);
}

/** Calls with a price come before those without, and have an index; only a page that they do not fill needs the others too. */
function isOfPriced({ sort, charge, traceId, after }: CallsQuestion): boolean {
  const isByCost = sort === 'cost_usd' || sort === '-cost_usd';
  return isByCost && charge === 'charged' && traceId === null && after?.[0] !== 'true';
}

async function readPage(
  database: Queries,
  question: CallsQuestion,
  isPriced: boolean,
): Promise<{ row: CallRow; position: string[] }[]> {
  const sql = sqlValues();
  const keys = callSortKeys(question.sort);
  const { from, to, traceId, charge, minCost, after } = question;
  // With a price the first key is false and the second the cost itself.
  const ordered = isPriced
    ? keys.slice(1).map((key, at) => (at === 0 ? { ...key, expression: 'cost_usd' } : key))
    : keys;
  const position = isPriced ? (after?.slice(1) ?? null) : after;
  const where = [
    `tenant = ${sql.add(question.tenant)}::text`,
    ...(isPriced ? [`charge = 'charged'`, 'cost_usd is not null'] : []),
    ...(from === null ? [] : [`started_at >= ${sql.add(formatInstant(from))}::timestamptz`]),
    ...(to === null ? [] : [`started_at < ${sql.add(formatInstant(to))}::timestamptz`]),
    ...(traceId === null ? [] : [`trace_id = decode(${sql.add(traceId)}::text, 'hex')`]),
    ...(charge === 'all' ? [] : [`charge = ${sql.add(charge)}::text`]),
    ...(question.costStatuses === null ? [] : [`cost_status = any(${sql.add(question.costStatuses)}::text[])`]),
    ...(minCost === null ? [] : [`cost_usd >= ${sql.add(minCost)}::numeric`]),
    ...filterConditions(question.filters, sql),
    ...(position === null ? [] : [isAfter(ordered, position, sql)]),
  ];
  const order = orderBy(ordered);
  const rows = await database.query<CallRow & Record<string, unknown>>(
    // What is shown is worked out for the page alone, not for every row that is sorted.
    `select ${callColumns}, ${positionColumns(keys).join(', ')} from (
  select * from tollgate_data.calls where ${where.join(' and ')} order by ${order} limit ${sql.add(question.limit)}::int + 1
) as page order by ${order}`,
    sql.values,
  );
  return rows.map((row) => ({ row, position: positionOf(row, keys) }));
}

/** By start there is an index, and a trace has few calls; every other order needs all calls of the period sorted. */
async function boundSorting(database: Queries, { tenant, from, to, traceId, filters, sort }: CallsQuestion) {
  const isFiltered = filters.dimensions.size + filters.tags.size > 0;
  const isByStart = sort === 'started_at' || sort === '-started_at';
  if (traceId !== null || (isByStart && !isFiltered)) return;
  const segment = { source: 'calls', from: from ?? FIRST_INSTANT, to: to ?? LAST_INSTANT } as const;
  const weight = isByStart ? FILTERED_ROW_WEIGHT : SORTED_ROW_WEIGHT;
  await boundRows(database, { tenant, filters, segments: [segment], weight });
}

/** Of several spans with the same ids, the one that started last. */
export async function readCall(
  database: Queries,
  tenant: string,
  traceId: string,
  spanId: string,
): Promise<CallRow | null> {
  const rows = await database.query<CallRow>(
    `select ${callColumns} from tollgate_data.calls
where tenant = $1::text and trace_id = decode($2::text, 'hex') and span_id = decode($3::text, 'hex')
order by started_at desc limit 1`,
    [tenant, traceId, spanId],
  );
  return rows[0] ?? null;
}
