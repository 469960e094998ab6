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
export const filtered = `${ofTenant} AND environment IN ($environment) AND agent IN ($agent) AND model IN ($model) AND ${ofUser}`;

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
  return `WITH spent AS (
  SELECT ${bucketOf('start')} AS time, ${column} AS name, sum(cost_usd) AS cost
  FROM tollgate.cost_hourly
  WHERE ${within('start')} AND ${where}
  GROUP BY 1, 2
), dearest AS (
  SELECT name FROM spent GROUP BY name ORDER BY sum(cost) DESC NULLS LAST, name LIMIT ${SERIES_MAX}
)
SELECT time, CASE WHEN name IN (SELECT name FROM dearest) THEN name ELSE '${OTHERS}' END AS metric, sum(cost) AS value
FROM spent
GROUP BY 1, 2
ORDER BY 1, 2`;
}
