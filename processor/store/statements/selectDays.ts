import type { Queries } from '../database.ts';

const sql = `
select (started_at at time zone 'UTC')::date as day from tollgate_data.calls
union select (started_at at time zone 'UTC')::date from tollgate_data.ledger
union select day from tollgate_data.rollup_daily
union select (hour at time zone 'UTC')::date from tollgate_data.rollup_hourly
union select day from tollgate_data.session_daily
union select day from tollgate_data.run_daily
union select day from tollgate_data.closing_balances
order by day`;

/** The days (UTC, `YYYY-MM-DD`) that any table of charges has rows of. */
export async function selectDays(client: Queries): Promise<readonly string[]> {
  return (await client.query<{ day: string }>(sql)).map(({ day }) => day);
}
