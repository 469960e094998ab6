import { storableText } from '../../../src/storableText.ts';
import { encodeColumns, int4, int8, namesOf, text, unnestOf, type Column } from '../../store/columns.ts';
import type { Queries } from '../../store/database.ts';
import type { Delivery } from '../delivery.ts';

const ANSWER_CHARS_MAX = 300;

export type DeliveryEnd =
  | { readonly state: 'delivered' | 'dead'; readonly answer: string }
  /** To be attempted again; an attempt that does not count goes back as if it had not been made. */
  | { readonly state: 'pending'; readonly answer: string; readonly delayMs: number; readonly isCounted: boolean };

export interface EndedAttempt {
  readonly delivery: Delivery;
  readonly end: DeliveryEnd;
}

const columns: readonly Column<EndedAttempt>[] = [
  text('tenant', ({ delivery }) => delivery.tenant),
  int8('alert_id', ({ delivery }) => BigInt(delivery.alertId)),
  text('endpoint', ({ delivery }) => delivery.endpoint),
  int4('attempt', ({ delivery }) => delivery.attempt),
  text('state', ({ end }) => end.state),
  int4('attempts', ({ delivery, end }) => delivery.attempt - (end.state === 'pending' && !end.isCounted ? 1 : 0)),
  text('answer', ({ end }) => storableText(end.answer.slice(0, ANSWER_CHARS_MAX))),
  int4('delay_ms', ({ end }) => (end.state === 'pending' ? end.delayMs : 0)),
];

/** A later attempt, by whoever took the row when this one was late, is not undone; what was delivered stays delivered. */
const sql = `
update tollgate_data.webhook_deliveries as delivery
set state = ended.state, attempts = ended.attempts, last_answer = ended.answer,
  next_at = statement_timestamp() + ended.delay_ms * interval '1 millisecond',
  done_at = case when ended.state = 'pending' then null else statement_timestamp() end
from ${unnestOf(columns)} as ended (${namesOf(columns)})
where delivery.tenant = ended.tenant and delivery.alert_id = ended.alert_id and delivery.endpoint = ended.endpoint
  and delivery.state = 'pending' and (delivery.attempts = ended.attempt or ended.state = 'delivered')`;

export async function finishDeliveries(queries: Queries, ended: readonly EndedAttempt[]): Promise<void> {
  await queries.query(sql, encodeColumns(columns, ended));
}
