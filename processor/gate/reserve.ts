import { TollgateError } from '../../src/errors.ts';
import { Bounds } from '../../src/policy/bound.ts';
import type { PolicyRule } from '../../src/policy/budget.ts';
import { type Decision, type DecisionRequest, factsOfRequest, type OuterVerdict } from '../../src/policy/decision.ts';
import { candidateModels, type CounterState, evaluate, type Verdict } from '../../src/policy/evaluate.ts';
import type { CallFacts } from '../../src/policy/posting.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { PriceBook } from '../prices/priceBook.ts';
import { alertsOfDecision } from '../alerts/alertsOfDecision.ts';
import { type Approval, unreservedDecision } from './approvals.ts';
import type { Books } from './books.ts';
import { type Names, noNames, type Operation } from './operation.ts';
import { isLiving, type Reservation } from './reservations.ts';

/** What a decision needs beside the books. */
export interface Rulebook {
  readonly rules: readonly PolicyRule[];
  readonly prices: Pick<PriceBook, 'snapshot'>;
}

export interface AskedDecision {
  /** Chosen before the first attempt: of a batch whose commit nobody confirmed, it tells whether it is there. */
  readonly id: string;
  readonly request: DecisionRequest;
  readonly outer: OuterVerdict | null;
}

const MICROS_A_MS = 1000;
/** How long a decision waits for a person. */
const APPROVAL_WAIT_MICROS = 86_400_000_000;

/** Decides and reserves. Throws `conflict` where the key was used for another body. */
export function reserving(rulebook: Rulebook, asked: AskedDecision): Operation<Decision> {
  const { id, request } = asked;
  const { tenant, idempotencyKey: key } = request;
  return {
    turn: 'reserve',
    names: (isRepeated): Names => {
      const own = isRepeated ? [{ tenant, id }] : [];
      return { reservations: own, approvals: own, keys: key === null ? [] : [{ tenant, key }] };
    },
    places: (_held, policy, nowMicros) => placesOf(rulebook, policy, asked, nowMicros),
    apply(books) {
      const given = givenAnswer(books, asked);
      if (given !== null) return given;
      const verdict = evaluateNow(rulebook, books, asked, false);
      const decision = decisionOf(asked, verdict, books.nowMicros);
      const alerts = alertsOfDecision(request, decision, books.nowMicros);
      freeKey(books, request);
      if (decision.effect === 'require_approval') {
        books.askApproval(approvalOfDecision(asked, decision, books.nowMicros));
      } else if (decision.expiresAtMicros !== null) {
        books.reserve(reservationOfVerdict(asked, verdict, decision, books.nowMicros));
      }
      books.alert(alerts);
      return decision;
    },
  };
}

/** What `reserving` would answer now to somebody who never asked before, and the counters that it looked at. */
export interface Preview {
  readonly decision: Decision;
  /** Of the budgets that match the call with the model that it asked for. */
  readonly budgets: readonly CounterState[];
}

/** Reserves nothing. */
export function previewing(rulebook: Rulebook, asked: AskedDecision): Operation<Preview> {
  const { request } = asked;
  return {
    turn: 'reserve',
    names: () => noNames,
    places: (_held, policy, nowMicros) => placesOf(rulebook, policy, asked, nowMicros),
    apply: (books) => ({
      decision: decisionOf(asked, evaluateNow(rulebook, books, asked, false), books.nowMicros),
      budgets: books.countersOf(factsOfRequest(request, request.call?.model ?? null)),
    }),
  };
}

/** The counters that the evaluation may ask for: the answer may be another model, which other budgets match. */
export function placesOf(
  { rules }: Rulebook,
  policy: Policy,
  { request, outer }: AskedDecision,
  atMicros: number,
): { readonly facts: CallFacts; readonly atMicros: number }[] {
  const models = request.call === null ? [null] : candidateModels(policy, rules, request, outer);
  return models.map((model) => ({ facts: factsOfRequest(request, model), atMicros }));
}

export function evaluateNow(
  { rules, prices }: Rulebook,
  books: Books,
  { request, outer }: AskedDecision,
  isApproved: boolean,
): Verdict {
  // One snapshot for all models that are tried.
  const { pricing, overridesOf } = prices.snapshot;
  const overrides = overridesOf(request.tenant);
  return evaluate({
    request,
    rules,
    outer,
    bounds: new Bounds((asked) => pricing.cardOf(asked, overrides)),
    atMs: Math.floor(books.nowMicros / MICROS_A_MS),
    countersOf: (model) => books.countersOf(factsOfRequest(request, model)),
    isApproved,
  });
}

