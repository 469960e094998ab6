import { encodeColumns, hex, int8, jsonb, namesOf, storableJson, unnestOf } from '../store/columns.ts';
import type { Queries } from '../store/database.ts';
import { keyOfOther, type WrittenKey } from './counterKeys.ts';
import type { ErasedCounts, Erasure } from './erasure.ts';
import type { ErasureRun } from './erasureRun.ts';

interface NamedCounter {
  readonly id: string;
  readonly key: Readonly<Record<string, string>>;
}

/** Those beside which there is none of the other id yet; counters are locked in the order of their ids. */
const lockSql = `
select kept.id::text as id, kept.key from tollgate_data.counters as kept
where kept.tenant = $1 and kept.key ->> 'user' = $2 and kept.id > $3::bigint
order by kept.tenant, kept.id limit $4 for update of kept`;

const moveSql = `
update tollgate_data.counters as kept set id = default
where kept.tenant = $1 and kept.id = $2::bigint
returning kept.id::text as id`;

interface BegunCounter extends WrittenKey {
  /** That the counter had, and that the other gets: alerts that were told of it stay told. */
  readonly id: string;
  readonly movedTo: string;
}

const columns = [
  int8<BegunCounter>('id', ({ id }) => BigInt(id)),
  int8<BegunCounter>('moved_to', ({ movedTo }) => BigInt(movedTo)),
  hex<BegunCounter>('key_hash', ({ keyHash }) => keyHash),
  jsonb<BegunCounter>('key', ({ key }) => storableJson(key)),
];
const given = `${unnestOf(columns)} as given (${namesOf(columns)})`;

const bucketsSql = `
update tollgate_data.counter_buckets as kept set counter_id = given.moved_to
from ${given} where kept.tenant = $5 and kept.counter_id = given.id`;

const insertSql = `
insert into tollgate_data.counters (tenant, id, budget_id, key_hash, key, window_start, window_end, raised, counts_from, rolled_to, updated_at)
overriding system value
select kept.tenant, given.id, kept.budget_id, given.key_hash, given.key, kept.window_start, kept.window_end, kept.raised,
  kept.counts_from, kept.rolled_to, kept.updated_at
from ${given} join tollgate_data.counters as kept on kept.tenant = $5 and kept.id = given.moved_to`;

const raisedSql = `
update tollgate_data.counters as kept set raised = 0
from ${given} where kept.tenant = $5 and kept.id = given.moved_to and kept.raised <> 0`;

/**
 * Beside each counter of the id an empty one of the other, which counts from the same instant and has what approvals
 * added: calls and reservations that are moved take what they post from one to the other.
 */
export async function beginCounters(run: ErasureRun): Promise<void> {
  // Ids that are given anew are above all there are: the search ends.
  let after = '0';
  for (let isEnd = false; !isEnd;) {
    await run.commit(async (client) => {
      // So that no budget comes or goes meanwhile.
      await run.budgets.policies.current(client);
      const { tenant, user } = run.erasure;
      const found = await client.query<NamedCounter>(lockSql, [tenant, user, after, run.rowsABatch]);
      isEnd = found.length < run.rowsABatch;
      const missing = await withoutOther(client, run.erasure, found);
      if (missing.length > 0) await begin(client, run.erasure, missing);
      after = found.at(-1)?.id ?? after;
      return { counters: missing.length } satisfies ErasedCounts;
    });
  }
}

/** An erasure that was interrupted, and one that is done again, find the counters that they made. */
async function withoutOther(
  client: Queries,
  { tenant, erasedAs }: Erasure,
  counters: readonly NamedCounter[],
): Promise<readonly NamedCounter[]> {
  if (counters.length === 0) return [];
  const asked = counters.map(({ id, key }) => ({ ...keyOfOther(key, erasedAs), id, movedTo: id }));
  const there = await client.query<{ id: string }>(
    `select given.id::text as id from ${given}
join tollgate_data.counters as kept on kept.tenant = $5 and kept.id = given.id
join tollgate_data.counters as other on other.tenant = kept.tenant and other.budget_id = kept.budget_id
  and other.key_hash = given.key_hash and other.window_start = kept.window_start`,
    [...encodeColumns(columns, asked), tenant],
  );
  const known = new Set(there.map(({ id }) => id));
  return counters.filter(({ id }) => !known.has(id));
}

async function begin(client: Queries, { tenant, erasedAs }: Erasure, counters: readonly NamedCounter[]): Promise<void> {
  const begun: BegunCounter[] = [];
  for (const { id, key } of counters) {
    const [moved] = await client.query<{ id: string }>(moveSql, [tenant, id]);
    if (moved === undefined) throw new Error(`expected the counter ${id} that is locked, found none`);
    begun.push({ ...keyOfOther(key, erasedAs), id, movedTo: moved.id });
  }
  const values = [...encodeColumns(columns, begun), tenant];
  await client.query(bucketsSql, values);
  await client.query(insertSql, values);
  await client.query(raisedSql, values);
}
