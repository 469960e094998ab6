import { buildCounters } from '../../processor/gate/build.ts';
import { readPolicy } from '../../processor/gate/budgetRows.ts';
import { readEpoch, seizePolicy } from '../../processor/gate/policyLock.ts';
import { Windows } from '../../processor/gate/windows.ts';
import type { Database } from '../../processor/store/database.ts';

/** Ids that no budget of a test gets. */
const AGAIN = 1_000_000;

export interface Recount {
  /** Counters that are not zero. */
  readonly counters: number;
  readonly spent: number;
  readonly reserved: number;
  /** Counters as they stand beside what calls and reservations add up to, where they differ. */
  readonly differences: readonly object[];
}

const amounts = ['spent', 'reserved', 'overrun', 'expired_unsettled'] as const;
const list = (of: string): string => amounts.map((name) => `${of}.${name}`).join(', ');

/** A rolling counter that nobody used for a while is late: its buckets of now are what is compared. */
const sql = `
with counters as (
  select * from tollgate_data.counters where not ((spent, reserved, overrun, expired_unsettled) = (0, 0, 0, 0))
), live as (
  select kept.tenant, kept.budget_id, kept.key, kept.window_start, ${list('kept')}
  from counters as kept where budget_id < ${AGAIN} and rolled_to is null
  union all
  select kept.tenant, kept.budget_id, kept.key, kept.window_start, ${amounts.map((name) => `sum(bucket.${name}) as ${name}`).join(', ')}
  from counters as kept join tollgate_data.counter_buckets as bucket on bucket.tenant = kept.tenant and bucket.counter_id = kept.id
  where kept.budget_id < ${AGAIN} and bucket.bucket_start >= (
    select rolled_to from tollgate_data.counters as again where again.budget_id = kept.budget_id + ${AGAIN} limit 1)
  group by kept.tenant, kept.id, kept.budget_id, kept.key, kept.window_start
), again as (
  select kept.tenant, kept.budget_id - ${AGAIN} as budget_id, kept.key, kept.window_start, ${list('kept')}
  from counters as kept where budget_id >= ${AGAIN}
)
select budget_id, key, window_start, to_jsonb(live) as live, to_jsonb(again) as again,
  coalesce(live.spent, 0)::float8 as spent, coalesce(live.reserved, 0)::float8 as reserved,
  (${list('live')}) is distinct from (${list('again')}) as differs
from live full join again using (tenant, budget_id, key, window_start)`;

class Undo extends Error {}

/** Adds up every budget's postings again, at a moment at which nobody posts, and leaves no trace of it. */
export async function recount(database: Database): Promise<Recount> {
  const windows = new Windows();
  const rows: { readonly differs: boolean; readonly spent: number; readonly reserved: number }[] = [];
  const counting = database.transaction(async (client) => {
    const nowMicros = await seizePolicy(client);
    const { budgets } = await readPolicy(client, await readEpoch(client));
    // Idle counters count from where each of them began: the oldest beginning is that of the budget.
    const again = budgets.map((each) => ({ ...each, id: each.id + AGAIN, idleFromMicros: each.countsFromMicros }));
    await buildCounters(client, windows, again, nowMicros);
    rows.push(...(await client.query<(typeof rows)[number]>(sql)));
    throw new Undo();
  });
  await counting.catch((fault: unknown) => {
    if (!(fault instanceof Undo)) throw fault;
  });
  const sum = (of: 'spent' | 'reserved'): number => rows.reduce((total, row) => total + row[of], 0);
  return {
    counters: rows.length,
    spent: sum('spent'),
    reserved: sum('reserved'),
    differences: rows.filter(({ differs }) => differs),
  };
}
