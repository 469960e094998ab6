import type { Queries } from '../../store/database.ts';
import type { Delivery } from '../delivery.ts';

/**
 * Takes deliveries that are due and makes each due again later, so that the one whose taker dies is taken by another. Rows
 * that another replica is taking right now are left to it.
 */
const sql = `
with due as (
  select tenant, alert_id, endpoint
  from tollgate_data.webhook_deliveries
  where state = 'pending' and next_at <= statement_timestamp() and endpoint = any($1::text[])
  order by next_at
  limit $2
  for update skip locked
),
claimed as (
  update tollgate_data.webhook_deliveries as delivery
  set attempts = attempts + 1, next_at = statement_timestamp() + $3::integer * interval '1 millisecond'
  from due
  where delivery.tenant = due.tenant and delivery.alert_id = due.alert_id and delivery.endpoint = due.endpoint
  returning delivery.tenant, delivery.alert_id, delivery.endpoint, delivery.attempts
)
select claimed.tenant, claimed.alert_id, claimed.endpoint, claimed.attempts,
  alert.event_key, alert.type, alert.severity, alert.budget, alert.at, alert.message, alert.data
from claimed
join tollgate_data.alerts as alert on alert.tenant = claimed.tenant and alert.id = claimed.alert_id
order by claimed.alert_id`;

interface ClaimedRow {
  readonly tenant: string;
  readonly alert_id: string;
  readonly endpoint: string;
  readonly attempts: number;
  readonly event_key: string;
  readonly type: string;
  readonly severity: string;
  readonly budget: string | null;
  readonly at: Date;
  readonly message: string;
  readonly data: Record<string, unknown>;
}

export async function claimDeliveries(
  queries: Queries,
  endpoints: readonly string[],
  { limit, visibilityMs }: { readonly limit: number; readonly visibilityMs: number },
): Promise<Delivery[]> {
  const rows = await queries.query<ClaimedRow>(sql, [endpoints, limit, visibilityMs]);
  return rows.map((row) => ({
    tenant: row.tenant,
    alertId: row.alert_id,
    endpoint: row.endpoint,
    attempt: row.attempts,
    alert: {
      tenant: row.tenant,
      eventKey: row.event_key,
      type: row.type,
      severity: row.severity,
      budget: row.budget,
      at: row.at,
      message: row.message,
      data: row.data,
    },
  }));
}
