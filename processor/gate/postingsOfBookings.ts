import type { Attribution } from '../../src/call.ts';
import type { BookedFacts } from '../../src/ledger.ts';
import type { CallFacts, PostedMeasures, SignedPosting } from '../../src/policy/posting.ts';
import { postingOfCharge, postingOfReservation } from '../../src/policy/postings.ts';
import type { CallLink } from '../store/linkColumns.ts';
import { bookedFactsOfSpan, type SettledSpan } from '../store/settledSpan.ts';
import type { ClaimedCalls, ClaimingDecision } from './claimedCalls.ts';
import { stateAfter } from './claims.ts';

/** A charged call, as budgets see it. */
interface ChargedCall {
  readonly facts: CallFacts;
  readonly atMicros: number;
  readonly measures: PostedMeasures;
  readonly isAdmitted: boolean;
}

/**
 * What is booked to budgets where these decisions change what the store has: of each call and of each reservation the posting it
 * had back, and the one it has now, where the two differ.
 */
export function postingsOfBookings({ changed, reclaimed }: ClaimedCalls): readonly SignedPosting[] {
  const postings: SignedPosting[] = [];
  const factsOf = new KnownFacts();
  for (const decision of changed) {
    const before = storedCharge(decision.span, factsOf);
    const after = decidedCharge(decision, factsOf);
    if (before !== null && after !== null && isSameCharge(before, after)) continue;
    if (before !== null) postings.push({ sign: -1, posting: postingOf(before) });
    if (after !== null) postings.push({ sign: 1, posting: postingOf(after) });
  }
  for (const reservation of reclaimed) {
    postings.push({ sign: -1, posting: postingOfReservation(reservation.state) });
    postings.push({ sign: 1, posting: postingOfReservation(stateAfter(reservation)) });
  }
  return postings;
}

function postingOf({ facts, atMicros, measures, isAdmitted }: ChargedCall) {
  return postingOfCharge(facts, atMicros, measures, isAdmitted);
}

function storedCharge({ tenant, startMicros, stored }: SettledSpan, factsOf: KnownFacts): ChargedCall | null {
  if (stored?.charge !== 'charged') return null;
  const { facts, attribution, link, requestModel, responseModel } = stored;
  return chargedCall(
    factsOf.of(tenant, { ...facts, requestModel, responseModel }, attribution),
    facts,
    startMicros,
    link,
  );
}

function decidedCharge({ span, charge, attribution, link }: ClaimingDecision, factsOf: KnownFacts): ChargedCall | null {
  if (charge !== 'charged') return null;
  const named = span.arrived?.call ?? span.stored;
  if (named === null) throw new Error(`expected a call, found the plain span ${span.spanId}`);
  const { requestModel, responseModel } = named;
  const booked = bookedFactsOfSpan(span);
  const facts = factsOf.of(span.tenant, { ...booked, requestModel, responseModel }, attribution);
  return chargedCall(facts, booked, span.startMicros, link);
}

function chargedCall(facts: CallFacts, { measures }: BookedFacts, startMicros: number, link: CallLink): ChargedCall {
  return {
    facts,
    atMicros: link.countedMicros ?? startMicros,
    measures: {
      femtoUsd: measures.costFemtoUsd,
      unpricedCalls: measures.unpricedCalls,
      tokens: measures.inputTokens + measures.outputTokens,
      calls: 1,
    },
    isAdmitted: link.reservationId !== null,
  };
}

function isSameCharge(one: ChargedCall, two: ChargedCall): boolean {
  return (
    // Facts that are equal are one object.
    one.facts === two.facts &&
    one.atMicros === two.atMicros &&
    one.isAdmitted === two.isAdmitted &&
    one.measures.femtoUsd === two.measures.femtoUsd &&
    one.measures.unpricedCalls === two.measures.unpricedCalls &&
    one.measures.tokens === two.measures.tokens
  );
}

type CallModels = Pick<BookedFacts, 'model' | 'provider' | 'service' | 'environment'> & {
  readonly requestModel: string | null;
  readonly responseModel: string | null;
};

/** One object for equal facts: budgets are matched once for each of them, and a group has few. */
class KnownFacts {
  readonly #known = new Map<string, CallFacts>();

  of(
    tenant: string,
    { model, provider, service, environment, requestModel, responseModel }: CallModels,
    { agent, user, session, run, tags }: Attribution,
  ): CallFacts {
    const asked = requestModel ?? model;
    const sorted = Object.entries(tags).sort(([one], [two]) => (one < two ? -1 : 1));
    const key = JSON.stringify([
      [tenant, agent, user, session, run],
      [asked, responseModel, provider, service, environment],
      sorted,
    ]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const facts: CallFacts = {
      tenant,
      agent,
      user,
      session,
      run,
      model: asked,
      responseModel,
      provider,
      service,
      environment,
      tags,
    };
    this.#known.set(key, facts);
    return facts;
  }
}
