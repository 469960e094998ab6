import type { Charge } from '../../src/call.ts';
import type { ReservationState } from '../../src/policy/posting.ts';
import { type Column, encodeColumns, femtoUsd, int4, int8, namesOf, text, unnestOf, uuid } from '../store/columns.ts';
import type { Queries } from '../store/database.ts';
import { reservationStateColumns, reservationStateOf, type ReservationStateRow } from './reservationState.ts';

/**
 * A call starts after it was admitted. One that says it started more than a day before was not made with this admission; so no
 * call of a day that retention drops counts in a window that began more than a day after it.
 */
export const CLAIM_SKEW_MICROS = 86_400_000_000;

export interface ReservationName {
  readonly tenant: string;
  readonly reservationId: string;
}

/** What a call says of itself, as far as it decides whether a reservation is its own. */
export interface ClaimingCall {
  readonly provider: string | null;
  readonly requestModel: string | null;
  readonly responseModel: string | null;
  readonly startMicros: number;
}

/** A call as it is decided, as far as it settles the reservation it names. */
export interface DecidedClaim {
  readonly charge: Charge;
  /** Null: nobody knows what it cost, which settles nothing. */
  readonly costFemtoUsd: bigint | null;
  readonly tokens: number;
  /** The usage is the provider's word and all of it. */
  readonly isExact: boolean;
}

/** What claims add up to. */
export interface ClaimSums {
  readonly claims: number;
  readonly exactClaims: number;
  readonly claimedFemtoUsd: bigint;
  readonly claimedTokens: bigint;
}

export const noClaims: ClaimSums = { claims: 0, exactClaims: 0, claimedFemtoUsd: 0n, claimedTokens: 0n };

/** What one call adds to the claims of its reservation. */
export function claimOf({ charge, costFemtoUsd, tokens, isExact }: DecidedClaim): ClaimSums {
  if (charge === 'pending' || costFemtoUsd === null) return noClaims;
  const isCharged = charge === 'charged';
  return {
    claims: 1,
    exactClaims: isExact ? 1 : 0,
    claimedFemtoUsd: isCharged ? costFemtoUsd : 0n,
    claimedTokens: isCharged ? BigInt(tokens) : 0n,
  };
}

/** What of a reservation never changes, and decides whose it is. */
export interface Reserved {
  readonly provider: string | null;
  readonly model: string | null;
  readonly decidedMicros: number;
}

export interface LockedReservation {
  readonly name: ReservationName;
  readonly state: ReservationState;
  readonly claimed: ClaimSums;
}

export function reservationKey({ tenant, reservationId }: ReservationName): string {
  return `${reservationId} ${tenant}`;
}

/** Whether a call that names the reservation is one that it was made for: else a sender could settle what is not its own. */
export function isClaimValid(call: ClaimingCall, { provider, model, decidedMicros }: Reserved): boolean {
  return (
    // A reservation without a provider was made by a client that does not say one.
    (provider === null || call.provider === provider) &&
    (model === call.requestModel || model === call.responseModel) &&
    call.startMicros >= decidedMicros - CLAIM_SKEW_MICROS
  );
}

const nameColumns = [
  text<ReservationName>('tenant', ({ tenant }) => tenant),
  uuid<ReservationName>('id', ({ reservationId }) => reservationId),
];

const lockSql = `
select kept.id, ${reservationStateColumns('kept')}
from ${unnestOf(nameColumns)} as given (${namesOf(nameColumns)})
join tollgate_data.reservations as kept on kept.tenant = given.tenant and kept.id = given.id
order by kept.tenant, kept.id for update of kept`;

/** Locks the reservations that are there, in the order of tenant and id, as in every transaction. */
export async function lockClaimed(
  client: Queries,
  names: readonly ReservationName[],
): Promise<readonly LockedReservation[]> {
  if (names.length === 0) return [];
  const rows = await client.query<ReservationStateRow & { readonly id: string }>(
    lockSql,
    encodeColumns(nameColumns, names),
  );
  return rows.map((row) => {
    const state = reservationStateOf(row);
    const { claims, exactClaims, claimedFemtoUsd } = state;
    return {
      name: { tenant: row.tenant, reservationId: row.id },
      state,
      claimed: { claims, exactClaims, claimedFemtoUsd, claimedTokens: BigInt(row.claimed_tokens) },
    };
  });
}

