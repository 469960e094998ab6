import type { Queries } from '../database.ts';

/** The start of the first day (UTC) whose books are open, in microseconds since 1970; 0 while no day has been closed. */
export async function selectClosingDate(client: Queries): Promise<number> {
  const [row] = await client.query<{ micros: string }>(
    `select (closed_before - date '1970-01-01')::bigint * 86400000000 as micros from tollgate_data.closing_date`,
  );
  return Number(row?.micros ?? 0);
}
