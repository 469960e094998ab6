import { ofTenant, rangeEnd, rangeStart, within } from './sql.ts';

/**
 * By the bytes of its id, which an index begins with, whatever the range is. `CASE` keeps what is no id, such as an empty box, from
 * `decode`, which would end in an error: it is null, and null finds nothing.
 */
const ofTrace = `${ofTenant} AND trace_key = CASE WHEN lower(trim('$trace_id')) ~ '^[0-9a-f]{32}$' THEN decode(trim('$trace_id'), 'hex') END`;

/** 0 where no call is charged, null where calls are and none of them has a price. */
const chargedCost = (table = ''): string =>
  `CASE WHEN count(*) FILTER (WHERE ${table}charge = 'charged') = 0 THEN 0 ELSE sum(${table}cost_usd) END`;

export const totals = `SELECT ${chargedCost()} AS "Cost", count(*) FILTER (WHERE charge = 'charged') AS "Charged calls",
  count(*) FILTER (WHERE charge = 'charged' AND cost_usd IS NULL) AS "Without a price",
  count(*) FILTER (WHERE charge IN ('duplicate', 'container')) AS "Not charged", count(*) AS "Spans"
FROM tollgate.spans
WHERE ${ofTrace}`;

const SPANS_MAX = 5000;

/** The columns of Grafana's trace panel. Its tags are lists of key and value; they arrive as text, and a transformation reads them. */
export const spans = `SELECT trace_id AS "traceID", span_id AS "spanID", parent_span_id AS "parentSpanID", name AS "operationName",
  service AS "serviceName", started_at AS "startTime", duration_ms::float8 AS "duration",
  CASE status WHEN 'error' THEN 2 ELSE 0 END AS "statusCode", kind AS "kind",
  (
    SELECT jsonb_agg(jsonb_build_object('key', tag.key, 'value', tag.value) ORDER BY tag.key)
    FROM (VALUES
      ('tollgate.cost.usd', cost_usd::text), ('tollgate.charge', charge), ('tollgate.charge_reason', charge_reason),
      ('gen_ai.response.model', nullif(model, '(none)')), ('gen_ai.operation.name', nullif(operation, '(none)')),
      ('gen_ai.agent.name', nullif(agent, '(none)')), ('user.id', nullif(user_id, '(none)')),
      ('gen_ai.conversation.id', nullif(session_id, '(none)')), ('http.route', nullif(endpoint, '(none)'))
    ) AS tag (key, value)
    WHERE tag.value IS NOT NULL
  )::text AS "tags",
  jsonb_build_array(
    jsonb_build_object('key', 'service.name', 'value', service),
    jsonb_build_object('key', 'deployment.environment.name', 'value', environment)
  )::text AS "serviceTags"
FROM tollgate.spans
WHERE ${ofTrace}
ORDER BY started_at, span_id
LIMIT ${SPANS_MAX}`;

const DEPTH_MAX = 64;

/**
 * Each span under its parent, with the cost of all spans below it. A span whose parent is not there stands at the top; `path` keeps
 * siblings in the order of their start, and ends a circle that hostile parents make.
 */
export const tree = `WITH RECURSIVE spans AS MATERIALIZED (
  SELECT DISTINCT ON (span_id) span_id, parent_span_id, started_at, duration_ms, name, service, agent, model, status, charge,
    charge_reason, cost_usd
  FROM tollgate.spans
  WHERE ${ofTrace}
  ORDER BY span_id, started_at
), tree AS (
  SELECT spans.*, 0 AS depth, ARRAY[to_char(started_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || span_id] AS path, ARRAY[span_id] AS above
  FROM spans
  WHERE NOT EXISTS (SELECT FROM spans AS parent WHERE parent.span_id = spans.parent_span_id AND parent.span_id <> spans.span_id)
  UNION ALL
  SELECT child.*, tree.depth + 1, tree.path || (to_char(child.started_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || child.span_id),
    tree.above || child.span_id
  FROM tree
  JOIN spans AS child ON child.parent_span_id = tree.span_id
  WHERE tree.depth < ${DEPTH_MAX} AND NOT child.span_id = ANY (tree.above)
), below AS (
  SELECT ancestor.span_id, ${chargedCost('tree.')} AS cost
  FROM tree
  CROSS JOIN LATERAL unnest(tree.above) AS ancestor (span_id)
  GROUP BY 1
)
SELECT repeat('· ', tree.depth) || tree.name AS "Span", tree.service AS "Service", tree.agent AS "Agent", tree.model AS "Model",
  tree.duration_ms AS "Duration", tree.status AS "Status", tree.cost_usd AS "Cost", below.cost AS "With all below",
  tree.charge AS "Charge", tree.charge_reason AS "Why"
FROM tree
JOIN below ON below.span_id = tree.span_id
ORDER BY tree.path
LIMIT ${SPANS_MAX}`;

export const byAgent = `SELECT agent AS metric, sum(cost_usd) AS value
FROM tollgate.spans
WHERE ${ofTrace} AND charge = 'charged'
GROUP BY agent
ORDER BY 2 DESC NULLS LAST, 1
LIMIT 20`;

export const usage = `SELECT started_at AS "Started", provider AS "Provider", model AS "Model", agent AS "Agent", input_uncached AS "Input",
  cache_read AS "Cache read", cache_write_5m AS "Cache write 5 min", cache_write_1h AS "Cache write 1 h", output AS "Output",
  reasoning AS "Reasoning", cost_usd AS "Cost", cost_usd::text AS "Exact USD", cost_status AS "Status",
  coalesce(price_card, unpriced_reason) AS "Price", service_tier AS "Tier", span_id AS "Span"
FROM tollgate.calls
WHERE ${ofTrace}
ORDER BY started_at, span_id
LIMIT 1000`;

const LATEST_MAX = 100;

const manySince = (since: string): string =>
  `(SELECT count(*) FROM (SELECT FROM tollgate.calls WHERE ${ofTenant} AND started_at >= ${since} AND started_at < ${rangeEnd} LIMIT ${LATEST_MAX}) AS found) = ${LATEST_MAX}`;
const LAST_HOUR = `${rangeEnd} - interval '1 hour'`;
const LAST_DAY = `${rangeEnd} - interval '1 day'`;

/**
 * To find one: the latest calls of the range. No index gives a view with a security barrier its order, so all that is read is sorted: only
 * the last hour is, or the last day, where there are enough calls in it.
 */
export const latest = `SELECT started_at AS "Started", agent AS "Agent", user_id AS "User", session_id AS "Session", model AS "Model",
  cost_usd AS "Cost", duration_ms AS "Duration", status AS "Status", trace_id AS "Trace"
FROM tollgate.calls
WHERE ${ofTenant} AND ${within('started_at')} AND started_at >= (
  SELECT greatest(${rangeStart}, CASE WHEN ${manySince(LAST_HOUR)} THEN ${LAST_HOUR} WHEN ${manySince(LAST_DAY)} THEN ${LAST_DAY} END)
)
ORDER BY started_at DESC, trace_id, span_id
LIMIT ${LATEST_MAX}`;
