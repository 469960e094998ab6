import type { AuditDifference } from '../store/auditDifference.ts';
import type { Queries } from '../store/database.ts';
import { instant } from './budgetRows.ts';

/** The bits of `figures_rank` that say whose the usage is and that none is missing: `hasExactUsage`. */
const EXACT = '(figures_rank & 384) = 384';
const names = [
  'claims',
  'exact_claims',
  'unpriced_claims',
  'claimed_usd',
  'claimed_unpriced_calls',
  'claimed_tokens',
  'claimed_calls',
];
/** A claim of unknown cost is exact only where the bound has no price either. */
const sums = names.map((name) => {
  const notExact =
    name === 'exact_claims'
      ? ' - (case when kept.bound_usd is null then 0 else claimed.exact_unpriced_claims end)'
      : '';
  return `coalesce(claimed.${name}${notExact}, 0)::numeric as ${name}`;
});

function record(prefix: string): string {
  return `jsonb_build_object(${names.map((name) => `'${name}', trim_scale(${prefix}${name})::text`).join(', ')})`;
}

/** A call whose reservation is gone is no difference: reservations are removed when nothing can be posted for them any more. */
const sql = `
with claimed as (
  select tenant, reservation_id as id, count(*) as claims, count(*) filter (where ${EXACT}) as exact_claims,
    count(*) filter (where ${EXACT} and cost_usd is null) as exact_unpriced_claims,
    count(*) filter (where cost_usd is null) as unpriced_claims,
    sum(cost_usd) filter (where charge = 'charged') as claimed_usd,
    count(*) filter (where charge = 'charged' and cost_usd is null) as claimed_unpriced_calls,
    sum(input_tokens + output_tokens) filter (where charge = 'charged') as claimed_tokens,
    count(*) filter (where charge = 'charged') as claimed_calls
  from tollgate_data.calls
  where reservation_id is not null and charge <> 'pending'
  group by tenant, reservation_id
), compared as (
  select kept.tenant, kept.id, ${sums.join(', ')},
    ${names.map((name) => `kept.${name}::numeric as kept_${name}`).join(', ')}
  from tollgate_data.reservations as kept left join claimed on claimed.tenant = kept.tenant and claimed.id = kept.id
  where kept.decided_at >= ${instant('$1')}
)
select jsonb_build_object('tenant', tenant, 'id', id) as key, ${record('')} as expected, ${record('kept_')} as found
from compared
where (${names.join(', ')}) <> (${names.map((name) => `kept_${name}`).join(', ')})
limit $2`;

/** Reservations decided since, whose claims are not what their calls add up to. */
export async function selectClaimDifferences(
  client: Queries,
  fromMicros: number,
  limit: number,
): Promise<readonly AuditDifference[]> {
  const rows = await client.query<Omit<AuditDifference, 'table'>>(sql, [fromMicros, limit]);
  return rows.map(({ key, expected, found }) => ({ table: 'reservations', key, expected, found }));
}
