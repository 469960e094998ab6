import type { CounterAmounts } from '../../src/policy/amounts.ts';
import { type Column, encodeColumns, femtoUsd, int8, namesOf, text, timestamptz, unnestOf } from '../store/columns.ts';
import type { Queries } from '../store/database.ts';
import { femtoOfAmount, type NamedCounter } from './counterRows.ts';

/** All that a transaction may change of a counter. */
export interface CounterUpdate extends NamedCounter {
  readonly amounts: CounterAmounts;
  readonly raised: bigint;
  readonly rolledToMicros: number | null;
  readonly updatedMicros: number;
}

const amount =
  (of: (row: CounterUpdate) => bigint) =>
  (row: CounterUpdate): bigint =>
    femtoOfAmount(row.place.inForce.budget.limit.unit, of(row));

const changed: readonly Column<CounterUpdate>[] = [
  femtoUsd(
    'spent',
    amount((row) => row.amounts.spent),
  ),
  femtoUsd(
    'reserved',
    amount((row) => row.amounts.reserved),
  ),
  femtoUsd(
    'overrun',
    amount((row) => row.amounts.overrun),
  ),
  femtoUsd(
    'expired_unsettled',
    amount((row) => row.amounts.expiredUnsettled),
  ),
  femtoUsd(
    'raised',
    amount((row) => row.raised),
  ),
  timestamptz('rolled_to', (row) => row.rolledToMicros),
  timestamptz('updated_at', (row) => row.updatedMicros),
];
const columns: readonly Column<CounterUpdate>[] = [
  text('tenant', ({ place }) => place.tenant),
  int8('id', ({ id }) => id),
  ...changed,
];

/** The amounts themselves, not what is added: the rows are locked. */
const sql = `
update tollgate_data.counters as kept
set ${changed.map(({ name }) => `${name} = given.${name}`).join(', ')}
from ${unnestOf(columns)} as given (${namesOf(columns)})
where kept.tenant = given.tenant and kept.id = given.id`;

export async function updateCounters(client: Queries, updates: readonly CounterUpdate[]): Promise<void> {
  await client.query(sql, encodeColumns(columns, updates));
}
