import { type Column, encodeColumns, int2, int4, namesOf, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import { priceColumns, type StoredPrice } from '../priceColumns.ts';
import { identityColumns, type Identity, sameIdentity } from '../rows.ts';
import { isWithinBounds, startBounds } from '../startBounds.ts';

/** A stored call that has another price than before. */
export interface RepricedRow extends Identity {
  readonly stored: StoredPrice;
  readonly figuresRank: number;
  readonly entryCount: number;
}

const changed: readonly Column<RepricedRow>[] = [
  ...priceColumns<RepricedRow>(({ stored }) => stored),
  int2('figures_rank', (row) => row.figuresRank),
  int4('entry_count', (row) => row.entryCount),
];
const columns: readonly Column<RepricedRow>[] = [...identityColumns, ...changed];

const sql = `
update tollgate_data.calls as kept
set ${changed.map(({ name }) => `${name} = given.${name}`).join(', ')}
from ${unnestOf(columns)} as given (${namesOf(columns)})
where ${sameIdentity('kept')} and ${isWithinBounds('kept', columns.length + 1)}`;

export async function updatePrices(client: Queries, rows: readonly RepricedRow[]): Promise<void> {
  const bounds = startBounds(rows.map(({ startMicros }) => startMicros));
  await client.query(sql, [...encodeColumns(columns, rows), ...bounds]);
}
