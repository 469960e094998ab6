import type { Queries } from '../store/database.ts';
import { instant } from './budgetRows.ts';

const DAY_MICROS = 86_400_000_000;
/** As long as calls are kept where nobody says otherwise. */
const HISTORY_KEPT_MICROS = 400 * DAY_MICROS;
const ROWS_A_BATCH = 5_000;

/** Each with the column that says when its time was. */
const tables = [
  { table: 'approvals', at: 'requested_at' },
  { table: 'budget_raises', at: 'ends_at' },
  { table: 'alerts', at: 'at' },
] as const;

/** An alert takes what is left to be delivered of it with it. */
const deliveries = `, undelivered as (
  delete from tollgate_data.webhook_deliveries as kept using gone
  where kept.tenant = gone.tenant and kept.alert_id = gone.id
)`;

function sqlOf({ table, at }: (typeof tables)[number]): string {
  return `
with gone as (
  delete from tollgate_data.${table} where (tenant, id) in (
    select tenant, id from tollgate_data.${table} where ${at} < ${instant('$1')} limit $2 for update skip locked
  ) returning tenant, id
)${table === 'alerts' ? deliveries : ''}
select count(*)::int as count from gone`;
}

/** Removes what people decided and were told long ago; the audit log keeps what was done. */
export async function* pruneHistory(
  client: Queries,
  nowMicros: number,
): AsyncGenerator<{ readonly table: (typeof tables)[number]['table']; readonly rows: number }, void, undefined> {
  for (const each of tables) {
    let count = ROWS_A_BATCH;
    while (count === ROWS_A_BATCH) {
      const [row] = await client.query<{ count: number }>(sqlOf(each), [nowMicros - HISTORY_KEPT_MICROS, ROWS_A_BATCH]);
      count = row?.count ?? 0;
      if (count > 0) yield { table: each.table, rows: count };
    }
  }
}
