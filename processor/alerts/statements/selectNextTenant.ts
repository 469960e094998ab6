import type { Queries } from '../../store/database.ts';

const sql = `
select tenant, exists (
  select from tollgate_data.rollup_hourly as recent where recent.tenant = next.tenant and recent.hour >= $2
) as is_active
from (
  select tenant from tollgate_data.rollup_hourly where tenant > $1 order by tenant limit 1
) as next`;

export interface NextTenant {
  readonly tenant: string;
  /** It made calls since then. */
  readonly is_active: boolean;
}

/** The tenant after this one, in the order of their names; null at the end. */
export async function selectNextTenant(
  queries: Queries,
  after: string,
  activeSinceMicros: number,
): Promise<NextTenant | null> {
  const [row] = await queries.query<NextTenant>(sql, [after, new Date(activeSinceMicros / 1000)]);
  return row ?? null;
}
