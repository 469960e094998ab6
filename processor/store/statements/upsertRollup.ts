import { rollups, type Rollup } from '../../../src/ledger.ts';
import { encodeColumns, namesOf, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import { measureNames } from '../ledgerRows.ts';
import { rollupColumns, rollupKeyColumns, type RollupRow } from '../rollUp.ts';

const statements = new Map(rollups.map((rollup) => [rollup, { columns: rollupColumns(rollup), sql: sqlOf(rollup) }]));

function sqlOf(rollup: Rollup): string {
  const columns = rollupColumns(rollup);
  const names = namesOf(columns);
  const sums = measureNames.map((name) => `${name} = kept.${name} + excluded.${name}`);
  const seen = [
    'first_seen = least(kept.first_seen, excluded.first_seen)',
    'last_seen = greatest(kept.last_seen, excluded.last_seen)',
  ];
  return `
insert into tollgate_data.${rollup.table} as kept (${names})
select ${names} from ${unnestOf(columns)} as given (${names})
on conflict (${namesOf(rollupKeyColumns(rollup))}) do update
set ${[...sums, ...(rollup.seen ? seen : [])].join(', ')}`;
}

/** Adds to a rollup, row by row in the order given: `rollUp` sorts them, so that replicas never wait in a ring. */
export async function upsertRollup(client: Queries, rollup: Rollup, rows: readonly RollupRow[]): Promise<void> {
  const statement = statements.get(rollup);
  if (statement === undefined) throw new Error(`expected one of the rollups, found ${rollup.table}`);
  await client.query(statement.sql, encodeColumns(statement.columns, rows));
}
