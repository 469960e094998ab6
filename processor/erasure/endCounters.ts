import type { BudgetInForce } from '../../src/policy/policy.ts';
import { rolledTo } from '../../src/policy/rolling.ts';
import { wholeFrom } from '../gate/auditCounters.ts';
import { instant } from '../gate/budgetRows.ts';
import { databaseMicros } from '../gate/policyLock.ts';
import type { Queries } from '../store/database.ts';
import { keyOfOther } from './counterKeys.ts';
import type { ErasedCounts, Erasure } from './erasure.ts';
import type { ErasureRun } from './erasureRun.ts';

interface LeftCounter {
  readonly id: string;
  readonly budget_id: string;
  readonly key: Readonly<Record<string, string>>;
  readonly counts_from_micros: string;
  /** Null: without a beginning. */
  readonly start_micros: string | null;
}

const leftSql = `
select kept.id::text as id, kept.budget_id, kept.key, (extract(epoch from kept.counts_from) * 1000000)::bigint as counts_from_micros,
  case when isfinite(kept.window_start) then (extract(epoch from kept.window_start) * 1000000)::bigint end as start_micros
from tollgate_data.counters as kept
where kept.tenant = $1 and kept.key ->> 'user' = $2 and kept.id > $3::bigint
order by kept.tenant, kept.id limit $4`;

/**
 * What is left of the id's counters when all that the store has of it was moved. One that is empty goes. So does one that counted calls
 * of dropped days, and what it has goes to the other: of these nothing is stored that could be moved. Any other one
 * counts what came under the id meanwhile, and stays.
 */
export async function endCounters(run: ErasureRun): Promise<void> {
  let after = '0';
  for (let isEnd = false; !isEnd;) {
    await run.commit(async (client) => {
      const policy = await run.budgets.policies.current(client);
      const budgets = new Map(policy.budgets.map((inForce) => [inForce.id, inForce]));
      const { tenant, user } = run.erasure;
      const found = await client.query<LeftCounter>(leftSql, [tenant, user, after, run.rowsABatch]);
      const at = { nowMicros: await databaseMicros(client), wholeFromMicros: await wholeFrom(client) };
      let ended = 0;
      for (const counter of found) {
        ended += await end(client, run.erasure, counter, budgets.get(Number(counter.budget_id)) ?? null, at);
      }
      isEnd = found.length < run.rowsABatch;
      after = found.at(-1)?.id ?? after;
      return { counters: ended } satisfies ErasedCounts;
    });
  }
}

interface EndedAt {
  readonly nowMicros: number;
  readonly wholeFromMicros: number;
}

/** Both counters in the order of their ids: that of the other has the lower one, except where it was made since. */
async function end(
  client: Queries,
  erasure: Erasure,
  counter: LeftCounter,
  inForce: BudgetInForce | null,
  at: EndedAt,
): Promise<number> {
  const { tenant, erasedAs } = erasure;
  const { keyHash } = keyOfOther(counter.key, erasedAs);
  const rows = await client.query<{ id: string; is_other: boolean }>(
    `select kept.id::text as id, kept.key_hash = $4 as is_other from tollgate_data.counters as kept
join tollgate_data.counters as left_one on left_one.tenant = $1 and left_one.id = $2::bigint
where kept.tenant = $1 and kept.budget_id = $3 and kept.window_start = left_one.window_start
  and (kept.id = left_one.id or kept.key_hash = $4)
order by kept.tenant, kept.id for update of kept`,
    [tenant, counter.id, counter.budget_id, Buffer.from(keyHash, 'hex')],
  );
  if (!rows.some(({ id }) => id === counter.id)) return 0;
  const other = rows.find(({ is_other: isOther }) => isOther)?.id ?? null;
  const window = inForce?.budget.window ?? null;
  if (window?.kind === 'rolling') await rollForward(client, tenant, counter.id, rolledTo(window.ms, at.nowMicros));
  const [left] = await client.query<{ is_empty: boolean }>(
    `select spent = 0 and reserved = 0 and overrun = 0 and expired_unsettled = 0 and raised = 0 as is_empty
from tollgate_data.counters where tenant = $1 and id = $2::bigint`,
    [tenant, counter.id],
  );
  if (left?.is_empty !== true) {
    if (inForce !== null && !isBeyondCalls(counter, inForce, at)) return 0;
    if (other !== null) await addTo(client, tenant, counter.id, other);
    else if (inForce !== null) return rename(client, erasure, counter);
  }
  await remove(client, tenant, counter.id);
  return 1;
}

/** Whether it may have counted what can no longer be read, as the audit asks it. */
function isBeyondCalls(counter: LeftCounter, { budget, countsFromMicros }: BudgetInForce, at: EndedAt): boolean {
  const { window } = budget;
  const start =
    window.kind === 'rolling' ? rolledTo(window.ms, at.nowMicros) : Number(counter.start_micros ?? -Infinity);
  const fromMicros = Math.max(Number(counter.counts_from_micros), start);
  return fromMicros < at.wholeFromMicros || fromMicros < countsFromMicros;
}

const sums = ['spent', 'reserved', 'overrun', 'expired_unsettled'];

/** Takes out what has left a rolling window. */
async function rollForward(client: Queries, tenant: string, id: string, toMicros: number): Promise<void> {
  await client.query(
    `with gone as (
  delete from tollgate_data.counter_buckets where tenant = $1 and counter_id = $2::bigint and bucket_start < ${instant('$3')}
  returning ${sums.join(', ')}
)
update tollgate_data.counters as kept
set ${sums.map((name) => `${name} = kept.${name} - coalesce((select sum(${name}) from gone), 0)`).join(', ')},
  rolled_to = greatest(kept.rolled_to, ${instant('$3')})
where kept.tenant = $1 and kept.id = $2::bigint`,
    [tenant, id, toMicros],
  );
}

async function addTo(client: Queries, tenant: string, id: string, other: string): Promise<void> {
  await client.query(
    `insert into tollgate_data.counter_buckets as kept (tenant, counter_id, bucket_start, ${sums.join(', ')})
select tenant, $3::bigint, bucket_start, ${sums.join(', ')} from tollgate_data.counter_buckets where tenant = $1 and counter_id = $2::bigint
on conflict (tenant, counter_id, bucket_start) do update set ${sums.map((name) => `${name} = kept.${name} + excluded.${name}`).join(', ')}`,
    [tenant, id, other],
  );
  await client.query(
    `update tollgate_data.counters as kept
set ${[...sums, 'raised'].map((name) => `${name} = kept.${name} + moved.${name}`).join(', ')}
from tollgate_data.counters as moved
where kept.tenant = $1 and kept.id = $3::bigint and moved.tenant = $1 and moved.id = $2::bigint`,
    [tenant, id, other],
  );
}

async function rename(client: Queries, { tenant, erasedAs }: Erasure, counter: LeftCounter): Promise<number> {
  const { key, keyHash } = keyOfOther(counter.key, erasedAs);
  await client.query(
    'update tollgate_data.counters set key = $3, key_hash = $4 where tenant = $1 and id = $2::bigint',
    [tenant, counter.id, JSON.stringify(key), Buffer.from(keyHash, 'hex')],
  );
  return 1;
}

async function remove(client: Queries, tenant: string, id: string): Promise<void> {
  await client.query('delete from tollgate_data.counter_buckets where tenant = $1 and counter_id = $2::bigint', [
    tenant,
    id,
  ]);
  await client.query('delete from tollgate_data.counters where tenant = $1 and id = $2::bigint', [tenant, id]);
}
