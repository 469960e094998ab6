import {
  bucketOf,
  costOf,
  costPerCall,
  filtered,
  ofEveryUser,
  ofTenant,
  ofUser,
  rowsOf,
  spentOf,
  within,
} from './sql.ts';

const spent = spentOf(filtered);

export const total = `SELECT ${costOf()} AS "Spent"
${spent.total}`;

const monthStart = `date_trunc('month', now(), '$__timezone')`;
const sinceMonthStart = rowsOf('cost_usd', {
  where: filtered,
  hourly: ofUser,
  wholeDays: ofEveryUser,
  from: monthStart,
  to: 'now()',
});

/** `month.at_month_end_usd` of /api/v1/forecast: so far × length of the month ÷ its part that has passed. */
export const monthEnd = `WITH month AS (
  SELECT ${monthStart} AS begins,
    (date_trunc('month', now() AT TIME ZONE '$__timezone') + interval '1 month') AT TIME ZONE '$__timezone' AS ends
), so_far AS (
  SELECT ${costOf()} AS cost
  FROM (${sinceMonthStart}) AS spent
)
SELECT cost AS "Month so far",
  trunc(cost * extract(epoch FROM ends - begins) / nullif(extract(epoch FROM now() - begins), 0), 15) AS "Month at this pace"
FROM so_far, month`;

export const unpricedTotal = `SELECT coalesce(sum(unpriced_calls), 0) AS "Unpriced calls",
  coalesce(sum(unpriced_calls), 0)::numeric / nullif(sum(calls), 0) AS "Of all calls"
${spent.total}`;

/** Cost, calls and tokens of each model, with its share of all cost. */
export const byModel = `SELECT provider AS "Provider", model AS "Model", sum(cost_usd) AS "Cost",
  sum(cost_usd) / nullif(sum(sum(cost_usd)) OVER (), 0) AS "Share", sum(calls)::bigint AS "Calls",
  sum(unpriced_calls)::bigint AS "Unpriced", ${costPerCall} AS "Per call",
  1000000 * sum(cost_usd) / nullif(sum(total_tokens), 0) AS "Per million tokens"
${spent.total}
GROUP BY provider, model
ORDER BY 3 DESC NULLS LAST, 1, 2
LIMIT 100`;

export const tokensByKind = `SELECT ${bucketOf('start')} AS time,
  sum(input_tokens - cache_read_tokens - cache_write_tokens) AS "input", sum(cache_read_tokens) AS "cache read",
  sum(cache_write_tokens) AS "cache write", sum(output_tokens - reasoning_tokens) AS "output",
  sum(reasoning_tokens) AS "reasoning"
${spent.byTime}
GROUP BY 1
ORDER BY 1`;

const LINES_MAX = 6;

/** A line each for the models that cost most: a mean over all of them says nothing. */
export const perCall = `WITH sums AS (
  SELECT ${bucketOf('start')} AS time, model, sum(cost_usd) AS cost, sum(calls - unpriced_calls) AS priced
  ${spent.byTime}
  GROUP BY 1, 2
), dearest AS (
  SELECT model FROM sums GROUP BY model ORDER BY sum(cost) DESC NULLS LAST, model LIMIT ${LINES_MAX}
)
SELECT time, model AS metric, cost / nullif(priced, 0) AS value
FROM sums
WHERE model IN (SELECT model FROM dearest)
ORDER BY 1, 2`;

export const cacheShare = `SELECT ${bucketOf('start')} AS time,
  sum(cache_read_tokens) / nullif(sum(input_tokens), 0) AS "read from a cache"
${spent.byTime}
GROUP BY 1
ORDER BY 1`;

export const topUsers = `SELECT user_id AS "User", sum(cost_usd) AS "Cost",
  sum(cost_usd) / nullif(sum(sum(cost_usd)) OVER (), 0) AS "Share", sum(calls)::bigint AS "Calls",
  sum(unpriced_calls)::bigint AS "Unpriced", ${costPerCall} AS "Per call", sum(total_tokens)::bigint AS "Tokens"
FROM tollgate.cost_hourly
WHERE ${within('start')} AND ${filtered} AND ${ofUser}
GROUP BY user_id
ORDER BY 2 DESC NULLS LAST, 1
LIMIT 50`;

/** Names of a list column: any of them passes what `agent IN ($agent)` says. */
const anyOf = (list: string, column: string): string =>
  `EXISTS (SELECT FROM unnest(${list}) AS used (${column}) WHERE used.${column} IN ($${column}))`;

/** All stands for a column's own name, here of a row with empty ones: nothing that is chosen by name is empty. */
const isEvery = `(SELECT '' IN ($agent) AND '' IN ($model) FROM (VALUES ('', '')) AS every (agent, model))`;

const SESSIONS_MAX = 50;
const dearestSessions = (where: string): string => `SELECT session_id, cost_usd
    FROM tollgate.sessions
    WHERE ${ofTenant} AND ${within('last_seen')} AND ('$user' = '' OR '$user' = ANY (user_ids)) AND ${where}
    ORDER BY cost_usd DESC NULLS LAST, session_id
    LIMIT ${SESSIONS_MAX}`;

/** First which, then what of them: the view sorts for its lists of names, which are made for these alone where nobody chose any. */
export const topSessions = `WITH dearest AS (
  (
    ${dearestSessions(isEvery)}
  ) UNION ALL (
    ${dearestSessions(`NOT ${isEvery} AND ${anyOf('agents', 'agent')} AND ${anyOf('models', 'model')}`)}
  )
)
SELECT dearest.session_id AS "Session", array_to_string(one.user_ids, ', ') AS "Users", array_to_string(one.agents, ', ') AS "Agents",
  one.cost_usd AS "Cost", one.calls AS "Calls", one.unpriced_calls AS "Unpriced", one.first_seen AS "First call", one.last_seen AS "Last call"
FROM dearest
CROSS JOIN LATERAL (
  SELECT user_ids, agents, cost_usd, calls, unpriced_calls, first_seen, last_seen
  FROM tollgate.sessions
  WHERE ${ofTenant} AND session_id = dearest.session_id
  OFFSET 0
) AS one
ORDER BY dearest.cost_usd DESC NULLS LAST, 1
LIMIT ${SESSIONS_MAX}`;

/** By their status, which an index knows: they alone have no cost. */
export const unpricedCalls = `SELECT provider AS "Provider", model AS "Model", unpriced_reason AS "Reason", count(*) AS "Calls",
  sum(total_tokens)::bigint AS "Tokens", min(started_at) AS "First call", max(started_at) AS "Last call"
FROM tollgate.calls
WHERE ${within('started_at')} AND cost_status = 'unpriced' AND ${filtered} AND ${ofUser}
GROUP BY provider, model, unpriced_reason
ORDER BY 4 DESC, 1, 2, 3
LIMIT 100`;
