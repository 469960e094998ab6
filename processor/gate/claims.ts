import type { Charge } from '../../src/call.ts';
import type { ReservationState } from '../../src/policy/posting.ts';
import { type Column, encodeColumns, femtoUsd, int4, int8, namesOf, text, unnestOf, uuid } from '../store/columns.ts';
import type { Queries } from '../store/database.ts';
import { isAbout } from './asker.ts';
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
  /** Of the key that sent it: one that is bound to an agent claims only what was decided for it. */
  readonly keyAgent: string | null;
}

/** A call as it is decided, as far as it settles the reservation it names. */
export interface DecidedClaim {
  readonly charge: Charge;
  /** Null: nobody knows what it cost, which settles nothing of the money. */
  readonly costFemtoUsd: bigint | null;
  readonly tokens: number;
  /** The usage is the provider's word and all of it. */
  readonly isExact: boolean;
}

/** What claims add up to. */
interface ClaimSums {
  readonly claims: number;
  readonly exactClaims: number;
  readonly unpricedClaims: number;
  readonly claimedFemtoUsd: bigint;
  readonly claimedUnpricedCalls: number;
  readonly claimedTokens: bigint;
  readonly claimedCalls: number;
}

/** What calls add to the claims of a reservation that nobody has read yet. */
export interface AddedClaims extends ClaimSums {
  /** Exact but for the cost: they are `exactClaims` too where the bound has no price either. */
  readonly exactUnpricedClaims: number;
}

export const noClaims: AddedClaims = {
  claims: 0,
  exactClaims: 0,
  exactUnpricedClaims: 0,
  unpricedClaims: 0,
  claimedFemtoUsd: 0n,
  claimedUnpricedCalls: 0,
  claimedTokens: 0n,
  claimedCalls: 0,
};

/** What one call adds to the claims of its reservation. */
export function claimOf({ charge, costFemtoUsd, tokens, isExact }: DecidedClaim): AddedClaims {
  if (charge === 'pending') return noClaims;
  const unpriced = costFemtoUsd === null ? 1 : 0;
  const exact = isExact ? 1 : 0;
  const charged = charge === 'charged' ? 1 : 0;
  return {
    claims: 1,
    exactClaims: exact * (1 - unpriced),
    exactUnpricedClaims: exact * unpriced,
    unpricedClaims: unpriced,
    claimedFemtoUsd: charged === 1 ? (costFemtoUsd ?? 0n) : 0n,
    claimedUnpricedCalls: charged * unpriced,
    claimedTokens: charged === 1 ? BigInt(tokens) : 0n,
    claimedCalls: charged,
  };
}

/** What of a reservation never changes, and decides whose it is. */
export interface Reserved {
  readonly provider: string | null;
  readonly model: string | null;
  readonly agent: string | null;
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
export function isClaimValid(call: ClaimingCall, { provider, model, agent, decidedMicros }: Reserved): boolean {
  return (
    isAbout({ agent: call.keyAgent }, agent) &&
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
    const { claims, exactClaims, unpricedClaims, claimedFemtoUsd, claimedUnpricedCalls, claimedCalls } = state;
    const claimedTokens = BigInt(row.claimed_tokens);
    return {
      name: { tenant: row.tenant, reservationId: row.id },
      state,
      claimed: {
        claims,
        exactClaims,
        unpricedClaims,
        claimedFemtoUsd,
        claimedUnpricedCalls,
        claimedTokens,
        claimedCalls,
      },
    };
  });
}

const reservedSql = `
select kept.tenant, kept.id, kept.provider, kept.model, kept.agent, (extract(epoch from kept.decided_at) * 1000000)::bigint as decided_micros
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
    readonly agent: string | null;
    readonly decided_micros: string;
  }>(reservedSql, encodeColumns(nameColumns, [...names.values()]));
  return new Map(
    rows.map(({ tenant, id, provider, model, agent, decided_micros: decided }) => [
      reservationKey({ tenant, reservationId: id }),
      { provider, model, agent, decidedMicros: Number(decided) },
    ]),
  );
}

/** What a transaction makes of a reservation. */
export interface ReclaimedReservation extends LockedReservation {
  readonly nowClaimed: ClaimSums;
}

/** The state with what is claimed now. */
export function stateAfter({ state, nowClaimed }: ReclaimedReservation): ReservationState {
  return { ...state, ...nowClaimed, claimedTokens: Number(nowClaimed.claimedTokens) };
}

export function addClaims(sums: AddedClaims, added: AddedClaims, sign: 1 | -1): AddedClaims {
  return {
    ...addSums(sums, added, sign),
    exactUnpricedClaims: sums.exactUnpricedClaims + sign * added.exactUnpricedClaims,
  };
}

/** The reservation with what is added to its claims. */
export function reclaimed(reservation: LockedReservation, added: AddedClaims): ReclaimedReservation {
  const sums = addSums(reservation.claimed, added, 1);
  const isBoundUnknown = reservation.state.boundFemtoUsd === null;
  const exactClaims = sums.exactClaims + (isBoundUnknown ? added.exactUnpricedClaims : 0);
  return { ...reservation, nowClaimed: { ...sums, exactClaims } };
}

function addSums(sums: ClaimSums, added: ClaimSums, sign: 1 | -1): ClaimSums {
  return {
    claims: sums.claims + sign * added.claims,
    exactClaims: sums.exactClaims + sign * added.exactClaims,
    unpricedClaims: sums.unpricedClaims + sign * added.unpricedClaims,
    claimedFemtoUsd: sums.claimedFemtoUsd + BigInt(sign) * added.claimedFemtoUsd,
    claimedUnpricedCalls: sums.claimedUnpricedCalls + sign * added.claimedUnpricedCalls,
    claimedTokens: sums.claimedTokens + BigInt(sign) * added.claimedTokens,
    claimedCalls: sums.claimedCalls + sign * added.claimedCalls,
  };
}

export function isNoClaim(added: AddedClaims): boolean {
  return Object.values(added).every((value) => Number(value) === 0);
}

const claimColumns: readonly Column<ReclaimedReservation>[] = [
  text('tenant', ({ name }) => name.tenant),
  uuid('id', ({ name }) => name.reservationId),
  int4('claims', ({ nowClaimed }) => nowClaimed.claims),
  int4('exact_claims', ({ nowClaimed }) => nowClaimed.exactClaims),
  int4('unpriced_claims', ({ nowClaimed }) => nowClaimed.unpricedClaims),
  femtoUsd('claimed_usd', ({ nowClaimed }) => nowClaimed.claimedFemtoUsd),
  int4('claimed_unpriced_calls', ({ nowClaimed }) => nowClaimed.claimedUnpricedCalls),
  int8('claimed_tokens', ({ nowClaimed }) => nowClaimed.claimedTokens),
  int4('claimed_calls', ({ nowClaimed }) => nowClaimed.claimedCalls),
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
