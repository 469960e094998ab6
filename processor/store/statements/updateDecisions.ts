import { type Decided, decidedColumns } from '../attributionColumns.ts';
import { type Column, encodeColumns, int4, namesOf, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import { type CallLink, linkColumns } from '../linkColumns.ts';
import { identityColumns, type Identity, sameIdentity } from '../rows.ts';
import { isWithinBounds, startBounds } from '../startBounds.ts';

/** A stored call about which something else is decided than before. */
export interface DecisionRow extends Identity {
  readonly decided: Decided;
  readonly entryCount: number;
  readonly link: CallLink;
}

const changed: readonly Column<DecisionRow>[] = [
  ...decidedColumns<DecisionRow>(({ decided }) => decided),
  int4('entry_count', (row) => row.entryCount),
  ...linkColumns<DecisionRow>(({ link }) => link),
];
const columns: readonly Column<DecisionRow>[] = [...identityColumns, ...changed];

const sql = `
update tollgate_data.calls as kept
set ${changed.map(({ name }) => `${name} = given.${name}`).join(', ')}
from ${unnestOf(columns)} as given (${namesOf(columns)})
where ${sameIdentity('kept')} and ${isWithinBounds('kept', columns.length + 1)}`;

export async function updateDecisions(client: Queries, rows: readonly DecisionRow[]): Promise<void> {
  const bounds = startBounds(rows.map(({ startMicros }) => startMicros));
  await client.query(sql, [...encodeColumns(columns, rows), ...bounds]);
}
