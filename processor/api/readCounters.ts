import { type CounterAmounts, noAmounts } from '../../src/policy/amounts.ts';
import type { Pace } from '../../src/policy/pace.ts';
import type { BudgetInForce } from '../../src/policy/policy.ts';
import { rolledTo } from '../../src/policy/rolling.ts';
import { instant } from '../gate/budgetRows.ts';
import { limitOf } from '../gate/counterPlaces.ts';
import { amountOfText, amountsOfTexts, type AmountTexts } from '../gate/counterRows.ts';
import type { Window } from '../gate/selectWindows.ts';
import type { Queries } from '../store/database.ts';
import { isAfter, orderBy, positionColumns, positionOf, type SortKey, sqlValues } from './sqlText.ts';

const MICROS_PER_MS = 1_000;

/** A counter as it is now, in the unit of its budget. */
export interface CounterNow extends CounterAmounts {
  readonly inForce: BudgetInForce;
  readonly key: Readonly<Record<string, string>>;
  readonly window: Window;
  /** With raises and what approvals added. */
  readonly limit: bigint;
  /** Of the limit, what raises and approvals added. */
  readonly raised: bigint;
  /** Null for a run or session, which end when they do. */
  readonly pace: Pace | null;
}

/** Those that used most first. A rolling counter that nobody used lately is placed by what it last was. */
export const counterKeys: readonly SortKey[] = [
  { expression: '(counter.spent + counter.reserved)', descending: true, type: 'numeric' },
  { expression: 'counter.id', descending: false, type: 'numeric' },
];

export interface CountersQuestion {
  readonly tenant: string;
  readonly budgets: readonly BudgetInForce[];
  readonly nowMicros: number;
  /** Only counters whose key has these values. */
  readonly key: Readonly<Record<string, string>>;
  readonly after: readonly string[] | null;
  /** Of each budget. */
  readonly limit: number;
}

interface CounterRow extends AmountTexts, Readonly<Record<string, unknown>> {
  readonly budget_id: string;
  readonly key: Readonly<Record<string, string>>;
  /** Null: no beginning, no end. */
  readonly start_micros: string | null;
  readonly end_micros: string | null;
  readonly raised: string;
  /** Null: not a rolling window, or nothing in it. */
  readonly first_micros: string | null;
}

const micros = (expression: string): string =>
  `case when isfinite(${expression}) then (extract(epoch from ${expression}) * 1000000)::bigint end`;
const amounts = ['spent', 'reserved', 'overrun', 'expired_unsettled'];

/** The counters whose window holds this moment; of rolling ones what is in the window now, whoever used them last. */
export async function readCounters(
  database: Queries,
  question: CountersQuestion,
): Promise<{ counter: CounterNow; position: string[] }[]> {
  const { tenant, budgets, nowMicros, key, after, limit } = question;
  const sql = sqlValues();
  const rolled = budgets.map(({ budget: { window } }) =>
    window.kind === 'rolling' ? rolledTo(window.ms, nowMicros) : null,
  );
  const asked = `unnest(${sql.add(budgets.map(({ id }) => id))}::bigint[], ${sql.add(rolled)}::bigint[])`;
  const now = instant(sql.add(nowMicros));
  const where = [
    `counter.window_start <= ${now} and counter.window_end > ${now}`,
    ...(Object.keys(key).length === 0 ? [] : [`counter.key @> ${sql.add(JSON.stringify(key))}::jsonb`]),
    ...(after === null ? [] : [isAfter(counterKeys, after, sql)]),
  ];
  const rows = await database.query<CounterRow>(
    `
with chosen as (
  select counter.*, asked.rolled_micros, ${positionColumns(counterKeys).join(', ')},
    row_number() over (partition by counter.budget_id order by ${orderBy(counterKeys)}) as place
  from ${asked} as asked (budget_id, rolled_micros)
  join tollgate_data.counters as counter on counter.tenant = ${sql.add(tenant)}::text and counter.budget_id = asked.budget_id
  where ${where.join(' and ')}
)
select chosen.budget_id, chosen.key, chosen.raised, k0, k1,
  ${micros('chosen.window_start')} as start_micros, ${micros('chosen.window_end')} as end_micros,
  ${amounts.map((name) => `case when chosen.rolled_micros is null then chosen.${name} else bucket.${name} end as ${name}`).join(', ')},
  (extract(epoch from bucket.first_start) * 1000000)::bigint as first_micros
from chosen cross join lateral (
  select ${amounts.map((name) => `coalesce(sum(${name}), 0) as ${name}`).join(', ')},
    min(bucket_start) filter (where spent > 0) as first_start
  from tollgate_data.counter_buckets
  where tenant = chosen.tenant and counter_id = chosen.id and bucket_start >= ${instant('chosen.rolled_micros')}
) as bucket
where chosen.place <= ${sql.add(limit)}::bigint
order by chosen.budget_id, chosen.place`,
    sql.values,
  );
  const byId = new Map(budgets.map((inForce) => [String(inForce.id), inForce]));
  return rows.flatMap((row) => {
    const inForce = byId.get(String(row.budget_id));
    if (inForce === undefined) return [];
    return [{ counter: counterOf(inForce, row, tenant, nowMicros), position: positionOf(row, counterKeys) }];
  });
}

function counterOf(inForce: BudgetInForce, row: CounterRow, tenant: string, nowMicros: number): CounterNow {
  const { unit, amount } = inForce.budget.limit;
  const window: Window = {
    startMicros: row.start_micros === null ? -Infinity : Number(row.start_micros),
    endMicros: row.end_micros === null ? Infinity : Number(row.end_micros),
  };
  const limit = limitOf(inForce, tenant, row.key, nowMicros) + amountOfText(unit, row.raised);
  const found = amountsOfTexts(unit, row);
  const first = row.first_micros === null ? null : Number(row.first_micros);
  const pace = paceOf(inForce, window, found.spent, first, nowMicros);
  return { inForce, key: row.key, window, limit, raised: limit - amount, ...found, pace };
}

/** What a counter is before the first call counts in it. */
export function unusedCounter(inForce: BudgetInForce, tenant: string, window: Window, nowMicros: number): CounterNow {
  const limit = limitOf(inForce, tenant, {}, nowMicros);
  const raised = limit - inForce.budget.limit.amount;
  return { inForce, key: {}, window, limit, raised, ...noAmounts, pace: paceOf(inForce, window, 0n, null, nowMicros) };
}

function paceOf(
  { budget: { window: asked } }: BudgetInForce,
  window: Window,
  spent: bigint,
  firstMicros: number | null,
  nowMicros: number,
): Pace | null {
  if (asked.kind === 'run' || asked.kind === 'session') return null;
  if (asked.kind !== 'rolling') {
    return { sinceMicros: window.startMicros, nowMicros, untilMicros: window.endMicros, spent };
  }
  const length = asked.ms * MICROS_PER_MS;
  const sinceMicros = Math.max(firstMicros ?? nowMicros - length, nowMicros - length);
  return { sinceMicros, nowMicros, untilMicros: sinceMicros + length, spent };
}
