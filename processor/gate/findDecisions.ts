import type { Decision } from '../../src/policy/decision.ts';
import { encodeColumns, namesOf, unnestOf } from '../store/columns.ts';
import type { Queries } from '../store/database.ts';
import { approvalColumns, approvalOf, type ApprovalRow } from './approvals.ts';
import { type Asker, isAbout } from './asker.ts';
import {
  type DecisionName,
  idColumns,
  reservationColumns,
  reservationOf,
  type ReservationRow,
} from './reservations.ts';

/** The answer under an id: of a reservation, else of a decision that waits or waited for a person. */
export async function findDecision(queries: Queries, asker: Asker, id: string): Promise<Decision | null> {
  const { tenant } = asker;
  const [reservation] = await queries.query<ReservationRow>(
    `select ${reservationColumns} from tollgate_data.reservations as kept where kept.tenant = $1 and kept.id = $2::uuid`,
    [tenant, id],
  );
  if (reservation !== undefined) return isAbout(asker, reservation.agent) ? reservationOf(reservation).answer : null;
  const [approval] = await queries.query<ApprovalRow>(
    `select ${approvalColumns} from tollgate_data.approvals as kept where kept.tenant = $1 and kept.id = $2::uuid`,
    [tenant, id],
  );
  if (approval === undefined) return null;
  const { request, answer } = approvalOf(approval);
  return isAbout(asker, request.subject.agent) ? answer : null;
}

const decidedSql = `
select kept.tenant, kept.id from tollgate_data.approvals as kept
join ${unnestOf(idColumns)} as given (${namesOf(idColumns)}) on kept.tenant = given.tenant and kept.id = given.id
where kept.state <> 'waiting'`;

/** Those of the names that wait no more. */
export async function selectDecided(
  queries: Queries,
  names: readonly DecisionName[],
): Promise<readonly DecisionName[]> {
  return queries.query<DecisionName>(decidedSql, encodeColumns(idColumns, names));
}