export function decisionOf({ id, request }: AskedDecision, verdict: Verdict, nowMicros: number): Decision {
  const { effect, model, maxOutputTokens, reasons, stopStreams } = verdict;
  if (request.call === null || effect === 'deny' || effect === 'require_approval') {
    return unreservedDecision(id, effect, reasons);
  }
  const newModel = model === request.call.model ? null : model;
  return {
    decisionId: id,
    effect,
    reservedFemtoUsd: verdict.boundFemtoUsd,
    reservedTokens: verdict.boundTokens,
    expiresAtMicros: nowMicros + request.ttlMs * MICROS_A_MS,
    modify: newModel === null && maxOutputTokens === null ? null : { model: newModel, maxOutputTokens },
    stopStreams,
    reasons,
  };
}

export function reservationOfVerdict(
  { id, request }: AskedDecision,
  { model, boundFemtoUsd, boundTokens }: Verdict,
  answer: Decision,
  nowMicros: number,
): Reservation {
  return {
    id,
    idempotencyKey: request.idempotencyKey,
    requestHash: request.requestHash,
    answer,
    facts: factsOfRequest(request, model),
    decidedMicros: nowMicros,
    expiresMicros: nowMicros + request.ttlMs * MICROS_A_MS,
    ttlMs: request.ttlMs,
    boundFemtoUsd,
    boundTokens,
    phase: 'open',
    rank: 0,
    settledFemtoUsd: null,
    settledTokens: 0,
    claims: 0,
    exactClaims: 0,
    unpricedClaims: 0,
    claimedFemtoUsd: 0n,
    claimedUnpricedCalls: 0,
    claimedTokens: 0,
    claimedCalls: 0,
  };
}

function approvalOfDecision({ id, request, outer }: AskedDecision, answer: Decision, nowMicros: number): Approval {
  return {
    tenant: request.tenant,
    id,
    state: 'waiting',
    request,
    outer,
    answer,
    requestedMicros: nowMicros,
    expiresMicros: nowMicros + APPROVAL_WAIT_MICROS,
    decidedMicros: null,
    keyId: null,
    keyName: null,
    isKeyTaken: false,
  };
}

/** What was answered already: to this very request in a batch that was committed after all, or under its key. */
function givenAnswer(books: Books, { id, request }: AskedDecision): Decision | null {
  const { tenant, idempotencyKey: key, requestHash } = request;
  const own = books.reservations.byId(tenant, id) ?? books.approvals.byId(tenant, id);
  if (own !== null) return own.answer;
  if (key === null) return null;
  const reservation = books.reservations.byKey(tenant, key);
  if (reservation !== null && isLiving(reservation) && reservation.expiresMicros > books.nowMicros) {
    return sameBody(key, requestHash, reservation.requestHash, reservation.answer);
  }
  const approval = books.approvals.byKey(tenant, key);
  if (approval !== null && approval.expiresMicros > books.nowMicros) {
    return sameBody(key, requestHash, approval.request.requestHash, approval.answer);
  }
  return null;
}

function sameBody(key: string, asked: string, kept: string, answer: Decision): Decision {
  if (asked === kept) return answer;
  throw new TollgateError(
    'conflict',
    `idempotency_key ${key}: another body was sent under it, and its reservation lives.`,
  );
}

/** A key whose reservation has ended is asked anew; who waited under it in vain is told no. */
function freeKey(books: Books, { tenant, idempotencyKey: key }: DecisionRequest): void {
  if (key === null) return;
  const reservation = books.reservations.byKey(tenant, key);
  if (reservation !== null) books.change(reservation, { idempotencyKey: null });
  const approval = books.approvals.byKey(tenant, key);
  if (approval !== null) books.decideApproval(approval, expiredApproval(approval, books.nowMicros));
}

/** Nobody decided in time. */
export function expiredApproval({ id, answer }: Approval, nowMicros: number): Partial<Approval> {
  return { state: 'expired', decidedMicros: nowMicros, answer: unreservedDecision(id, 'deny', answer.reasons) };
}
