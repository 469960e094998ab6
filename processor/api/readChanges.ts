import { type FemtoUsd, parseUsd } from '../../src/money.ts';
import type { Queries } from '../store/database.ts';
import { boundRows } from './boundRows.ts';
import type { CostSum } from './costSum.ts';
import { factsSql, type Filters, type GroupKey } from './facts.ts';
import { formatInstant } from './instant.ts';
import { groupKeyName } from './parameters.ts';
import type { Period } from './period.ts';
import { badParameter } from './problem.ts';
import { summedSegments } from './readCosts.ts';
import { orderBy, type SortKey, sqlValues } from './sqlText.ts';

/** All groups are read, since those that are not listed are added up too: of so many it takes some 0.1 s here. */
const CHANGED_GROUPS_MAX = 20_000;

export interface ChangesQuestion {
  readonly tenant: string;
  /** Ends where `now` begins. */
  readonly before: Period;
  readonly now: Period;
  readonly groupBy: readonly GroupKey[];
  readonly filters: Filters;
}

export interface ChangedGroup {
  readonly names: readonly string[];
  readonly before: CostSum;
  readonly now: CostSum;
}

interface ChangedRow {
  readonly before_calls: string;
  readonly before_unpriced: string;
  readonly before_cost: string;
  readonly now_calls: string;
  readonly now_unpriced: string;
  readonly now_cost: string;
}

/** The greatest change first. Both times in one statement, so that both are of one moment. Throws `bad_parameter` where there are too many groups. */
export async function readChanges(database: Queries, question: ChangesQuestion): Promise<readonly ChangedGroup[]> {
  const { tenant, before, now, groupBy, filters } = question;
  // Each time by itself: cut once more between them, whole days would be of no use.
  const segments = [...summedSegments(before, question), ...summedSegments(now, question)];
  await boundRows(database, { tenant, filters, segments, weight: 1 });
  const sql = sqlValues();
  // No row lies on both sides, so the start of each says on which it is: 1 or 2.
  const starts = sql.add([before.from, now.from].map(formatInstant));
  const facts = factsSql(tenant, segments, { keys: groupBy, seen: false, starts }, filters, sql);
  const dims = groupBy.map((_, index) => `d${index}`);
  const rows = await database.query<ChangedRow & Record<string, unknown>>(
    `select * from (
  select ${dims.join(', ')}, ${sumsOf(1, 'before')}, ${sumsOf(2, 'now')} from (${facts}) as row_of_source
  group by ${dims.join(', ')} having sum(calls) > 0
) as changed order by ${orderBy(sortKeys(dims))} limit ${CHANGED_GROUPS_MAX + 1}`,
    sql.values,
  );
  if (rows.length > CHANGED_GROUPS_MAX) {
    throw badParameter(
      'group_by',
      groupBy.map(groupKeyName).join(),
      `dimensions that make at most ${CHANGED_GROUPS_MAX} groups: fewer of them, a filter or a shorter period`,
    );
  }
  return rows.map((row) => ({
    names: groupBy.map((_, index) => String(row[`d${index}`])),
    before: sumOf(row.before_calls, row.before_unpriced, row.before_cost),
    now: sumOf(row.now_calls, row.now_unpriced, row.now_cost),
  }));
}

function sortKeys(dims: readonly string[]): SortKey[] {
  return [
    { expression: 'abs(now_cost - before_cost)', descending: true, type: 'numeric' },
    ...dims.map((dim): SortKey => ({ expression: dim, descending: false, type: 'text' })),
  ];
}

function sumsOf(bucket: number, side: 'before' | 'now'): string {
  const sum = (column: string): string => `coalesce(sum(${column}) filter (where bucket = ${bucket}), 0)`;
  return `${sum('calls')} as ${side}_calls, ${sum('unpriced_calls')} as ${side}_unpriced, ${sum('cost_usd')} as ${side}_cost`;
}

function sumOf(calls: string, unpriced: string, cost: string): CostSum {
  return { calls: Number(calls), unpriced: Number(unpriced), costFemtoUsd: femtoOf(cost) };
}

function femtoOf(numeric: string): FemtoUsd {
  const femtoUsd = parseUsd(numeric);
  if (femtoUsd === null) throw new Error(`expected a sum of numeric(38,15), found ${numeric}`);
  return femtoUsd;
}
