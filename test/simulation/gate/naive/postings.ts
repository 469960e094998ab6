import type { Budget } from '../../../../src/policy/budget.ts';
import type { Facts } from './budgets.ts';

interface Measures {
  readonly femtoUsd: bigint;
  readonly unpricedCalls: number;
  readonly tokens: number;
  readonly calls: number;
}

const parts = ['spent', 'reserved', 'presumed', 'lapsed', 'overrun', 'late'] as const;
type Part = (typeof parts)[number];

export interface NaivePosting extends Partial<Readonly<Record<Part, Measures>>> {
  readonly facts: Facts;
  readonly atMicros: number;
}

interface Said {
  readonly rank: 1 | 2;
  /** Null: nobody could say what it cost. */
  readonly femtoUsd: bigint | null;
  readonly tokens: number;
}

/** A reservation as the log has it. */
export interface Reservation {
  readonly id: string;
  readonly facts: Facts;
  readonly decidedMicros: number;
  readonly boundFemtoUsd: bigint | null;
  readonly boundTokens: number;
  readonly said: readonly Said[];
  readonly phase: 'open' | 'presumed' | 'lapsed' | 'released';
}

/** A charged, duplicate or container call that claims a reservation. */
export interface Claim {
  readonly isExact: boolean;
  readonly isCharged: boolean;
  /** Null: nobody knows; it claims all the same. */
  readonly femtoUsd: bigint | null;
  readonly tokens: number;
}

const oneCall = (femtoUsd: bigint | null, tokens: number): Measures => ({
  femtoUsd: femtoUsd ?? 0n,
  unpricedCalls: femtoUsd === null ? 1 : 0,
  tokens,
  calls: 1,
});

const above = (one: Measures, other: Measures): Measures => ({
  femtoUsd: one.femtoUsd > other.femtoUsd ? one.femtoUsd - other.femtoUsd : 0n,
  unpricedCalls: Math.max(0, one.unpricedCalls - other.unpricedCalls),
  tokens: Math.max(0, one.tokens - other.tokens),
  calls: Math.max(0, one.calls - other.calls),
});

const within = (one: Measures, other: Measures): Measures => ({
  femtoUsd: one.femtoUsd < other.femtoUsd ? one.femtoUsd : other.femtoUsd,
  unpricedCalls: Math.min(one.unpricedCalls, other.unpricedCalls),
  tokens: Math.min(one.tokens, other.tokens),
  calls: Math.min(one.calls, other.calls),
});

/** "Of two settlements the higher rank counts, then the larger cost." */
function best(said: readonly Said[]): Said | null {
  const sorted = [...said].sort(
    (one, other) =>
      other.rank - one.rank || Number((other.femtoUsd ?? -1n) - (one.femtoUsd ?? -1n)) || other.tokens - one.tokens,
  );
  return sorted[0] ?? null;
}

/** What the charged ones are together. */
function claimedOf(claims: readonly Claim[]): Measures {
  const charged = claims.filter(({ isCharged }) => isCharged);
  return {
    femtoUsd: charged.reduce((sum, { femtoUsd }) => sum + (femtoUsd ?? 0n), 0n),
    unpricedCalls: charged.filter(({ femtoUsd }) => femtoUsd === null).length,
    tokens: charged.reduce((sum, { tokens }) => sum + tokens, 0),
    calls: charged.length,
  };
}

/** Without a cost the bound stands in for it, where there is one and it was not given back as never sent. */
function saidOf(reservation: Reservation): Measures | null {
  const said = best(reservation.said);
  if (said === null) return null;
  const isBoundHeld = reservation.boundFemtoUsd !== null && reservation.phase !== 'released';
  return oneCall(said.femtoUsd ?? (isBoundHeld ? 0n : null), said.tokens);
}

