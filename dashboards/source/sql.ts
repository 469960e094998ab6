/**
 * Pieces of SQL that the panels share. Grafana puts values in by text: `$tenant` and `$user` are single values, quotes doubled, and stand
 * in quotes here; `$agent` and the other lists come quoted, or, for All, as the column's own name, so that `agent IN (agent)` holds for
 * every row, those of agents that the list does not show among them.
 */

/**
 * The range of a panel in whole UTC hours, from the hour in which it begins to the end of the one in which it ends: the rollups know no
 * finer time, and a panel over single calls has to count the same. Given to the API as `from` and `to` these give the same sums.
 */
export const rangeStart = `date_trunc('hour', $__timeFrom()::timestamptz, 'UTC')`;
export const rangeEnd = `date_trunc('hour', $__timeTo()::timestamptz + interval '1 hour' - interval '1 microsecond', 'UTC')`;
/** Where the span of equal length before the range begins. */
export const beforeStart = `(${rangeStart} - (${rangeEnd} - ${rangeStart}))`;

export const within = (column: string, from = rangeStart): string => `${column} >= ${from} AND ${column} < ${rangeEnd}`;

export const ofTenant = `tenant = '$tenant'`;
/** An empty text box is every user. The comparison with a constant disappears when the statement is planned. */
export const ofUser = `('$user' = '' OR user_id = '$user')`;
/** For every view with a row for each agent, model and environment. */
export const filtered = `${ofTenant} AND environment IN ($environment) AND agent IN ($agent) AND model IN ($model)`;

/** When nothing is asked that `cost_totals` leaves out. What compares constants alone is decided when the statement is planned. */
export const ofEveryUser = `'$user' = ''`;
/** Buckets of whole UTC days: in another zone a day of one bucket is of two. */
export const inUtc = `'$__timezone' IN ('utc', 'UTC', 'Etc/UTC')`;
const inUtcDays = `'$period' <> 'hour' AND ${inUtc}`;

interface Rows {
  /** Filters that both views know. */
  readonly where: string;
  /** Filters that only `cost_hourly` knows; `wholeDays` does not hold where they leave rows out. */
  readonly hourly?: string;
  readonly wholeDays: string;
  readonly from?: string;
  readonly to?: string;
}

/**
 * Rows of the range: those of its whole UTC days from `cost_totals`, a thirtieth as many, and the hours before and after them from
 * `cost_hourly`; all hours where `wholeDays` does not hold. Each part has bounds of its own, so that an index finds it.
 */
export function rowsOf(columns: string, { where, hourly, wholeDays, from = rangeStart, to = rangeEnd }: Rows): string {
  const first = `CASE WHEN ${wholeDays} THEN date_trunc('day', ${from} + interval '24 hours' - interval '1 microsecond', 'UTC') ELSE ${to} END`;
  const end = `CASE WHEN ${wholeDays} THEN date_trunc('day', ${to}, 'UTC') ELSE ${to} END`;
  const both = hourly === undefined ? where : `${where} AND ${hourly}`;
  return `SELECT ${columns} FROM tollgate.cost_totals
  WHERE ${where} AND start >= ${first} AND start < ${end}
  UNION ALL
  SELECT ${columns} FROM tollgate.cost_hourly
  WHERE ${both} AND start >= ${from} AND start < least(${first}, ${to})
  UNION ALL
  SELECT ${columns} FROM tollgate.cost_hourly
  WHERE ${both} AND start >= greatest(${first}, ${end}) AND start < ${to}`;
}

/** What a panel without, and one with a bucket reads. */
interface Spent {
  readonly total: string;
  readonly byTime: string;
}

const measures = `cost_usd, calls, unpriced_calls, error_calls, input_tokens, cache_read_tokens, cache_write_tokens, output_tokens,
    reasoning_tokens, total_tokens`;

export function spentOf(where: string): Spent {
  const from = (wholeDays: string): string => `FROM (
  ${rowsOf(`start, provider, model, agent, ${measures}`, { where, hourly: ofUser, wholeDays })}
) AS spent`;
  return { total: from(ofEveryUser), byTime: from(`${ofEveryUser} AND ${inUtcDays}`) };
}

/** A sum is 0 without calls, and unknown (null) where there are calls and none of them has a price. */
export const costOf = (filter = ''): string => {
  const where = filter === '' ? '' : ` FILTER (WHERE ${filter})`;
  return `CASE WHEN count(*)${where} = 0 THEN 0 ELSE sum(cost_usd)${where} END`;
};
export const costPerCall = 'sum(cost_usd) / nullif(sum(calls) - sum(unpriced_calls), 0)';

/** Calendar hours, days, weeks (Monday) and months of the viewer's zone, as `interval` and `timezone` of the API. */
export const bucketOf = (column: string): string => `date_trunc('$period', ${column}, '$__timezone')`;

/** The name of all that is not among the dearest; in brackets as `(none)`, which no model is called. */
const OTHERS = '(other)';
const SERIES_MAX = 9;

/** A series each for the nine values of a column that cost most in the range, and one for all others. */
export function costByName(column: string, where = filtered): string {
  return `WITH sums AS (
  SELECT ${bucketOf('start')} AS time, ${column} AS name, sum(cost_usd) AS cost
  ${spentOf(where).byTime}
  GROUP BY 1, 2
), dearest AS (
  SELECT name FROM sums GROUP BY name ORDER BY sum(cost) DESC NULLS LAST, name LIMIT ${SERIES_MAX}
)
SELECT time, CASE WHEN name IN (SELECT name FROM dearest) THEN name ELSE '${OTHERS}' END AS metric, sum(cost) AS value
FROM sums
GROUP BY 1, 2
ORDER BY 1, 2`;
}
