import { setImmediate } from 'node:timers/promises';
import type { Pricing } from '../../src/pricing/pricing.ts';
import { suggestNames } from '../../src/pricing/suggest.ts';
import { type EpochMicros, formatInstant, SQL_INSTANT_FORMAT, trimInstant } from '../api/instant.ts';
import { isAfter, orderBy, positionColumns, positionOf, type SortKey, sqlValues } from '../api/sqlText.ts';
import type { Queries } from '../store/database.ts';

/** What calls without a price have in common, as plain data for JSON. */
export interface UnpricedModel {
  readonly provider: string | null;
  readonly model: string | null;
  readonly reason: string | null;
  readonly calls: number;
  readonly tokens: number;
  readonly first_seen: string;
  readonly last_seen: string;
  /** Known names like it, as `maps_to` takes them. */
  readonly suggestions: readonly string[];
}

export interface UnpricedQuestion {
  readonly tenant: string;
  readonly from: EpochMicros;
  readonly to: EpochMicros;
  readonly after: readonly string[] | null;
  readonly limit: number;
}

interface UnpricedRow extends Omit<UnpricedModel, 'calls' | 'tokens' | 'first_seen' | 'last_seen' | 'suggestions'> {
  readonly calls: string;
  readonly tokens: string;
  readonly first: string;
  readonly last: string;
}

/** The most calls first. Nulls are told apart from names by what no name begins with. */
const keys: readonly SortKey[] = [
  { expression: 'calls', descending: true, type: 'numeric' },
  ...['provider', 'model', 'reason'].map((column): SortKey => ({
    expression: `coalesce('=' || ${column}, '')`,
    descending: false,
    type: 'text',
  })),
];

/** Reasons for which another name or a new price may help. */
const nameReasons: ReadonlySet<string | null> = new Set(['unknown_model', 'unknown_provider']);

/** A page of what charged calls have no price, and whether more follow. By an index of such calls alone. */
export async function selectUnpriced(
  queries: Queries,
  pricing: Pricing,
  question: UnpricedQuestion,
): Promise<{ readonly items: readonly UnpricedModel[]; readonly next: readonly string[] | null }> {
  const { from, to, after, limit } = question;
  await boundUnpriced(queries, question);
  const sql = sqlValues();
  const where = [
    `tenant = ${sql.add(question.tenant)}::text`,
    `started_at >= ${sql.add(formatInstant(from))}::timestamptz`,
    `started_at < ${sql.add(formatInstant(to))}::timestamptz`,
    `cost_status = 'unpriced' and charge = 'charged'`,
  ];
  const instant = (expression: string): string => `to_char(${expression} at time zone 'UTC', '${SQL_INSTANT_FORMAT}')`;
  const rows = await queries.query<UnpricedRow & Record<string, unknown>>(
    `select provider, model, reason, calls, tokens, ${instant('first')} as first, ${instant('last')} as last,
  ${positionColumns(keys).join(', ')}
from (
  select provider, model, unpriced_reason as reason, count(*) as calls, sum(input_tokens + output_tokens) as tokens,
    min(started_at) as first, max(started_at) as last
  from tollgate_data.calls where ${where.join(' and ')}
  group by provider, model, unpriced_reason
) as model_of_calls
where ${after === null ? 'true' : isAfter(keys, after, sql)}
order by ${orderBy(keys)} limit ${sql.add(limit)}::int + 1`,
    sql.values,
  );
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    items: await unpricedModels(shown, pricing),
    next: last === undefined ? null : positionOf(last, keys),
  };
}

/** A suggestion costs some milliseconds, so that others have their turn after each. */
async function unpricedModels(rows: readonly UnpricedRow[], pricing: Pricing): Promise<UnpricedModel[]> {
  const models: UnpricedModel[] = [];
  for (const row of rows) {
    models.push(unpricedModel(row, pricing));
    await setImmediate();
  }
  return models;
}

function unpricedModel({ provider, model, reason, ...row }: UnpricedRow, pricing: Pricing): UnpricedModel {
  return {
    provider,
    model,
    reason,
    calls: Number(row.calls),
    tokens: Number(row.tokens),
    first_seen: trimInstant(row.first),
    last_seen: trimInstant(row.last),
    suggestions: model === null || !nameReasons.has(reason) ? [] : suggestNames(pricing, provider, model),
  };
}

async function boundUnpriced(queries: Queries, { tenant, from, to }: UnpricedQuestion): Promise<void> {
  const { rowsBound } = queries;
  if (rowsBound === undefined) return;
  const [found] = await queries.query<{ rows: number }>(
    `select count(*)::int as rows from (
  select 1 from tollgate_data.calls where tenant = $1 and started_at >= $2::timestamptz and started_at < $3::timestamptz
    and cost_status = 'unpriced' and charge = 'charged' limit $4::bigint
) as row`,
    [tenant, formatInstant(from), formatInstant(to), rowsBound.max + 1],
  );
  if ((found?.rows ?? 0) > rowsBound.max) throw rowsBound.refuse();
}
