import type { Queries } from '../store/database.ts';
import { removeCounters } from './removeCounters.ts';

/** From one budget's id to the next in the index, not over all its counters. */
const strayIdsSql = `
with recursive ids as (
  select min(budget_id) as id from tollgate_data.counters
  union all
  select (select min(budget_id) from tollgate_data.counters where budget_id > ids.id) from ids where ids.id is not null
)
select id from ids where id is not null and not exists (select from tollgate_data.budgets where budget_id = ids.id)`;

/**
 * Removes the counters of budgets that are no more; yields how many, after each statement. Nobody posts to them: who knew the budget
 * held the policy lock, which the change had to wait for.
 */
export async function* removeStrayCounters(client: Queries): AsyncGenerator<number, void, undefined> {
  for (const { id } of await client.query<{ id: string }>(strayIdsSql)) yield* removeCounters(client, Number(id), {});
}
