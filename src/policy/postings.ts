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
  if (exactClaims > 0 || (rank === 2 && claims > 0)) return {};
  if (isFinal(state)) return { spent: settledOf(state) };
  const bound = callMeasures(state.boundFemtoUsd, state.boundTokens);
  if (rank > 0 || claims > 0) return partlyHeldOf(state, bound);
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

/** A settlement without a cost is partial, whatever it says. */
function isFinal({ rank, settledFemtoUsd }: ReservationState): boolean {
  return rank === 2 && settledFemtoUsd !== null;
}

/**
 * What is known is spent, by the ledger where a call claims it, and the rest of the bound stays reserved until it expires.
 * A settlement that has no cost says nothing of the money: that goes the way of a reservation nobody settled.
 */
function partlyHeldOf(state: ReservationState, bound: PostedMeasures): Posted {
  const { phase } = state;
  const said = saidOf(state);
  const rest = beyond(bound, said);
  const spent = state.claims > 0 ? noMeasures : said;
  if (phase === 'open') return { spent, reserved: rest };
  if (phase === 'released' || state.claims > 0 || state.settledFemtoUsd !== null) return { spent };
  return { spent, [phase]: { ...noMeasures, femtoUsd: rest.femtoUsd } };
}

/** A bound that was given back covers nothing of what came after. */
function beyondOf(state: ReservationState): Posted {
  const { rank, claims, exactClaims, phase } = state;
  if (rank === 0 && claims === 0) return {};
  const said = saidOf(state);
  if (phase === 'released') return { overrun: said };
  const bound = callMeasures(state.boundFemtoUsd, state.boundTokens);
  const overrun = beyond(said, bound);
  // What is known only in part was mostly said before the expiry: a stream that was broken off.
  if (phase === 'open' || !(isFinal(state) || exactClaims > 0)) return { overrun };
  return phase === 'lapsed' ? { overrun: said } : { overrun, late: beyond(said, overrun) };
}

function saidOf(state: ReservationState): PostedMeasures {
  if (state.claims === 0) return settledOf(state);
  return callMeasures(state.claimedFemtoUsd, state.claimedTokens);
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
