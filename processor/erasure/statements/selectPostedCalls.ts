import type { Posting } from '../../../src/policy/posting.ts';
import { type ChargeSum, postingsOfCharges } from '../../gate/sumCharges.ts';
import { encodeColumns, namesOf, unnestOf } from '../../store/columns.ts';
import type { Queries } from '../../store/database.ts';
import { type Identity, identityColumns, sameIdentity } from '../../store/rows.ts';
import { isWithinBounds, startBounds } from '../../store/startBounds.ts';
import type { Erasure } from '../erasure.ts';

/** As `chargeStatement` has them, one call each. */
const overrun = (value: string): string => `case when kept.reservation_id is null then ${value} else 0 end`;
const sql = `
select kept.tenant, kept.agent, kept.user_id, kept.session_id, kept.run_id, coalesce(kept.request_model, kept.model) as model,
  kept.response_model, kept.provider, kept.service, kept.environment, kept.tags,
  (extract(epoch from coalesce(kept.counted_at, kept.started_at)) * 1000000)::bigint as at_micros,
  coalesce(kept.cost_usd, 0) as cost_usd, (kept.cost_usd is null)::int as unpriced_calls,
  kept.input_tokens + kept.output_tokens as tokens, 1 as calls, ${overrun('coalesce(kept.cost_usd, 0)')} as overrun_cost_usd,
  ${overrun('(kept.cost_usd is null)::int')} as overrun_unpriced_calls,
  ${overrun('kept.input_tokens + kept.output_tokens')} as overrun_tokens, ${overrun('1')} as overrun_calls
from ${unnestOf(identityColumns)} as given (${namesOf(identityColumns)})
join tollgate_data.calls as kept on ${sameIdentity('kept')} and ${isWithinBounds('kept', identityColumns.length + 2)}
where kept.charge = 'charged' and kept.user_id = $${identityColumns.length + 1}`;

/** What the charged calls among these spans post to budgets, as long as they are the user's. */
export async function selectPostedCalls(
  client: Queries,
  { user }: Pick<Erasure, 'user'>,
  spans: readonly Identity[],
): Promise<readonly Posting[]> {
  const bounds = startBounds(spans.map(({ startMicros }) => startMicros));
  const rows = await client.query<ChargeSum>(sql, [...encodeColumns(identityColumns, spans), user, ...bounds]);
  return rows.flatMap(postingsOfCharges);
}
