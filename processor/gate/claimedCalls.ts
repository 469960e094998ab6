import { figuresRank, hasExactUsage } from '../../src/charging/figuresRank.ts';
import type { Decision } from '../../src/charging/settlement.ts';
import type { Measures } from '../../src/ledger.ts';
import type { Queries } from '../store/database.ts';
import type { CallLink } from '../store/linkColumns.ts';
import { bookedFactsOfSpan, type SettledSpan, type StoredState } from '../store/settledSpan.ts';
import {
  addClaims,
  type AddedClaims,
  claimOf,
  isClaimValid,
  isNoClaim,
  lockClaimed,
  noClaims,
  reclaimed,
  type ReclaimedReservation,
  reservationKey,
  type ReservationName,
  selectReserved,
  type Reserved,
} from './claims.ts';

type CallDecision = Decision<SettledSpan>;

/** A call that claims to have started later than this after it was received counts when it was received: nobody spends tomorrow's money. */
const FUTURE_START_MICROS = 300_000_000;

/** A call that is to be written, with what it claims. */
export interface ClaimingDecision extends CallDecision {
  readonly link: CallLink;
}

export interface ClaimedCalls {
  readonly changed: readonly ClaimingDecision[];
  /** Reservations whose claims are others than before, locked. */
  readonly reclaimed: readonly ReclaimedReservation[];
}

/**
 * Ties calls to the reservations they name. A paid call was admitted if one of its copies says so: the charged copy takes the
 * reservation of a duplicate where it names none itself, as that of a gateway does which stands behind the client that asked.
 * `isChanged`: what is to be written anyway. `client` null: a store without budgets, in which nothing is reserved.
 */
export async function claimReservations(
  client: Queries | null,
  decisions: readonly CallDecision[],
  isChanged: (decision: CallDecision) => boolean,
): Promise<ClaimedCalls> {
  const reserved = client === null ? noneReserved : await selectReserved(client, arrivedNames(decisions));
  const links = new CallLinks(decisions, reserved);
  const changed = decisions.flatMap((decision): readonly ClaimingDecision[] => {
    if (decision.span.arrived === null && decision.span.stored === null) return [];
    const link = links.of(decision);
    if (!isChanged(decision) && isSameLink(link, decision.span.stored?.link)) return [];
    return [{ ...decision, link }];
  });
  return { changed, reclaimed: client === null ? [] : await reclaim(client, changed) };
}

const noneReserved: ReadonlyMap<string, Reserved> = new Map();

function arrivedNames(decisions: readonly CallDecision[]): ReadonlyMap<string, ReservationName> {
  const names = new Map<string, ReservationName>();
  for (const { span } of decisions) {
    const reservationId = span.arrived?.call.reservationId ?? null;
    if (reservationId === null) continue;
    const name = { tenant: span.tenant, reservationId };
    names.set(reservationKey(name), name);
  }
  return names;
}

/** What a copy of a call claims. */
interface Claim {
  readonly reservationId: string;
  readonly decidedMicros: number;
}

class CallLinks {
  readonly #reserved: ReadonlyMap<string, Reserved>;
  /** Of charged copies, what their duplicates claim. */
  readonly #ofDuplicates = new Map<SettledSpan, Claim>();

  constructor(decisions: readonly CallDecision[], reserved: ReadonlyMap<string, Reserved>) {
    this.#reserved = reserved;
    for (const { span, chargedCopy } of decisions) {
      if (chargedCopy === null) continue;
      const claim = this.#ownClaim(span);
      if (claim === null) continue;
      const other = this.#ofDuplicates.get(chargedCopy);
      // Copies that claim several reservations are a fault of the sender; which one holds must not depend on their order.
      if (other === undefined || claim.reservationId < other.reservationId) this.#ofDuplicates.set(chargedCopy, claim);
    }
  }

