import type { Queries } from '../database.ts';
import { PARTITIONED } from '../partitions.ts';

/** Partitions are named after their day: `ledger_20251001`. */
const sql = `
select distinct to_date(right(partition.relname, 8), 'YYYYMMDD') as day
from pg_inherits as inherited join pg_class as partition on partition.oid = inherited.inhrelid
where inherited.inhparent in (${PARTITIONED.map((table) => `'tollgate_data.${table}'::regclass`).join(', ')})
order by day`;

/** The days (UTC, `YYYY-MM-DD`) that have partitions, the oldest first. */
export async function selectPartitionDays(client: Queries): Promise<readonly string[]> {
  return (await client.query<{ day: string }>(sql)).map(({ day }) => day);
}
