import type { Queries } from '../store/database.ts';

/** Some tens of milliseconds. */
const COUNTERS_A_BATCH = 5_000;

/** Nobody posts to them: whoever knows the budget they were of holds the policy lock, or did before it went. */
const sql = `
with gone as (
  delete from tollgate_data.counters where (tenant, id) in (
    select tenant, id from tollgate_data.counters as kept
    where not exists (select from tollgate_data.budgets where budgets.budget_id = kept.budget_id)
    limit $1 for update skip locked
  ) returning tenant, id
), emptied as (
  delete from tollgate_data.counter_buckets as kept using gone
  where kept.tenant = gone.tenant and kept.counter_id = gone.id
)
select count(*)::int as count from gone`;

/** Removes the counters of budgets that are no more; yields how many, after each statement. */
export async function* removeStrayCounters(client: Queries): AsyncGenerator<number, void, undefined> {
  for (;;) {
    const [row] = await client.query<{ count: number }>(sql, [COUNTERS_A_BATCH]);
    const count = row?.count ?? 0;
    if (count > 0) yield count;
    if (count < COUNTERS_A_BATCH) return;
  }
}
