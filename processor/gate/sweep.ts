import type { Alerts } from '../alerts/alerts.ts';
import type { Database, Queries } from '../store/database.ts';
import { type Approval, type ApprovalRow, approvalColumns, approvalOf } from './approvals.ts';
import { type BatchParts, readClock } from './batch.ts';
import { Books, Held } from './books.ts';
import { lockCounters } from './counters.ts';
import { type Reservation, reservationColumns, reservationOf, type ReservationRow } from './reservations.ts';
import { expiredApproval } from './reserve.ts';

/** Rows that one transaction ends. */
const SWEPT_MAX = 500;
/** How long a call that nobody settled is presumed to have been made. */
const PRESUMED_MICROS = 86_400_000_000;

/** Whoever is at work on a row ends it himself or leaves it for the next time; so nothing is waited for. */
const expiredSql = `
select ${reservationColumns} from tollgate_data.reservations as kept
where kept.phase = $1 and kept.rank < 2 and kept.exact_claims = 0 and kept.phase in ('open', 'presumed')
  and kept.expires_at <= '1970-01-01'::timestamptz + $2::bigint * interval '1 microsecond'
order by kept.expires_at limit ${SWEPT_MAX} for update of kept skip locked`;

const overdueSql = `
select ${approvalColumns} from tollgate_data.approvals as kept
where kept.state = 'waiting' and kept.expires_at <= '1970-01-01'::timestamptz + $1::bigint * interval '1 microsecond'
order by kept.expires_at limit ${SWEPT_MAX} for update of kept skip locked`;
