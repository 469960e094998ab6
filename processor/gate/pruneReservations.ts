import type { BudgetInForce } from '../../src/policy/policy.ts';
import { bucketMicros } from '../../src/policy/rolling.ts';
import type { Queries } from '../store/database.ts';
import { instant } from './budgetRows.ts';

const DAY_MICROS = 86_400_000_000;
const MICROS_A_MS = 1000;
/** A reservation whose call is in the ledger is of use to those who settle it once more. */
const CLAIMED_KEPT_MICROS = 2 * DAY_MICROS;
/** The longest month and the days for which its counter stays, and some. */
const KEPT_MICROS = 70 * DAY_MICROS;
const ROWS_A_BATCH = 5_000;

/** From one tenant to the next in the primary key. */
const tenantsSql = `
with recursive tenants as (
  select min(tenant) as tenant from tollgate_data.reservations
  union all
  select (select min(tenant) from tollgate_data.reservations where tenant > tenants.tenant)
  from tenants where tenants.tenant is not null
)
select tenant from tenants where tenant is not null`;

/**
 * One that posts nothing changes no sum when it goes: its one call was reported exactly, and cost no more than its bound. Any other one goes when no
 * counter counts as far back, and no run or session does that is still in use.
 */
const sql = `
with gone as (
  delete from tollgate_data.reservations where (tenant, id) in (
    select kept.tenant, kept.id from tollgate_data.reservations as kept
    where kept.tenant = $1 and kept.decided_at < ${instant('$2')} and (
      (kept.exact_claims > 0 and kept.phase = 'open' and kept.claimed_usd <= coalesce(kept.bound_usd, 0) and kept.claimed_tokens <= kept.bound_tokens
        and kept.claimed_unpriced_calls <= (case when kept.bound_usd is null then 1 else 0 end) and kept.claimed_calls <= 1
        and (kept.rank < 2 or (kept.claimed_usd <= kept.settled_usd and kept.claimed_tokens <= kept.settled_tokens)))
      or (kept.decided_at < ${instant('$3')}
        and not exists (select from tollgate_data.counters as counter
          where counter.tenant = $1 and counter.budget_id = any ($4::bigint[]) and counter.key ->> 'run' = kept.run_id)
        and not exists (select from tollgate_data.counters as counter
          where counter.tenant = $1 and counter.budget_id = any ($4::bigint[]) and counter.key ->> 'session' = kept.session_id))
    )
    limit $5 for update of kept skip locked
  ) returning 1
)
select count(*)::int as count from gone`;

/** Yields how many rows each statement removed. */
export async function* pruneReservations(
  client: Queries,
  budgets: readonly BudgetInForce[],
  nowMicros: number,
): AsyncGenerator<number, void, undefined> {
  const keptMicros = Math.max(KEPT_MICROS, ...budgets.map(rollingMicros));
  const endless = budgets
    .filter(({ budget: { window } }) => window.kind === 'run' || window.kind === 'session')
    .map(({ id }) => id);
  for (const { tenant } of await client.query<{ tenant: string }>(tenantsSql)) {
    const values = [tenant, nowMicros - CLAIMED_KEPT_MICROS, nowMicros - keptMicros, endless, ROWS_A_BATCH];
    let count = ROWS_A_BATCH;
    while (count === ROWS_A_BATCH) {
      const [row] = await client.query<{ count: number }>(sql, values);
      count = row?.count ?? 0;
      if (count > 0) yield count;
    }
  }
}

/** How long a rolling budget counts a reservation; nobody moves its clock by a day. */
function rollingMicros({ budget: { window } }: BudgetInForce): number {
  return window.kind === 'rolling' ? window.ms * MICROS_A_MS + 2 * bucketMicros(window.ms) + DAY_MICROS : 0;
}
