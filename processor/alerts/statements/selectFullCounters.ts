import { type BudgetInForce, limitAt, type Policy } from '../../../src/policy/policy.ts';
import { noAmounts } from '../../../src/policy/amounts.ts';
import type { CounterChange } from '../../gate/counters.ts';
import { amountOfText, amountText } from '../../gate/counterRows.ts';
import { encodeColumns, int8, namesOf, text, unnestOf, type Column } from '../../store/columns.ts';
import type { Queries } from '../../store/database.ts';

/** Fuller counters first; the others are told when calls post to them. */
const COUNTERS_MAX = 1_000;
/** Per cent of the limit from which on a counter is looked at, or its lowest `alert_at`. */
const PERCENT_MIN = 25;

interface Floor {
  readonly inForce: BudgetInForce;
}

const columns: readonly Column<Floor>[] = [
  int8('budget_id', ({ inForce }) => inForce.id),
  text('floor_amount', ({ inForce: { budget } }) => {
    const percent = Math.min(PERCENT_MIN, ...budget.alertAt);
    return amountText(budget.limit.unit, (budget.limit.amount * BigInt(percent)) / 100n);
  }),
];

const sql = `
select counter.tenant, counter.id, counter.budget_id, counter.key, counter.spent, counter.reserved, counter.raised,
  (extract(epoch from counter.window_start) * 1000000)::numeric as start_micros,
  (extract(epoch from counter.window_end) * 1000000)::numeric as end_micros
from ${unnestOf(columns)} as floors (${namesOf(columns)})
join tollgate_data.counters as counter on counter.budget_id = floors.budget_id
where counter.window_end > $3 and counter.window_start <= $3 and counter.updated_at > $3::timestamptz - interval '1 day'
  and counter.spent > 0 and counter.spent >= floors.floor_amount::numeric
order by counter.spent / greatest(floors.floor_amount::numeric, 0.000000000000001) desc
limit ${COUNTERS_MAX}`;

interface CounterRow {
  readonly tenant: string;
  readonly id: string;
  readonly budget_id: string;
  readonly key: Record<string, string>;
  readonly spent: string;
  readonly reserved: string;
  readonly raised: string;
  /** `Infinity` and `-Infinity` where the window has no end. */
  readonly start_micros: string;
  readonly end_micros: string;
}

/** Counters, rolling ones apart, in windows that are not over, used a day ago or later, that hold a good part of their limit. */
export async function selectFullCounters(client: Queries, policy: Policy, atMicros: number): Promise<CounterChange[]> {
  // What has left a rolling window is still in the row until the next call.
  const watched = policy.budgets.filter(({ budget }) => budget.window.kind !== 'rolling');
  if (watched.length === 0) return [];
  const byId = new Map(watched.map((inForce) => [inForce.id, inForce]));
  const floors = watched.map((inForce) => ({ inForce }));
  const at = new Date(Math.floor(atMicros / 1000));
  const rows = await client.query<CounterRow>(sql, [...encodeColumns(columns, floors), at]);
  return rows.flatMap((row) => {
    const budget = byId.get(Number(row.budget_id));
    return budget === undefined ? [] : [counterOf(row, budget, atMicros)];
  });
}

function counterOf(row: CounterRow, budget: BudgetInForce, atMicros: number): CounterChange {
  const { unit } = budget.budget.limit;
  const amounts = {
    ...noAmounts,
    spent: amountOfText(unit, row.spent),
    reserved: amountOfText(unit, row.reserved),
  };
  return {
    tenant: row.tenant,
    counterId: Number(row.id),
    budget,
    key: row.key,
    window: { startMicros: Number(row.start_micros), endMicros: Number(row.end_micros) },
    limit: limitAt(budget, row.key, atMicros) + amountOfText(unit, row.raised),
    before: amounts,
    after: amounts,
  };
}
