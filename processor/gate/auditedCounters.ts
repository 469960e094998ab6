import { addAmounts, type CounterAmounts, negateAmounts } from '../../src/policy/amounts.ts';
import type { BudgetInForce } from '../../src/policy/policy.ts';
import { rolledTo } from '../../src/policy/rolling.ts';
import { timestamptz } from '../store/columns.ts';
import type { Queries } from '../store/database.ts';
import { amountsOfTexts, type AmountTexts } from './counterRows.ts';
import { readPages } from './readPages.ts';
import type { Window } from './selectWindows.ts';

/** A counter as it stands, rolled to the instant of the audit. */
export interface AuditedCounter {
  /** As `CounterPlace` has it. */
  readonly name: string;
  readonly inForce: BudgetInForce;
  readonly key: Readonly<Record<string, string>>;
  readonly window: Window;
  readonly countsFromMicros: number;
  readonly amounts: CounterAmounts;
}

export async function selectCountedTenants(client: Queries): Promise<readonly string[]> {
  const rows = await client.query<{ tenant: string }>(`
select tenant from tollgate_data.counters union select tenant from tollgate_data.rollup_daily
union select tenant from tollgate_data.reservations order by tenant`);
  return rows.map(({ tenant }) => tenant);
}

export async function countCounters(client: Queries, tenant: string): Promise<number> {
  const [row] = await client.query<{ count: string }>(
    'select count(*) as count from tollgate_data.counters where tenant = $1',
    [tenant],
  );
  return Number(row?.count ?? 0);
}

interface CounterRow extends AmountTexts {
  readonly budget_id: string;
  readonly key: Readonly<Record<string, string>>;
  readonly window_start_micros: string | null;
  readonly window_end_micros: string | null;
  readonly counts_from_micros: string;
  readonly left_spent: string | null;
  readonly left_reserved: string | null;
  readonly left_overrun: string | null;
  readonly left_expired_unsettled: string | null;
}

/** Buckets that are still in the sums though they are out of the window by now leave with the next posting: here at once. */
const countersSql = `
select kept.budget_id, kept.key, kept.spent, kept.reserved, kept.overrun, kept.expired_unsettled,
  case when isfinite(kept.window_start) then (extract(epoch from kept.window_start) * 1000000)::bigint end as window_start_micros,
  case when isfinite(kept.window_end) then (extract(epoch from kept.window_end) * 1000000)::bigint end as window_end_micros,
  (extract(epoch from kept.counts_from) * 1000000)::bigint as counts_from_micros,
  bucket.spent as left_spent, bucket.reserved as left_reserved, bucket.overrun as left_overrun,
  bucket.expired_unsettled as left_expired_unsettled
from unnest($2::bigint[], $3::timestamptz[]) as budget (id, rolled_to)
join tollgate_data.counters as kept on kept.budget_id = budget.id
left join lateral (
  select sum(spent) as spent, sum(reserved) as reserved, sum(overrun) as overrun, sum(expired_unsettled) as expired_unsettled
  from tollgate_data.counter_buckets as each
  where each.tenant = kept.tenant and each.counter_id = kept.id and each.bucket_start < budget.rolled_to
) as bucket on budget.rolled_to is not null
where kept.tenant = $1 and (get_byte(kept.key_hash, 0) * 256 + get_byte(kept.key_hash, 1)) % $5::int = $4::int`;

const PAGE_ROWS = 2000;
const rolledTos = timestamptz<number | null>('rolled_to', (micros) => micros);

interface AskedCounterRows {
  readonly tenant: string;
  readonly budgets: readonly BudgetInForce[];
  readonly share: number;
  readonly shares: number;
  readonly nowMicros: number;
}

/** The tenant's counters of these budgets whose key is in the share, a page at a time. */
export async function* readCounters(
  client: Queries,
  { tenant, budgets, share, shares, nowMicros }: AskedCounterRows,
): AsyncGenerator<readonly AuditedCounter[], void, undefined> {
  const byId = new Map(budgets.map((inForce) => [inForce.id, inForce]));
  const ends = budgets.map(({ budget: { window } }) =>
    window.kind === 'rolling' ? rolledTo(window.ms, nowMicros) : null,
  );
  const values = [tenant, [...byId.keys()], rolledTos.encode(ends), share, shares];
  for await (const rows of readPages<CounterRow>(client, { text: countersSql, values }, PAGE_ROWS)) {
    yield rows.flatMap((row) => {
      const inForce = byId.get(Number(row.budget_id));
      return inForce === undefined ? [] : [counterOf(tenant, inForce, row)];
    });
  }
}

function counterOf(tenant: string, inForce: BudgetInForce, row: CounterRow): AuditedCounter {
  const { unit } = inForce.budget.limit;
  const left = amountsOfTexts(unit, {
    spent: row.left_spent ?? '0',
    reserved: row.left_reserved ?? '0',
    overrun: row.left_overrun ?? '0',
    expired_unsettled: row.left_expired_unsettled ?? '0',
  });
  const startMicros = row.window_start_micros === null ? -Infinity : Number(row.window_start_micros);
  const endMicros = row.window_end_micros === null ? Infinity : Number(row.window_end_micros);
  // jsonb keeps an order of its own.
  const key = Object.fromEntries(Object.entries(row.key).sort(([one], [two]) => (one < two ? -1 : 1)));
  return {
    name: `${inForce.id} ${startMicros} ${tenant}\0${JSON.stringify(key)}`,
    inForce,
    key,
    window: { startMicros, endMicros },
    countsFromMicros: Number(row.counts_from_micros),
    amounts: addAmounts(amountsOfTexts(unit, row), negateAmounts(left)),
  };
}
