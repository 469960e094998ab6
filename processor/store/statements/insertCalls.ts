import { encodeColumns, namesOf, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import { callColumns, type CallRow } from '../rows.ts';

const names = namesOf(callColumns);

/** No conflict clause: the trace is locked and was read, so a row that is there already is a fault, and must fail the transaction. */
const sql = `
insert into tollgate_data.calls (${names})
select ${names} from ${unnestOf(callColumns)} as given (${names})`;

export async function insertCalls(client: Queries, rows: readonly CallRow[]): Promise<void> {
  await client.query(sql, encodeColumns(callColumns, rows));
}
