import type { Queries } from '../database.ts';
import { measureNames } from '../ledgerRows.ts';
import { IN_DAY } from './selectBookingFaults.ts';

/** What the ledger of a day came to for one tenant. Numbers are decimal text. */
export interface ClosingBalance {
  readonly tenant: string;
  readonly entry_count: string;
  readonly call_count: string;
  readonly calls: string;
  readonly cost_usd: string;
}

/** No conflict clause: a day that has a balance already has been closed, and must not be closed again. */
const sql = `
insert into tollgate_data.closing_balances (tenant, day, closed_at, entry_count, call_count, ${measureNames.join(', ')})
select tenant, $1::date, $2::timestamptz, coalesce(entry_count, 0), coalesce(call_count, 0), ${measureNames.map((name) => `coalesce(booked.${name}, 0)`).join(', ')}
from (
  select tenant, count(*) as entry_count, ${measureNames.map((name) => `sum(${name}) as ${name}`).join(', ')}
  from tollgate_data.ledger where ${IN_DAY} group by tenant
) as booked
full join (
  select tenant, count(*) as call_count from tollgate_data.calls where ${IN_DAY} group by tenant
) as kept using (tenant)
order by tenant
returning tenant, entry_count::text, call_count::text, calls::text, trim_scale(cost_usd)::text as cost_usd`;

/** Writes down what the ledger of a day comes to, tenant by tenant. */
export async function insertClosingBalances(
  client: Queries,
  day: string,
  at: Date,
): Promise<readonly ClosingBalance[]> {
  return client.query<ClosingBalance>(sql, [day, at]);
}
