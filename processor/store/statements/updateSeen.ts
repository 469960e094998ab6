import { NO_DIMENSION, type Rollup } from '../../../src/ledger.ts';
import { encodeColumns, namesOf, text, timestamptz, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import { DAY_MICROS, rollupKeyColumns, type RollupRow } from '../rollUp.ts';
import { isWithinBounds, startBounds } from '../startBounds.ts';

/**
 * Takes first and last start anew from the calls in force, where the first or last call was booked back: what went with it cannot
 * be subtracted. The search begins where the call that went stood, and what it steps over is no later search's. The rows are
 * locked already (they have just been added to), so no other replica's calls are missed: those add themselves after this
 * transaction.
 */
export async function updateSeen(client: Queries, rollup: Rollup, rows: readonly RollupRow[]): Promise<void> {
  const columns = [
    ...rollupKeyColumns(rollup),
    timestamptz<RollupRow>('first_at', (row) => row.firstMicros),
    timestamptz<RollupRow>('last_at', (row) => row.lastMicros),
    ...rollup.dimensions.map((name) => text<RollupRow>(name, (row) => row.dimensions[name])),
  ];
  const matches = rollup.dimensions.map((name) => `coalesce(call.${name}, '${NO_DIMENSION}') = kept.${name}`);
  const nearest = (order: 'asc' | 'desc'): string => `
  select call.started_at from tollgate_data.calls as call
  where call.tenant = kept.tenant and call.started_at >= kept.first_seen and call.started_at <= kept.last_seen
    and ${isWithinBounds('call', columns.length + 1)}
    and call.charge = 'charged' and ${matches.join(' and ')}
  order by call.started_at ${order} limit 1`;
  const days = startBounds(rows.flatMap(({ periodMicros }) => [periodMicros, periodMicros + DAY_MICROS]));
  await client.query(
    `update tollgate_data.${rollup.table} as kept
set
  first_seen = case when kept.first_seen < given.first_at then kept.first_seen else coalesce((${nearest('asc')}), kept.first_seen) end,
  last_seen = case when kept.last_seen > given.last_at then kept.last_seen else coalesce((${nearest('desc')}), kept.last_seen) end
from ${unnestOf(columns)} as given (${namesOf(columns)})
where kept.tenant = given.tenant and kept.day = given.day and kept.dims = given.dims
  and (kept.first_seen >= given.first_at or kept.last_seen <= given.last_at)`,
    [...encodeColumns(columns, rows), ...days],
  );
}
