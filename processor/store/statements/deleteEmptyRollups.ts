import type { Rollup } from '../../../src/ledger.ts';
import { encodeColumns, namesOf, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import { rollupKeyColumns, type RollupRow } from '../rollUp.ts';

/** Takes out the rows whose calls have all been booked back: lists would name an agent or session that spent nothing. */
export async function deleteEmptyRollups(client: Queries, rollup: Rollup, rows: readonly RollupRow[]): Promise<void> {
  const columns = rollupKeyColumns(rollup);
  const names = namesOf(columns);
  await client.query(
    `delete from tollgate_data.${rollup.table} as kept
using ${unnestOf(columns)} as given (${names})
where ${columns.map(({ name }) => `kept.${name} = given.${name}`).join(' and ')} and kept.calls = 0`,
    encodeColumns(columns, rows),
  );
}
