import { createHash } from 'node:crypto';
import type { Database } from '../../processor/store/database.ts';

export interface WrittenCounter {
  readonly tenant?: string;
  readonly budget: string;
  readonly key?: Readonly<Record<string, string>>;
  /** SQL of an instant; without them the window has no end. */
  readonly from?: string;
  readonly to?: string;
  readonly spent?: string;
  readonly reserved?: string;
  readonly overrun?: string;
  readonly expiredUnsettled?: string;
  readonly raised?: string;
}

/** Writes a counter as the gate would have left it; returns its id. */
export async function writeCounter(database: Database, counter: WrittenCounter): Promise<string> {
  const { tenant = 'acme', budget, key = {}, spent = '0', reserved = '0', raised = '0' } = counter;
  const { from = `timestamptz '-infinity'`, to = `timestamptz 'infinity'` } = counter;
  const hash = createHash('md5').update(JSON.stringify(key)).digest();
  const [row] = await database.query<{ id: string }>(
    `insert into tollgate_data.counters (tenant, budget_id, key_hash, key, window_start, window_end, spent, reserved, overrun,
  expired_unsettled, raised, counts_from, updated_at)
select $1, budget_id, $3, $4, ${from}, ${to}, $5, $6, $7, $8, $9, counts_from, now()
from tollgate_data.budgets where name = $2 and tenant in ('', $1) returning id::text as id`,
    [
      tenant,
      budget,
      hash,
      JSON.stringify(key),
      spent,
      reserved,
      counter.overrun ?? '0',
      counter.expiredUnsettled ?? '0',
      raised,
    ],
  );
  if (row === undefined) throw new Error(`expected a budget ${budget}, found none`);
  return row.id;
}

/** A part of a rolling counter. `at` is SQL of the instant its bucket begins. */
export async function writeBucket(
  database: Database,
  { tenant = 'acme', counter, at, spent }: { tenant?: string; counter: string; at: string; spent: string },
): Promise<void> {
  await database.query(
    `insert into tollgate_data.counter_buckets (tenant, counter_id, bucket_start, spent) values ($1, $2, ${at}, $3)`,
    [tenant, counter, spent],
  );
}
