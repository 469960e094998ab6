import { encodeColumns, namesOf, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import { callColumns, type CallRow, identityColumns, sameIdentity } from '../rows.ts';
import { isWithinBounds, startBounds } from '../startBounds.ts';

const names = namesOf(callColumns);
const facts = callColumns.slice(identityColumns.length).map(({ name }) => name);

/** Rows that are there and locked get every fact of the better copy. An update, so that whoever waits for the row sees it. */
const sql = `
update tollgate_data.calls as kept
set ${facts.map((name) => `${name} = given.${name}`).join(', ')}
from ${unnestOf(callColumns)} as given (${names})
where ${sameIdentity('kept')} and ${isWithinBounds('kept', callColumns.length + 1)}`;

export async function replaceCalls(client: Queries, rows: readonly CallRow[]): Promise<void> {
  const bounds = startBounds(rows.map(({ startMicros }) => startMicros));
  await client.query(sql, [...encodeColumns(callColumns, rows), ...bounds]);
}
