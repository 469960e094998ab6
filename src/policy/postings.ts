import { noMeasures, type CallFacts, type PostedMeasures, type Posting, type ReservationState } from './posting.ts';

type Posted = Partial<Omit<Posting, 'facts' | 'atMicros'>>;

function posting(facts: CallFacts, atMicros: number, posted: Posted): Posting {
  return {
    facts,
    atMicros,
    spent: posted.spent ?? noMeasures,
    reserved: posted.reserved ?? noMeasures,
    presumed: posted.presumed ?? noMeasures,
    lapsed: posted.lapsed ?? noMeasures,
    overrun: posted.overrun ?? noMeasures,
    late: posted.late ?? noMeasures,
  };
}

/** `isAdmitted` says that the call claims a reservation, which then knows what of it is overrun. */
export function postingOfCharge(
  facts: CallFacts,
  atMicros: number,
  measures: PostedMeasures,
  isAdmitted: boolean,
): Posting {
  return posting(facts, atMicros, { spent: measures, ...(isAdmitted ? {} : { overrun: measures }) });
}

/** The table of docs/gate.md, "What a counter counts". */
export function postingOfReservation(state: ReservationState): Posting {
  return posting(state.facts, state.decidedMicros, { ...heldOf(state), ...beyondOf(state) });
}

/** One call. A cost that nobody knows is a call without a price, not 0. */
export function callMeasures(femtoUsd: bigint | null, tokens: number): PostedMeasures {
  return { femtoUsd: femtoUsd ?? 0n, unpricedCalls: femtoUsd === null ? 1 : 0, tokens, calls: 1 };
}

function heldOf(state: ReservationState): Posted {
  const { rank, claims, exactClaims, phase } = state;
  if (exactClaims > 0) return {};
  if (hasUnknownCost(state)) return heldBesideUnknown(state);
  if (rank === 2 && claims > 0) return {};
  if (isFinal(state)) return { spent: settledOf(state) };
  if (rank > 0 || claims > 0) return partlyHeldOf(state);
  const bound = boundOf(state);
  switch (phase) {
    case 'released':
      return {};
    case 'open':
      return { reserved: bound };
    case 'presumed':
      return { presumed: bound };
    case 'lapsed':
      return { lapsed: bound };
  }
}

/** Whether there are claims, and nobody knows what any of them cost. */
export function hasUnknownCost({ claims, unpricedClaims }: ReservationState): boolean {
  return claims > 0 && claims === unpricedClaims;
}

/**
 * The ledger counts the call and its tokens, and nothing of its money: that is held as if no call claimed it, or an unknown cost
 * were 0. The tokens may become more, as those of every inexact claim.
 */
function heldBesideUnknown(state: ReservationState): Posted {
  const { spent, reserved, presumed, lapsed } = heldOf({ ...state, claims: 0, unpricedClaims: 0 });
  const isRestKnown = state.phase !== 'open' || isFinal(state);
  const { tokens } = isRestKnown ? noMeasures : restOf(state);
  return {
    spent: moneyOf(spent),
    reserved: { ...moneyOf(reserved), tokens },
    presumed: moneyOf(presumed),
    lapsed: moneyOf(lapsed),
  };
}

function moneyOf(measures: PostedMeasures = noMeasures): PostedMeasures {
  return { ...noMeasures, femtoUsd: measures.femtoUsd };
}

/** A settlement without a cost is partial, whatever it says. */
function isFinal({ rank, settledFemtoUsd }: ReservationState): boolean {
  return rank === 2 && settledFemtoUsd !== null;
}

/**
 * What is known is spent, by the ledger where a call claims it, and the rest of the bound stays reserved until it expires.
 * A settlement that has no cost says nothing of the money: that goes the way of a reservation nobody settled.
 */
function partlyHeldOf(state: ReservationState): Posted {
  const { phase } = state;
  const rest = restOf(state);
  const spent = state.claims > 0 ? noMeasures : settledOf(state);
  if (phase === 'open') return { spent, reserved: rest };
  if (phase === 'released' || state.claims > 0 || state.settledFemtoUsd !== null) return { spent };
  return { spent, [phase]: moneyOf(rest) };
}

/** What the bound has beyond what is said. Its call is made, whoever counts it. */
function restOf(state: ReservationState): PostedMeasures {
  return { ...beyond(boundOf(state), saidOf(state)), calls: 0 };
}

function boundOf({ boundFemtoUsd, boundTokens }: ReservationState): PostedMeasures {
  return callMeasures(boundFemtoUsd, boundTokens);
}

/** A bound that was given back covers nothing of what came after. */
function beyondOf(state: ReservationState): Posted {
  const { rank, claims, exactClaims, phase } = state;
  if (rank === 0 && claims === 0) return {};
  const said = saidOf(state);
  if (phase === 'released') return { overrun: said };
  const overrun = beyond(said, keptOf(state));
  // What is known only in part was mostly said before the expiry: a stream that was broken off.
  if (phase === 'open' || !(isFinal(state) || exactClaims > 0)) return { overrun };
  return phase === 'lapsed' ? { overrun: said } : { overrun, late: beyond(said, overrun) };
}

/** What was still held for the call when more was said of it: a final settlement gives the rest to others. */
function keptOf(state: ReservationState): PostedMeasures {
  const bound = boundOf(state);
  if (!isFinal(state) || state.claims === 0) return bound;
  return beyond(bound, beyond(bound, settledOf(state)));
}

/** Of claims, those that are charged: what is not is counted by others. Money that none of them knows is as it was settled. */
function saidOf(state: ReservationState): PostedMeasures {
  const settled = settledOf(state);
  if (state.claims === 0) return settled;
  return {
    femtoUsd: hasUnknownCost(state) ? settled.femtoUsd : state.claimedFemtoUsd,
    unpricedCalls: state.claimedUnpricedCalls,
    tokens: state.claimedTokens,
    calls: state.claimedCalls,
  };
}

/** Without a cost it is a call without a price only where no bound stands in for the cost. */
function settledOf(state: ReservationState): PostedMeasures {
  const { settledFemtoUsd, settledTokens: tokens, boundFemtoUsd, phase } = state;
  const isBoundHeld = settledFemtoUsd === null && boundFemtoUsd !== null && phase !== 'released';
  return callMeasures(isBoundHeld ? 0n : settledFemtoUsd, tokens);
}

/** What `more` has above `less`, measure by measure. */
function beyond(more: PostedMeasures, less: PostedMeasures): PostedMeasures {
  const femtoUsd = more.femtoUsd - less.femtoUsd;
  return {
    femtoUsd: femtoUsd > 0n ? femtoUsd : 0n,
    unpricedCalls: Math.max(0, more.unpricedCalls - less.unpricedCalls),
    tokens: Math.max(0, more.tokens - less.tokens),
    calls: Math.max(0, more.calls - less.calls),
  };
}
