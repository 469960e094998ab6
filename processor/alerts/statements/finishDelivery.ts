import { storableText } from '../../../src/storableText.ts';
import type { Queries } from '../../store/database.ts';
import type { Delivery } from '../delivery.ts';

const ANSWER_CHARS_MAX = 300;

/** A later attempt, by whoever took the row when this one was late, is not undone; a delivery that was taken stays taken. */
const sql = `
update tollgate_data.webhook_deliveries
set state = $5, attempts = $6, last_answer = $7,
  next_at = case when $5 = 'pending' then statement_timestamp() + $8::double precision * interval '1 millisecond' else next_at end,
  done_at = case when $5 = 'pending' then null else statement_timestamp() end
where tenant = $1 and alert_id = $2 and endpoint = $3 and state = 'pending' and (attempts = $4 or $5 = 'delivered')`;

export type DeliveryEnd =
  | { readonly state: 'delivered' | 'dead'; readonly answer: string }
  | { readonly state: 'pending'; readonly answer: string; readonly delayMs: number; readonly isCounted: boolean };

export async function finishDelivery(queries: Queries, delivery: Delivery, end: DeliveryEnd): Promise<void> {
  const { tenant, alertId, endpoint, attempt } = delivery;
  const isTakenBack = end.state === 'pending' && !end.isCounted;
  await queries.query(sql, [
    tenant,
    alertId,
    endpoint,
    attempt,
    end.state,
    isTakenBack ? attempt - 1 : attempt,
    storableText(end.answer).slice(0, ANSWER_CHARS_MAX),
    end.state === 'pending' ? end.delayMs : 0,
  ]);
}