  of({ span, charge }: CallDecision): CallLink {
    const own = this.#ownClaim(span);
    const claim = own ?? (charge === 'charged' ? (this.#ofDuplicates.get(span) ?? null) : null);
    const ownReservationId = own?.reservationId ?? null;
    if (claim !== null) {
      return { ownReservationId, reservationId: claim.reservationId, countedMicros: claim.decidedMicros };
    }
    const isFuture = span.startMicros > span.receivedMicros + FUTURE_START_MICROS;
    return isFuture ? { ...atStart, countedMicros: span.receivedMicros } : atStart;
  }

  #ownClaim({ tenant, arrived, stored, startMicros }: SettledSpan): Claim | null {
    if (arrived === null) return storedClaim(stored);
    const { reservationId, provider, requestModel, responseModel } = arrived.call;
    if (reservationId === null) return null;
    const reservation = this.#reserved.get(reservationKey({ tenant, reservationId }));
    if (reservation === undefined) {
      // One that is gone was the call's own while it was there.
      const claim = storedClaim(stored);
      return claim?.reservationId === reservationId ? claim : null;
    }
    const call = { provider, requestModel, responseModel, startMicros, keyAgent: arrived.keyAgent };
    return isClaimValid(call, reservation) ? { reservationId, decidedMicros: reservation.decidedMicros } : null;
  }
}

const atStart: CallLink = { ownReservationId: null, reservationId: null, countedMicros: null };

/** What a stored call claims itself: then that is what it counts by. */
function storedClaim(stored: StoredState | null): Claim | null {
  if (stored === null) return null;
  const { ownReservationId, countedMicros } = stored.link;
  return ownReservationId === null || countedMicros === null
    ? null
    : { reservationId: ownReservationId, decidedMicros: countedMicros };
}

export function isSameLink(one: CallLink, two: CallLink | undefined): boolean {
  return (
    one.ownReservationId === two?.ownReservationId &&
    one.reservationId === two.reservationId &&
    one.countedMicros === two.countedMicros
  );
}

/** Locks the reservations whose claims these calls change: few, since most of what is decided again moves nothing. */
async function reclaim(
  client: Queries,
  changed: readonly ClaimingDecision[],
): Promise<readonly ReclaimedReservation[]> {
  const moved = new Map<string, { readonly name: ReservationName; readonly claims: AddedClaims }>();
  const add = ({ tenant }: SettledSpan, link: CallLink, claims: AddedClaims, sign: 1 | -1): void => {
    if (link.reservationId === null) return;
    const name = { tenant, reservationId: link.reservationId };
    const key = reservationKey(name);
    moved.set(key, { name, claims: addClaims(moved.get(key)?.claims ?? noClaims, claims, sign) });
  };
  for (const decision of changed) {
    const { span, link } = decision;
    if (span.stored !== null) add(span, span.stored.link, claimsOfStored(span.stored), -1);
    add(span, link, claimsOfDecided(decision), 1);
  }
  for (const [key, { claims }] of moved) if (isNoClaim(claims)) moved.delete(key);
  const locked = await lockClaimed(
    client,
    [...moved.values()].map(({ name }) => name),
  );
  return locked.flatMap((reservation) => {
    const claims = moved.get(reservationKey(reservation.name))?.claims;
    return claims === undefined ? [] : [reclaimed(reservation, claims)];
  });
}

function claimsOfStored({ charge, facts, figuresRank: rank }: StoredState): AddedClaims {
  return claimOf({ charge, ...figuresOf(facts.measures), isExact: hasExactUsage(rank) });
}

function claimsOfDecided({ span, charge }: CallDecision): AddedClaims {
  const rank = span.arrived === null ? (span.repriced ?? span.stored)?.figuresRank : figuresRank(span.arrived.call);
  if (rank === undefined) return noClaims;
  const { measures } = bookedFactsOfSpan(span);
  return claimOf({ charge, ...figuresOf(measures), isExact: hasExactUsage(rank) });
}

function figuresOf({ unpricedCalls, costFemtoUsd, inputTokens, outputTokens }: Measures) {
  return { costFemtoUsd: unpricedCalls > 0 ? null : costFemtoUsd, tokens: inputTokens + outputTokens };
}
