import type { Database } from './database.ts';

/** Enough to choose a plan; the default of 100 reads five times as many rows. */
const STATISTICS_TARGET = 20;

/** Of days the latest: earlier ones grow no more, or little. A table is due at 100 pages and each time it has doubled since. */
const selectGrown = `
select format('%I.%I', 'tollgate_data', grown.relname) as table
from (
  select oid, relname, relpages from pg_class
  where relnamespace = to_regnamespace('tollgate_data') and relname in ('rollup_hourly', 'session_daily', 'run_daily')
  union all (
    select oid, relname, relpages from pg_class
    where relnamespace = to_regnamespace('tollgate_data') and relkind = 'r' and relname ~ '^calls_[0-9]{8}$'
    order by relname desc limit 3
  )
) as grown
where pg_relation_size(grown.oid) / current_setting('block_size')::int > 2 * greatest(grown.relpages, 50)`;

/**
 * Tells the planner how many calls there are, as autovacuum does in a server. Without it every day counts as nearly empty,
 * and the lists of the API take seven times as long.
 */
export async function analyzeGrown(database: Database): Promise<void> {
  for (const { table } of await database.query<{ table: string }>(selectGrown)) {
    await database.transaction(async (client) => {
      await client.query(`set local default_statistics_target = ${STATISTICS_TARGET}`);
      await client.query(`analyze ${table}`);
    });
  }
}
