import { beforeStart, filtered, ofEveryUser, ofUser, rangeStart, rowsOf } from './sql.ts';

const COLUMNS = 'start, agent, model, cost_usd, calls, unpriced_calls';
const filters = { where: filtered, hourly: ofUser, wholeDays: ofEveryUser };
/** Apart, so that no day of `cost_totals` is of both. */
const bothSpans = `FROM (
  ${rowsOf(COLUMNS, { ...filters, from: beforeStart, to: rangeStart })}
  UNION ALL
  ${rowsOf(COLUMNS, filters)}
) AS spent`;

/** So many digits that rounding a quotient to 1e-15 USD rounds once. */
const SCALE = '1.000000000000000000000000000000';

/**
 * What a sum differs by from the span before, as /api/v1/changes splits it: more calls at the mix and cost a call of before (volume), other
 * cells of agent and model at their cost of before (mix), another cost a call (price). Calls without a price are in none of them.
 * The parts of a cell add up to its difference: price is what the two others leave.
 */
const parts = `WITH cells AS (
  SELECT agent, model,
    coalesce(sum(cost_usd) FILTER (WHERE start < ${rangeStart}), 0) AS cost0,
    coalesce(sum(cost_usd) FILTER (WHERE start >= ${rangeStart}), 0) AS cost1,
    coalesce(sum(calls - unpriced_calls) FILTER (WHERE start < ${rangeStart}), 0) AS n0,
    coalesce(sum(calls - unpriced_calls) FILTER (WHERE start >= ${rangeStart}), 0) AS n1
  ${bothSpans}
  GROUP BY agent, model
), sums AS (
  SELECT *, cost1 - cost0 AS delta, sum(n0) OVER () AS all0, sum(n1) OVER () AS all1 FROM cells
), two AS (
  SELECT *,
    CASE WHEN all0 = 0 THEN delta ELSE round(${SCALE} * cost0 * (all1 - all0) / all0, 15) END AS volume,
    CASE
      WHEN all0 = 0 THEN 0
      WHEN n0 = 0 THEN cost1
      ELSE round(${SCALE} * (n1 * all0 - n0 * all1) * cost0 / (all0 * n0), 15)
    END AS mix
  FROM sums
)`;

export const changeTotals = `${parts}
SELECT coalesce(sum(cost1), 0) AS "Now", coalesce(sum(cost0), 0) AS "Before", coalesce(sum(delta), 0) AS "Difference",
  coalesce(sum(volume), 0) AS "More calls", coalesce(sum(mix), 0) AS "Other agents or models",
  coalesce(sum(delta - volume - mix), 0) AS "Dearer calls"
FROM two`;

const GROUPS_MAX = 50;

export const changesByCell = `${parts}
SELECT agent AS "Agent", model AS "Model", cost0 AS "Before", cost1 AS "Now", delta AS "Difference",
  volume AS "More calls", mix AS "Other agents or models", delta - volume - mix AS "Dearer calls"
FROM two
ORDER BY abs(delta) DESC, agent, model
LIMIT ${GROUPS_MAX}`;

export const againstBefore = `SELECT cost1 - cost0 AS "Difference", (cost1 - cost0) / nullif(cost0, 0) AS "Change"
FROM (
  SELECT coalesce(sum(cost_usd) FILTER (WHERE start < ${rangeStart}), 0) AS cost0,
    coalesce(sum(cost_usd) FILTER (WHERE start >= ${rangeStart}), 0) AS cost1
  ${bothSpans}
) AS sums`;
