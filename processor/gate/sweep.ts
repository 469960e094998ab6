import type { Database, Queries } from '../store/database.ts';
import { approvalColumns, approvalOf, type ApprovalRow } from './approvals.ts';
import { type BatchParts, readClock } from './batch.ts';
import { Books, Held } from './books.ts';
import { lockCounters } from './counters.ts';
import { type Reservation, reservationColumns, reservationOf, type ReservationRow } from './reservations.ts';
import { expiredApproval } from './reserve.ts';

/** Rows of each kind that one transaction ends. */
const SWEPT_MAX = 500;

/** `now()`, unlike `clock_timestamp()`, lets the index be used; it is the beginning of the transaction. */
const expired = `kept.phase = 'open' and kept.rank < 2 and kept.exact_claims = 0 and kept.expires_at <= now()`;
/** A call that nobody settled is presumed to have been made, for a day. */
const lapsed = `kept.phase = 'presumed' and kept.rank < 2 and kept.exact_claims = 0
  and kept.expires_at <= now() - interval '1 day'`;
const overdue = `kept.state = 'waiting' and kept.expires_at <= now()`;

const anySql = `
select exists (select from tollgate_data.reservations as kept where ${expired})
  or exists (select from tollgate_data.reservations as kept where ${lapsed})
  or exists (select from tollgate_data.approvals as kept where ${overdue}) as is_any`;

/** Whoever is at work on a row ends it himself or leaves it for the next time, so nothing is waited for. */
const lockDue = `order by kept.expires_at limit ${SWEPT_MAX} for update of kept skip locked`;

export interface Swept {
  readonly presumed: number;
  readonly lapsed: number;
  /** Approvals that nobody gave or refused in time. */
  readonly overdue: number;
}

const nothing: Swept = { presumed: 0, lapsed: 0, overdue: 0 };

/** Ends what has expired, up to a bounded number. */
export async function sweepOnce(database: Database, parts: BatchParts): Promise<Swept> {
  const [due] = await database.query<{ is_any: boolean }>(anySql);
  if (due?.is_any !== true) return nothing;
  return database.transaction((client) => endDue(client, parts));
}

async function endDue(client: Queries, { policies, windows, alerts }: BatchParts): Promise<Swept> {
  const policy = await policies.current(client);
  const { nowMicros } = await readClock(client, []);
  const living = await lockReservationsWhere(client, expired);
  const presumed = await lockReservationsWhere(client, lapsed);
  const waiting = (
    await client.query<ApprovalRow>(
      `select ${approvalColumns} from tollgate_data.approvals as kept where ${overdue} ${lockDue}`,
    )
  ).map(approvalOf);
  const reservations = [...living, ...presumed];
  const places = reservations.map(({ facts, decidedMicros }) => ({ facts, atMicros: decidedMicros }));
  const counters = await lockCounters(client, policy, windows, places, nowMicros);
  const books = new Books(nowMicros, policy, new Held(reservations, waiting), counters);
  for (const reservation of living) books.change(reservation, { phase: 'presumed' });
  for (const reservation of presumed) books.change(reservation, { phase: 'lapsed' });
  for (const approval of waiting) books.decideApproval(approval, expiredApproval(approval, nowMicros));
  await books.write(client, alerts);
  return { presumed: living.length, lapsed: presumed.length, overdue: waiting.length };
}

async function lockReservationsWhere(client: Queries, condition: string): Promise<readonly Reservation[]> {
  const rows = await client.query<ReservationRow>(
    `select ${reservationColumns} from tollgate_data.reservations as kept where ${condition} ${lockDue}`,
  );
  return rows.map(reservationOf);
}
