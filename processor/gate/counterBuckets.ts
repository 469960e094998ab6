import type { CounterAmounts } from '../../src/policy/amounts.ts';
import {
  type Column,
  encodeColumns,
  femtoUsd,
  int4,
  int8,
  namesOf,
  text,
  timestamptz,
  unnestOf,
} from '../store/columns.ts';
import type { Queries } from '../store/database.ts';
import { amountsOfTexts, type AmountTexts, femtoOfAmount, type NamedCounter } from './counterRows.ts';

/** A rolling counter and up to where its buckets leave it. */
interface Rolling extends NamedCounter {
  readonly toMicros: number;
}

const leavingColumns: readonly Column<Rolling & { readonly index: number }>[] = [
  int4('index', ({ index }) => index),
  text('tenant', ({ place }) => place.tenant),
  int8('counter_id', ({ id }) => id),
  timestamptz('rolled_to', ({ toMicros }) => toMicros),
];

const LEAVING = `kept.tenant = given.tenant and kept.counter_id = given.counter_id and kept.bucket_start < given.rolled_to`;

const sumSql = `
select given.index, sum(kept.spent) as spent, sum(kept.reserved) as reserved, sum(kept.overrun) as overrun,
  sum(kept.expired_unsettled) as expired_unsettled
from ${unnestOf(leavingColumns)} as given (${namesOf(leavingColumns)})
join tollgate_data.counter_buckets as kept on ${LEAVING}
group by given.index`;

/** What leaves each of the counters, whose rows are locked; null for one that nothing leaves. */
export async function sumLeaving(
  client: Queries,
  counters: readonly Rolling[],
): Promise<readonly (CounterAmounts | null)[]> {
  const sums: (CounterAmounts | null)[] = counters.map(() => null);
  const indexed = counters.map((counter, index) => ({ ...counter, index }));
  const rows = await client.query<AmountTexts & { index: number }>(sumSql, encodeColumns(leavingColumns, indexed));
  for (const row of rows) {
    const counter = counters[row.index];
    if (counter !== undefined) sums[row.index] = amountsOfTexts(counter.place.inForce.budget.limit.unit, row);
  }
  return sums;
}

const deleteSql = `
delete from tollgate_data.counter_buckets as kept
using ${unnestOf(leavingColumns)} as given (${namesOf(leavingColumns)})
where ${LEAVING}`;

export async function deleteLeft(client: Queries, counters: readonly Rolling[]): Promise<void> {
  const indexed = counters.map((counter, index) => ({ ...counter, index }));
  await client.query(deleteSql, encodeColumns(leavingColumns, indexed));
}

/** What a transaction adds to one bucket. */
export interface BucketAddition extends NamedCounter {
  readonly startMicros: number;
  readonly added: CounterAmounts;
}

const unitOf = ({ place }: NamedCounter): 'usd' | 'tokens' | 'calls' => place.inForce.budget.limit.unit;

const addColumns: readonly Column<BucketAddition>[] = [
  text('tenant', ({ place }) => place.tenant),
  int8('counter_id', ({ id }) => id),
  timestamptz('bucket_start', ({ startMicros }) => startMicros),
  femtoUsd('spent', (row) => femtoOfAmount(unitOf(row), row.added.spent)),
  femtoUsd('reserved', (row) => femtoOfAmount(unitOf(row), row.added.reserved)),
  femtoUsd('overrun', (row) => femtoOfAmount(unitOf(row), row.added.overrun)),
  femtoUsd('expired_unsettled', (row) => femtoOfAmount(unitOf(row), row.added.expiredUnsettled)),
];

const addSql = `
insert into tollgate_data.counter_buckets as kept (${namesOf(addColumns)})
select ${namesOf(addColumns)} from ${unnestOf(addColumns)} as given (${namesOf(addColumns)})
on conflict (tenant, counter_id, bucket_start) do update
set ${['spent', 'reserved', 'overrun', 'expired_unsettled'].map((name) => `${name} = kept.${name} + excluded.${name}`).join(', ')}`;

/** In any order: who adds to a counter's buckets holds the counter's lock. */
export async function addToBuckets(client: Queries, additions: readonly BucketAddition[]): Promise<void> {
  await client.query(addSql, encodeColumns(addColumns, additions));
}
