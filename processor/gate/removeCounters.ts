import type { Queries } from '../store/database.ts';
import { instant } from './budgetRows.ts';

/** Some tens of milliseconds. */
const COUNTERS_A_BATCH = 5_000;

export interface Removed {
  /** Those whose window ended then or before. */
  readonly endedMicros?: number;
  /** Those without an end that nobody changed since, and that hold nothing reserved. */
  readonly idleMicros?: number;
}

/**
 * One that is in use is left for the next time: nothing waits. What a rolling counter had reserved when it was last used has left
 * it with its buckets.
 */
const sql = `
with gone as (
  delete from tollgate_data.counters where (tenant, id) in (
    select tenant, id from tollgate_data.counters
    where budget_id = $1 and ($2::bigint is null or window_end <= ${instant('$2')})
      and ($3::bigint is null or (window_end = 'infinity' and updated_at < ${instant('$3')} and (reserved = 0 or rolled_to is not null)))
    limit $4 for update skip locked
  ) returning tenant, id
), emptied as (
  delete from tollgate_data.counter_buckets as kept using gone
  where kept.tenant = gone.tenant and kept.counter_id = gone.id
)
select count(*)::int as count from gone`;

/** Removes counters of a budget, all that are named; yields how many, after each statement. */
export async function* removeCounters(
  client: Queries,
  budgetId: number,
  { endedMicros, idleMicros }: Removed,
): AsyncGenerator<number, void, undefined> {
  for (;;) {
    const values = [budgetId, endedMicros ?? null, idleMicros ?? null, COUNTERS_A_BATCH];
    const [row] = await client.query<{ count: number }>(sql, values);
    const count = row?.count ?? 0;
    if (count > 0) yield count;
    if (count < COUNTERS_A_BATCH) return;
  }
}
