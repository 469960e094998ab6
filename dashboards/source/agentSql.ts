import { bucketOf, costOf, costPerCall, ofTenant, ofUser, rangeEnd, rangeStart, spentOf, within } from './sql.ts';

/** One agent: its name is a single value here. */
export const ofAgent = `${ofTenant} AND agent = '$agent' AND environment IN ($environment) AND model IN ($model)`;

const spent = spentOf(ofAgent);

/** Calls of the tenant that a panel over single calls reads: half a second to a second. No index knows the agent of a call. */
const CALLS_READ_MAX = 500_000;

/**
 * From where on single calls are read: the last UTC days of the range with at most that many calls, all of it where it has no more, an
 * hour where its last day alone has more.
 */
const readSince = `(
  SELECT CASE WHEN max(start) IS NULL THEN ${rangeStart}
    ELSE greatest(${rangeStart}, least(max(start) + interval '24 hours', ${rangeEnd} - interval '1 hour')) END
  FROM (
    SELECT start, sum(sum(calls)) OVER (ORDER BY start DESC) AS calls_since
    FROM tollgate.cost_totals
    WHERE ${ofTenant} AND ${within('start', `date_trunc('day', ${rangeStart}, 'UTC')`)}
    GROUP BY start
  ) AS days
  WHERE calls_since > ${CALLS_READ_MAX}
)`;
const read = `${within('started_at')} AND started_at >= ${readSince} AND ${ofAgent} AND ${ofUser}`;
const calls = `FROM tollgate.calls
WHERE ${read}`;

export const singleCallsSince = `SELECT ${readSince} AS "Read since"`;

export const totals = `SELECT ${costOf()} AS "Spent", coalesce(sum(calls), 0) AS "Calls", ${costPerCall} AS "Per call",
  coalesce(sum(unpriced_calls), 0) AS "Without a price", coalesce(sum(error_calls), 0) AS "Errors",
  sum(error_calls) / nullif(sum(calls), 0) AS "Of all calls"
${spent.total}`;

export const outcomes = `SELECT ${bucketOf('start')} AS time, sum(calls - error_calls) AS "ok", sum(error_calls) AS "error"
${spent.byTime}
GROUP BY 1
ORDER BY 1`;

export const models = `SELECT provider AS "Provider", model AS "Model", sum(cost_usd) AS "Cost",
  sum(cost_usd) / nullif(sum(sum(cost_usd)) OVER (), 0) AS "Share", sum(calls)::bigint AS "Calls",
  sum(unpriced_calls)::bigint AS "Unpriced", sum(error_calls)::bigint AS "Errors", ${costPerCall} AS "Per call"
${spent.total}
GROUP BY provider, model
ORDER BY 3 DESC NULLS LAST, 1, 2
LIMIT 50`;

/** A discrete percentile is the duration of one of the calls. */
export const durations = `SELECT ${bucketOf('started_at')} AS time,
  percentile_disc(0.5) WITHIN GROUP (ORDER BY duration_ms) AS "median",
  percentile_disc(0.95) WITHIN GROUP (ORDER BY duration_ms) AS "95 of 100"
${calls}
GROUP BY 1
ORDER BY 1`;

const callColumns = `started_at AS "Started", model AS "Model", user_id AS "User", session_id AS "Session", status AS "Status",
  duration_ms AS "Duration", cost_usd AS "Cost", input_tokens AS "Input", output_tokens AS "Output", trace_id AS "Trace", span_id AS "Span"`;

export const dearestCalls = `SELECT ${callColumns}
${calls}
ORDER BY cost_usd DESC NULLS LAST, started_at, trace_id, span_id
LIMIT 50`;

export const slowestCalls = `SELECT ${callColumns}
${calls}
ORDER BY duration_ms DESC, started_at, trace_id, span_id
LIMIT 50`;

/** What this agent did in each: the filters hold, and other agents of the same run or session are left out. */
const madeIn = (
  column: string,
  title: string,
): string => `SELECT ${column} AS "${title}", ${costOf()} AS "Cost", count(*) AS "Calls",
  count(*) FILTER (WHERE cost_usd IS NULL) AS "Unpriced", count(*) FILTER (WHERE status = 'error') AS "Errors",
  sum(total_tokens)::bigint AS "Tokens", sum(duration_ms) / 1000 AS "Duration", max(started_at) AS "Last call"
${calls} AND ${column} <> '(none)'
GROUP BY ${column}
ORDER BY sum(cost_usd) DESC NULLS LAST, ${column}
LIMIT 50`;

export const runs = madeIn('run_id', 'Run');
export const sessions = madeIn('session_id', 'Session');

export const errors = `SELECT model AS "Model", coalesce(error_type, '(none)') AS "Error", count(*) AS "Calls", ${costOf()} AS "Cost",
  max(started_at) AS "Last call"
${calls} AND status = 'error'
GROUP BY model, error_type
ORDER BY 3 DESC, 1, 2
LIMIT 50`;

/** What was seen twice and is charged once: retries, proxies and second instrumentations. */
export const copies = `SELECT charge AS "Charge", split_part(charge_reason, ' ', 1) AS "Reason", count(*) AS "Calls", max(started_at) AS "Last call"
FROM tollgate.spans
WHERE ${read} AND charge IN ('duplicate', 'container', 'pending')
GROUP BY 1, 2
ORDER BY 3 DESC, 1, 2
LIMIT 50`;