const reservedSql = `
select kept.tenant, kept.id, kept.provider, kept.model, (extract(epoch from kept.decided_at) * 1000000)::bigint as decided_micros
from ${unnestOf(nameColumns)} as given (${namesOf(nameColumns)})
join tollgate_data.reservations as kept on kept.tenant = given.tenant and kept.id = given.id`;

/**
 * The reservations that are there, by `reservationKey`, without their locks: a transaction does not know yet whose claims it
 * changes, and takes the locks it needs at once. One that is removed meanwhile posted nothing, and posts nothing now.
 */
export async function selectReserved(
  client: Queries,
  names: ReadonlyMap<string, ReservationName>,
): Promise<ReadonlyMap<string, Reserved>> {
  if (names.size === 0) return new Map();
  const rows = await client.query<{
    readonly tenant: string;
    readonly id: string;
    readonly provider: string | null;
    readonly model: string | null;
    readonly decided_micros: string;
  }>(reservedSql, encodeColumns(nameColumns, [...names.values()]));
  return new Map(
    rows.map(({ tenant, id, provider, model, decided_micros: decided }) => [
      reservationKey({ tenant, reservationId: id }),
      { provider, model, decidedMicros: Number(decided) },
    ]),
  );
}

/** What a transaction makes of a reservation. */
export interface ReclaimedReservation extends LockedReservation {
  readonly nowClaimed: ClaimSums;
}

/** The state with what is claimed now. */
export function stateAfter({ state, nowClaimed }: ReclaimedReservation): ReservationState {
  const { claims, exactClaims, claimedFemtoUsd, claimedTokens } = nowClaimed;
  return { ...state, claims, exactClaims, claimedFemtoUsd, claimedTokens: Number(claimedTokens) };
}

export function addClaims(sums: ClaimSums, added: ClaimSums, sign: 1 | -1): ClaimSums {
  return {
    claims: sums.claims + sign * added.claims,
    exactClaims: sums.exactClaims + sign * added.exactClaims,
    claimedFemtoUsd: sums.claimedFemtoUsd + BigInt(sign) * added.claimedFemtoUsd,
    claimedTokens: sums.claimedTokens + BigInt(sign) * added.claimedTokens,
  };
}

export function areSameClaims(one: ClaimSums, two: ClaimSums): boolean {
  return (
    one.claims === two.claims &&
    one.exactClaims === two.exactClaims &&
    one.claimedFemtoUsd === two.claimedFemtoUsd &&
    one.claimedTokens === two.claimedTokens
  );
}

const claimColumns: readonly Column<ReclaimedReservation>[] = [
  text('tenant', ({ name }) => name.tenant),
  uuid('id', ({ name }) => name.reservationId),
  int4('claims', ({ nowClaimed }) => nowClaimed.claims),
  int4('exact_claims', ({ nowClaimed }) => nowClaimed.exactClaims),
  femtoUsd('claimed_usd', ({ nowClaimed }) => nowClaimed.claimedFemtoUsd),
  int8('claimed_tokens', ({ nowClaimed }) => nowClaimed.claimedTokens),
];

const claimSql = `
update tollgate_data.reservations as kept
set ${claimColumns
  .slice(2)
  .map(({ name }) => `${name} = given.${name}`)
  .join(', ')}
from ${unnestOf(claimColumns)} as given (${namesOf(claimColumns)})
where kept.tenant = given.tenant and kept.id = given.id`;

/** Of reservations that are locked. */
export async function updateClaims(client: Queries, reclaimed: readonly ReclaimedReservation[]): Promise<void> {
  if (reclaimed.length > 0) await client.query(claimSql, encodeColumns(claimColumns, reclaimed));
}
