import { TollgateError } from '../../src/errors.ts';
import { type Decision, factsOfRequest } from '../../src/policy/decision.ts';
import type { Actor } from '../access/auditLog.ts';
import { alertsOfDecision } from '../alerts/alertsOfDecision.ts';
import { amountJson } from '../alerts/amountJson.ts';
import { type Approval, unreservedDecision } from './approvals.ts';
import type { Books } from './books.ts';
import type { Operation } from './operation.ts';
import type { DecisionName } from './reservations.ts';
import { decisionOf, evaluateNow, placesOf, reservationOfVerdict, type Rulebook } from './reserve.ts';

export interface ApprovalVerdict {
  readonly approve: boolean;
  readonly actor: Actor;
  readonly note: string | null;
}

/**
 * Decides in a person's name about a decision that waits. Approved, each budget that does not fit is raised by what is missing, and
 * the reservation is made under the decision's id. Throws `not_found`, and `conflict` where it was decided otherwise or expired.
 */
export function approving(
  rulebook: Rulebook,
  { tenant, id }: DecisionName,
  verdict: ApprovalVerdict,
): Operation<Decision> {
  return {
    turn: 'approve',
    names: () => ({ reservations: [], approvals: [{ tenant, id }], keys: [] }),
    places(held, policy, nowMicros) {
      const approval = held.approvals.byId(tenant, id);
      if (approval === null || approval.state !== 'waiting' || !verdict.approve) return [];
      return placesOf(rulebook, policy, approval, nowMicros);
    },
    apply(books) {
      const approval = books.approvals.byId(tenant, id);
      if (approval === null) throw new TollgateError('not_found', `No decision ${id} waits for approval.`);
      if (approval.state !== 'waiting') return decidedAlready(approval, verdict);
      if (approval.expiresMicros <= books.nowMicros) throw conflictOf(id, 'expired');
      return verdict.approve ? approveNow(rulebook, books, approval, verdict) : refuseNow(books, approval, verdict);
    },
  };
}

function decidedAlready({ id, state, answer }: Approval, { approve }: ApprovalVerdict): Decision {
  if (state === (approve ? 'approved' : 'refused')) return answer;
  throw conflictOf(id, state);
}

function conflictOf(id: string, state: Approval['state']): TollgateError {
  return new TollgateError('conflict', `decision ${id}: expected one that waits for approval, found it ${state}.`);
}

/** The answer may still be a refusal: a person lets pass what asked for one, not what another policy denies. */
function approveNow(rulebook: Rulebook, books: Books, approval: Approval, { actor, note }: ApprovalVerdict): Decision {
  const { tenant, id, request } = approval;
  const verdict = evaluateNow(rulebook, books, approval, true);
  const decision = decisionOf(approval, verdict, books.nowMicros);
  const raised = decision.effect === 'deny' ? [] : verdict.missing;
  const facts = factsOfRequest(request, verdict.model);
  const alerts = alertsOfDecision(request, decision, books.nowMicros);
  for (const { budget, amount } of raised) books.raise(facts, budget.id, amount);
  if (decision.expiresAtMicros !== null) {
    books.reserve({
      ...reservationOfVerdict(approval, verdict, decision, books.nowMicros),
      idempotencyKey: approval.isKeyTaken ? null : request.idempotencyKey,
    });
  }
  books.decideApproval(approval, { ...decidedBy(books, actor), state: 'approved', answer: decision });
  const raises = raised.map(({ budget: { budget }, key, amount }) => ({
    budget: budget.name,
    key,
    ...amountJson('raised', budget.limit.unit, amount),
  }));
  books.note({
    actor,
    tenant,
    name: 'approval.approve',
    detail: { decision_id: id, effect: decision.effect, note, raises },
  });
  books.alert(alerts);
  return decision;
}

function refuseNow(books: Books, approval: Approval, { actor, note }: ApprovalVerdict): Decision {
  const { tenant, id } = approval;
  const decision = unreservedDecision(id, 'deny', approval.answer.reasons);
  books.decideApproval(approval, { ...decidedBy(books, actor), state: 'refused', answer: decision });
  books.note({ actor, tenant, name: 'approval.refuse', detail: { decision_id: id, note } });
  return decision;
}

function decidedBy({ nowMicros }: Books, { keyId, keyName }: Actor): Partial<Approval> {
  return { decidedMicros: nowMicros, keyId, keyName };
}
