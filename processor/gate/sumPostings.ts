import type { Posting } from '../../src/policy/posting.ts';
import { postingOfReservation } from '../../src/policy/postings.ts';
import type { Queries } from '../store/database.ts';
import { instant } from './budgetRows.ts';
import { readPages } from './readPages.ts';
import { reservationStateColumns, reservationStateOf, type ReservationStateRow } from './reservationState.ts';
import { type AskedPostings, type ChargeSum, chargeStatement, postingsOfCharges } from './sumCharges.ts';

/** Postings of a page; their facts may hold 32 tags each. */
const PAGE_ROWS = 2000;

/**
 * The postings of all charged calls and reservations, as sums of those whose facts, windows and buckets are one to each of the
 * budgets asked for: from the calls and reservations that stand in the store, not from counters. Inside a transaction, in which
 * it reads with two cursors, one after the other; a page is read when the one before was taken.
 */
export async function* sumPostings(
  client: Queries,
  asked: AskedPostings,
): AsyncGenerator<readonly Posting[], void, undefined> {
  const charges = chargeStatement(asked);
  for await (const rows of readPages<ChargeSum>(client, charges, PAGE_ROWS)) {
    yield rows.flatMap((row) => postingsOfCharges(row));
  }
  const reservations = {
    text: `
select ${reservationStateColumns('reservation')} from tollgate_data.reservations as reservation
where ($1::text is null or reservation.tenant = $1) and reservation.decided_at >= ${instant('$2')}`,
    values: [asked.tenant, asked.fromMicros],
  };
  for await (const rows of readPages<ReservationStateRow>(client, reservations, PAGE_ROWS)) {
    yield rows.map((row) => postingOfReservation(reservationStateOf(row)));
  }
}
