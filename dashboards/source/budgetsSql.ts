import { costOf, inUtc, ofTenant, rowsOf } from './sql.ts';

const chosen = `${ofTenant} AND budget IN ($budget)`;

/** `user=u1, model=gpt-4o`; a budget that counts all calls together has no names. */
const counter = `coalesce((SELECT string_agg(part.key || '=' || part.value, ', ' ORDER BY part.key) FROM jsonb_each_text(key) AS part), '(all)')`;

/** Of windows with a beginning and an end: rolling ones have none, and runs and sessions do not end at an hour. */
const withPace = `SELECT *, ${counter} AS counter,
    extract(epoch FROM now() - window_start) AS elapsed, extract(epoch FROM resets_at - window_start) AS length
  FROM tollgate.budget_status
  WHERE ${chosen}`;

/** Cut off, as the API does: the share of the view is rounded, and 0.9999996 is not all of a limit. */
const usedShare = 'trunc((spent + reserved) / nullif(limit_amount, 0), 6)';

export const fullest = `SELECT budget || ' · ' || ${counter} AS metric, ${usedShare} AS value
FROM tollgate.budget_status
WHERE ${chosen}
ORDER BY 2 DESC NULLS LAST, 1
LIMIT 25`;

export const summary = `SELECT count(*) FILTER (WHERE spent + reserved >= limit_amount) AS "Used up",
  count(*) FILTER (WHERE spent + reserved >= 0.8 * limit_amount AND spent + reserved < limit_amount) AS "From 80 % on",
  count(*) AS "Counters"
FROM tollgate.budget_status
WHERE ${chosen}`;

/**
 * `exhausted_at` as /api/v1/forecast has it: the limit is reached when spending goes on as since the window began. The comparison comes
 * first, so that an instant is only added up where it lies before the end of the window.
 */
export const left = `WITH paced AS (
  ${withPace}
)
SELECT budget AS "Budget", counter AS "Counter", mode AS "Mode", unit AS "Unit", limit_amount AS "Limit", spent AS "Spent",
  reserved AS "Reserved", left_amount AS "Left", ${usedShare} AS "Used", elapsed / nullif(length, 0) AS "Window over",
  CASE WHEN elapsed > 0 THEN trunc(spent * length / elapsed, CASE unit WHEN 'usd' THEN 15 ELSE 0 END) END AS "At its end",
  CASE
    WHEN spent + reserved >= limit_amount THEN now()
    WHEN spent > 0 AND limit_amount * elapsed < spent * length
      THEN window_start + interval '1 second' * (limit_amount * elapsed / spent)::float8
  END AS "Used up at",
  resets_at AS "Resets at", overrun AS "Overrun", expired_unsettled AS "Never settled"
FROM paced
ORDER BY "Used" DESC NULLS LAST, 1, 2
LIMIT 200`;

/** More than 1: the limit is reached before the window ends. */
export const pace = `WITH paced AS (
  ${withPace} AND resets_at > window_start AND spent > 0
)
SELECT budget || ' · ' || counter AS metric, spent / limit_amount * length / nullif(elapsed, 0) AS value
FROM paced
WHERE limit_amount > 0
ORDER BY 2 DESC NULLS LAST, 1
LIMIT 25`;

const MONTH = `date_trunc('month', now(), '$__timezone')`;

const ofMonth = { where: ofTenant, from: MONTH, to: 'now()' };

export const monthSoFar = `WITH days AS (
  SELECT date_trunc('day', start, '$__timezone') AS time, sum(cost_usd) AS cost
  FROM (${rowsOf('start, cost_usd', { ...ofMonth, wholeDays: inUtc })}) AS spent
  GROUP BY 1
)
SELECT time, sum(cost) OVER (ORDER BY time) AS "Spent this month"
FROM days
ORDER BY 1`;

export const spentInRange = `SELECT ${costOf()} AS "Spent this month"
FROM (${rowsOf('cost_usd', { ...ofMonth, wholeDays: 'true' })}) AS spent`;

const alerts = `FROM tollgate.alerts
WHERE ${ofTenant} AND at >= $__timeFrom()::timestamptz AND at < $__timeTo()::timestamptz`;
const ofBudgets = `(budget IS NULL OR budget IN ($budget))`;

export const refusals = `SELECT date_trunc('$period', at, '$__timezone') AS time, type AS metric, count(*) AS value
${alerts} AND type IN ('call.denied', 'call.modified', 'approval.requested') AND ${ofBudgets}
GROUP BY 1, 2
ORDER BY 1, 2`;

export const reached = `SELECT date_trunc('$period', at, '$__timezone') AS time, type AS metric, count(*) AS value
${alerts} AND type IN ('budget.threshold_reached', 'budget.exceeded', 'anomaly.detected', 'price.unknown_model') AND ${ofBudgets}
GROUP BY 1, 2
ORDER BY 1, 2`;

export const latestAlerts = `SELECT at AS "At", severity AS "Severity", type AS "Type", coalesce(budget, '(none)') AS "Budget", message AS "Message"
${alerts} AND ${ofBudgets}
ORDER BY at DESC, message
LIMIT 200`;
