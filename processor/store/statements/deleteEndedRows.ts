import type { Queries } from '../database.ts';

/** Tables without partitions whose rows end with the spans they are about. */
export const ENDING_TABLES = ['traces', 'provider_ids'] as const;
export type EndingTable = (typeof ENDING_TABLES)[number];

/** How many pages of 8 kB the table has. */
export async function countPages(client: Queries, table: EndingTable): Promise<number> {
  const [size] = await client.query<{ pages: string }>(
    `select pg_relation_size('tollgate_data.${table}') / current_setting('block_size')::int as pages`,
  );
  return Number(size?.pages ?? 0);
}

/**
 * Deletes what ended before `day` from some pages, in the order of the disk: an index by `last_at` would make every touch of a
 * trace dearer. Rows that a commit holds are left for the next time, so that nothing waits and nobody waits in a ring.
 */
export async function deleteEndedRows(
  client: Queries,
  table: EndingTable,
  pages: { readonly from: number; readonly to: number },
  day: string,
): Promise<number> {
  const deleted = await client.query(
    `delete from tollgate_data.${table} where ctid = any (array(
  select ctid from tollgate_data.${table}
  where ctid >= $1::tid and ctid < $2::tid and last_at < $3::date::timestamp at time zone 'UTC'
  for update skip locked
)) returning 1 as one`,
    [`(${pages.from},0)`, `(${pages.to},0)`, day],
  );
  return deleted.length;
}
