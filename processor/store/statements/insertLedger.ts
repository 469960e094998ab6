import { encodeColumns, namesOf, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import { ledgerColumns, type LedgerRow } from '../ledgerRows.ts';

const names = namesOf(ledgerColumns);

/** No conflict clause: an entry that is there already is a fault, and must fail the transaction. */
const sql = `
insert into tollgate_data.ledger (${names})
select ${names} from ${unnestOf(ledgerColumns)} as given (${names})`;

export async function insertLedger(client: Queries, rows: readonly LedgerRow[]): Promise<void> {
  await client.query(sql, encodeColumns(ledgerColumns, rows));
}
