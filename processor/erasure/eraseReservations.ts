import { postingOfReservation } from '../../src/policy/postings.ts';
import { reservationStateColumns, reservationStateOf, type ReservationStateRow } from '../gate/reservationState.ts';
import { encodeColumns, jsonb, namesOf, storableJson, unnestOf, uuid } from '../store/columns.ts';
import type { Queries } from '../store/database.ts';
import type { ErasedCounts } from './erasure.ts';
import type { ErasureRun } from './erasureRun.ts';
import { movePostings } from './eraseTraces.ts';
import { withoutUser } from './withoutUser.ts';

interface NamedReservation extends ReservationStateRow {
  readonly id: string;
  readonly answer: Readonly<Record<string, unknown>>;
}

/** In the order in which every transaction locks reservations. */
const lockSql = `
select kept.id, kept.answer, ${reservationStateColumns('kept')}
from tollgate_data.reservations as kept
where kept.tenant = $1 and kept.user_id = $2
order by kept.tenant, kept.id limit $3 for update of kept`;

interface ChangedReservation {
  readonly id: string;
  readonly answer: string;
}

const columns = [
  uuid<ChangedReservation>('id', ({ id }) => id),
  jsonb<ChangedReservation>('answer', ({ answer }) => answer),
];

const updateSql = `
update tollgate_data.reservations as kept set user_id = $4, answer = given.answer
from ${unnestOf(columns)} as given (${namesOf(columns)})
where kept.tenant = $3 and kept.id = given.id`;

/** Reservations count for the other id, and the answers given for them name it. */
export async function eraseReservations(run: ErasureRun): Promise<void> {
  while ((await run.commit((client) => eraseSome(client, run))) > 0);
}

async function eraseSome(client: Queries, { erasure, budgets, rowsABatch }: ErasureRun): Promise<ErasedCounts> {
  const { tenant, user, erasedAs } = erasure;
  const policy = await budgets.policies.current(client);
  const rows = await client.query<NamedReservation>(lockSql, [tenant, user, rowsABatch]);
  if (rows.length === 0) return {};
  const changed = rows.map(({ id, answer }) => ({
    id,
    answer: storableJson(withoutUser(answer, user, erasedAs).value),
  }));
  await client.query(updateSql, [...encodeColumns(columns, changed), tenant, erasedAs]);
  const postings = rows.map((row) => postingOfReservation(reservationStateOf(row)));
  await movePostings(client, { erasure, policy, windows: budgets.windows }, postings);
  return { reservations: rows.length };
}
