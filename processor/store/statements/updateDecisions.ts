import { type Decided, decidedColumns } from '../attributionColumns.ts';
import { type Column, encodeColumns, int4, namesOf, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import { identityColumns, type Identity, sameIdentity } from '../rows.ts';

/** A stored call about which something else is decided than before. */
export interface DecisionRow extends Identity {
  readonly decided: Decided;
  readonly entryCount: number;
}

const changed: readonly Column<DecisionRow>[] = [
  ...decidedColumns<DecisionRow>(({ decided }) => decided),
  int4('entry_count', (row) => row.entryCount),
];
const columns: readonly Column<DecisionRow>[] = [...identityColumns, ...changed];

const sql = `
update tollgate_data.calls as kept
set ${changed.map(({ name }) => `${name} = given.${name}`).join(', ')}
from ${unnestOf(columns)} as given (${namesOf(columns)})
where ${sameIdentity('kept')}`;

export async function updateDecisions(client: Queries, rows: readonly DecisionRow[]): Promise<void> {
  await client.query(sql, encodeColumns(columns, rows));
}
