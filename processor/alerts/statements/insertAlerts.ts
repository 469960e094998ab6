import {
  encodeColumns,
  jsonb,
  namesOf,
  storableJson,
  text,
  timestamptz,
  unnestOf,
  type Column,
} from '../../store/columns.ts';
import type { Queries } from '../../store/database.ts';
import type { AlertContent, NewAlert } from '../newAlert.ts';

type AlertRow = Omit<NewAlert, 'describe'> & AlertContent;

const columns: readonly Column<AlertRow>[] = [
  text('tenant', (row) => row.tenant),
  text('event_key', (row) => row.eventKey),
  text('type', (row) => row.type),
  text('severity', (row) => row.severity),
  text('budget', (row) => row.budget),
  timestamptz('at', (row) => row.atMicros),
  text('message', (row) => row.message),
  jsonb('data', (row) => storableJson(row.data)),
];

const names = namesOf(columns);

const sql = `
insert into tollgate_data.alerts (${names})
select ${names} from ${unnestOf(columns)} as given (${names})
on conflict (tenant, event_key) do nothing
returning tenant, id, event_key`;

export interface InsertedAlert {
  readonly tenant: string;
  readonly id: string;
  readonly event_key: string;
}

/** Inserts alerts in the order given, which has to be that of their keys, and returns those that were not there. */
export function insertAlerts(client: Queries, rows: readonly AlertRow[]): Promise<InsertedAlert[]> {
  return client.query<InsertedAlert>(sql, encodeColumns(columns, rows));
}
