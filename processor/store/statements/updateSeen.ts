import { NO_DIMENSION, type Rollup } from '../../../src/ledger.ts';
import { encodeColumns, namesOf, text, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import { rollupKeyColumns, type RollupRow } from '../rollUp.ts';

/**
 * Takes first and last start anew from the calls in force, where a call was booked back: the maximum that went with it
 * cannot be subtracted. The rows are locked already (they have just been added to), so no other replica's calls are missed:
 * those add themselves after this transaction.
 */
export async function updateSeen(client: Queries, rollup: Rollup, rows: readonly RollupRow[]): Promise<void> {
  const columns = [
    ...rollupKeyColumns(rollup),
    ...rollup.dimensions.map((name) => text<RollupRow>(name, (row) => row.dimensions[name])),
  ];
  const matches = rollup.dimensions.map((name) => `coalesce(call.${name}, '${NO_DIMENSION}') = given.${name}`);
  await client.query(
    `update tollgate_data.${rollup.table} as kept
set first_seen = seen.first, last_seen = seen.last
from ${unnestOf(columns)} as given (${namesOf(columns)})
cross join lateral (
  select min(call.started_at) as first, max(call.started_at) as last
  from tollgate_data.calls as call
  where call.tenant = given.tenant
    and call.started_at >= given.day::timestamp at time zone 'UTC'
    and call.started_at < (given.day + 1)::timestamp at time zone 'UTC'
    and call.charge = 'charged'
    and ${matches.join(' and ')}
) as seen
where kept.tenant = given.tenant and kept.day = given.day and kept.dims = given.dims and seen.first is not null`,
    encodeColumns(columns, rows),
  );
}
