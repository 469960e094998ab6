import type { Decision } from '../../src/charging/settlement.ts';
import { figuresRank, hasExactUsage } from '../../src/charging/figuresRank.ts';
import type { Measures } from '../../src/ledger.ts';
import type { Queries } from '../store/database.ts';
import { bookedFactsOfSpan, type CallLink, type SettledSpan, type StoredState } from '../store/settledSpan.ts';
import {
  addClaims,
  areSameClaims,
  claimOf,
  type ClaimSums,
  isClaimValid,
  type LockedReservation,
  lockClaimed,
  noClaims,
  type ReclaimedReservation,
  reservationKey,
  type ReservationName,
} from './claims.ts';

type CallDecision = Decision<SettledSpan>;

/** A call that claims to have started later than this after it was received counts when it was received: nobody spends tomorrow's money. */
const FUTURE_START_MICROS = 300_000_000;

/** Ties calls that a transaction writes to the reservations they name. */
export interface ClaimedCalls {
  readonly linkOf: (decision: CallDecision) => CallLink;
  /** Those whose claims are others than before. */
  readonly reclaimed: readonly ReclaimedReservation[];
}

/**
 * Locks every reservation whose claims may change by these decisions. `changed` holds what will be written: arrived calls, and
 * stored ones about which something else is decided.
 */
export async function claimReservations(client: Queries, changed: readonly CallDecision[]): Promise<ClaimedCalls> {
  const names = new Map<string, ReservationName>();
  for (const decision of changed) for (const name of namesOf(decision)) names.set(reservationKey(name), name);
  const locked = await lockClaimed(client, names);
  const linkOf = (decision: CallDecision): CallLink => linkOfSpan(decision.span, locked);
  if (locked.size === 0) return { linkOf, reclaimed: [] };
  const nowClaimed = new Map<string, ClaimSums>();
  const add = (span: SettledSpan, { reservationId }: CallLink, claim: ClaimSums, sign: 1 | -1): void => {
    if (reservationId === null) return;
    const key = reservationKey({ tenant: span.tenant, reservationId });
    const sums = nowClaimed.get(key) ?? locked.get(key)?.claimed;
    if (sums !== undefined) nowClaimed.set(key, addClaims(sums, claim, sign));
  };
  for (const decision of changed) {
    const { span } = decision;
    if (span.stored !== null) add(span, span.stored.link, storedClaim(span.stored), -1);
    add(span, linkOf(decision), decidedClaim(decision), 1);
  }
  const reclaimed = [...nowClaimed].flatMap(([key, sums]) => {
    const reservation = locked.get(key);
    if (reservation === undefined || areSameClaims(sums, reservation.claimed)) return [];
    return [{ ...reservation, nowClaimed: sums }];
  });
  return { linkOf, reclaimed };
}

function* namesOf({ span, charge }: CallDecision): Generator<ReservationName> {
  const { tenant, stored, arrived } = span;
  if (arrived !== null && arrived.call.reservationId !== null) {
    yield { tenant, reservationId: arrived.call.reservationId };
  }
  if (stored === null || stored.link.reservationId === null) return;
  const isSame = arrived === null && areSameClaims(storedClaim(stored), storedClaim({ ...stored, charge }));
  if (!isSame) yield { tenant, reservationId: stored.link.reservationId };
}

function linkOfSpan(span: SettledSpan, locked: ReadonlyMap<string, LockedReservation>): CallLink {
  const { tenant, arrived, stored, startMicros, receivedMicros } = span;
  if (arrived === null) return stored?.link ?? atStart;
  const { reservationId, provider, requestModel, responseModel } = arrived.call;
  if (reservationId !== null) {
    const reservation = locked.get(reservationKey({ tenant, reservationId }));
    // One that is gone was the call's own when it was there.
    if (reservation === undefined && stored?.link.reservationId === reservationId) return stored.link;
    const call = { tenant, provider, requestModel, responseModel, startMicros };
    if (reservation !== undefined && isClaimValid(call, reservation)) {
      return { reservationId, countedMicros: reservation.state.decidedMicros };
    }
  }
  return startMicros > receivedMicros + FUTURE_START_MICROS
    ? { reservationId: null, countedMicros: receivedMicros }
    : atStart;
}

const atStart: CallLink = { reservationId: null, countedMicros: null };

function storedClaim({ charge, facts: { measures }, figuresRank: rank }: StoredState): ClaimSums {
  return claimOf({ charge, ...figuresOf(measures), isExact: hasExactUsage(rank) });
}

function decidedClaim({ span, charge }: CallDecision): ClaimSums {
  const { arrived, stored } = span;
  if (arrived === null) return stored === null ? noClaims : storedClaim({ ...stored, charge });
  const { measures } = bookedFactsOfSpan(span);
  return claimOf({ charge, ...figuresOf(measures), isExact: hasExactUsage(figuresRank(arrived.call)) });
}

function figuresOf({ unpricedCalls, costFemtoUsd, inputTokens, outputTokens }: Measures) {
  return { costFemtoUsd: unpricedCalls > 0 ? null : costFemtoUsd, tokens: inputTokens + outputTokens };
}