/** The table of docs/gate.md, row by row. */
export function postingOf(reservation: Reservation, claims: readonly Claim[]): NaivePosting {
  const { facts, decidedMicros: atMicros, phase } = reservation;
  const bound = oneCall(reservation.boundFemtoUsd, reservation.boundTokens);
  const isFinal = best(reservation.said)?.rank === 2;
  const isExact = claims.some((claim) => claim.isExact);
  const settled = saidOf(reservation);
  const isCostless = claims.length > 0 && claims.every(({ femtoUsd }) => femtoUsd === null);
  const claimed = claimedOf(claims);
  // "As long as that is so of all claims, overrun and late have the settlement's money."
  const ofClaims = isCostless ? { ...claimed, femtoUsd: settled?.femtoUsd ?? 0n } : claimed;
  const used = claims.length > 0 ? ofClaims : settled;
  // "Beyond the settlement, where that is less."
  const kept = isFinal && claims.length > 0 && settled !== null ? within(bound, settled) : bound;
  const posting = { facts, atMicros, ...overrunOf(used, kept, phase, isFinal || isExact) };
  if (isExact) return posting;
  if (isCostless) return { ...posting, ...heldBeside(reservation, claimed.tokens, isFinal) };
  if (isFinal && claims.length > 0) return posting;
  if (isFinal && settled !== null) return { ...posting, spent: settled };
  if (used !== null) {
    const spent = claims.length > 0 || settled === null ? {} : { spent: settled };
    const isCostKnown = claims.length > 0 || best(reservation.said)?.femtoUsd !== null;
    const rest = { ...above(bound, used), calls: 0 };
    if (phase === 'open') return { ...posting, ...spent, reserved: rest };
    if (phase === 'released' || isCostKnown) return { ...posting, ...spent };
    return { ...posting, ...spent, [phase]: { ...oneCall(rest.femtoUsd, 0), calls: 0 } };
  }
  if (phase === 'released') return posting;
  return { ...posting, [phase === 'open' ? 'reserved' : phase]: bound };
}

/** "The money alone, as if there were no claim", and while it is open "the tokens that the bound has beyond". */
function heldBeside(reservation: Reservation, claimedTokens: number, isFinal: boolean) {
  const { spent, reserved, presumed, lapsed } = postingOf(reservation, []);
  const money = (of: Measures | undefined): Measures => ({ ...oneCall(of?.femtoUsd ?? 0n, 0), calls: 0 });
  const mayGrow = reservation.phase === 'open' && !isFinal;
  const tokens = mayGrow ? Math.max(0, reservation.boundTokens - claimedTokens) : 0;
  return {
    spent: money(spent),
    reserved: { ...money(reserved), tokens },
    presumed: money(presumed),
    lapsed: money(lapsed),
  };
}

/** "What the charged claims, else the settlement, have beyond the bound"; all of it where the bound had been given back. */
function overrunOf(used: Measures | null, bound: Measures, phase: Reservation['phase'], isCertain: boolean) {
  if (used === null) return {};
  if (phase === 'released' || (phase === 'lapsed' && isCertain)) return { overrun: used };
  const isLate = phase === 'presumed' && isCertain;
  return { overrun: above(used, bound), ...(isLate ? { late: within(used, bound) } : {}) };
}

export interface Amounts {
  spent: bigint;
  reserved: bigint;
  overrun: bigint;
  expired: bigint;
}

function amountOf({ limit, unpriced }: Budget, measures: Measures | undefined): bigint {
  if (measures === undefined) return 0n;
  if (limit.unit === 'tokens') return BigInt(measures.tokens);
  if (limit.unit === 'calls') return BigInt(measures.calls);
  const assumed = unpriced.kind === 'assume' ? unpriced.femtoUsd : 0n;
  return measures.femtoUsd + BigInt(measures.unpricedCalls) * assumed;
}

/** "What a budget makes of measures is linear." */
export function amountsOf(budget: Budget, posting: NaivePosting): Amounts {
  const of = (part: Part): bigint => amountOf(budget, posting[part]);
  const isPresumed = budget.lostCalls === 'presume';
  return {
    spent: of('spent') + (isPresumed ? of('presumed') : 0n),
    reserved: of('reserved'),
    overrun: of('overrun') + (isPresumed ? 0n : of('late')),
    expired: of('lapsed') + (isPresumed ? 0n : of('presumed')),
  };
}
