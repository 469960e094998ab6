import { encodeColumns, int8, namesOf, text, unnestOf, type Column } from '../../store/columns.ts';
import type { Queries } from '../../store/database.ts';

interface NewDelivery {
  readonly tenant: string;
  readonly alertId: string;
  readonly endpoint: string;
}

const columns: readonly Column<NewDelivery>[] = [
  text('tenant', (row) => row.tenant),
  int8('alert_id', (row) => BigInt(row.alertId)),
  text('endpoint', (row) => row.endpoint),
];

const names = namesOf(columns);

const sql = `
insert into tollgate_data.webhook_deliveries (${names}, state, next_at)
select ${names}, 'pending', statement_timestamp() from ${unnestOf(columns)} as given (${names})`;

export async function insertDeliveries(client: Queries, rows: readonly NewDelivery[]): Promise<void> {
  await client.query(sql, encodeColumns(columns, rows));
}
