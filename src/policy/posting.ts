/**
 * What counters are sums of: postings of charged calls and of reservations. docs/gate.md, "What a counter counts", has the
 * rules. A change of a call or a reservation books the posting it had back and the one it has now.
 */

/** Whom and what a call concerns, as budgets match it. Missing is null. */
export interface CallFacts {
  readonly tenant: string;
  readonly agent: string | null;
  readonly user: string | null;
  readonly session: string | null;
  readonly run: string | null;
  /** The requested model, else the one that answered: what `per: [model]` counts by. */
  readonly model: string | null;
  /** Null for a reservation. */
  readonly responseModel: string | null;
  readonly provider: string | null;
  readonly service: string | null;
  readonly environment: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

export interface PostedMeasures {
  readonly femtoUsd: bigint;
  /** Calls whose cost nobody knows; they add nothing to `femtoUsd`. */
  readonly unpricedCalls: number;
  readonly tokens: number;
  readonly calls: number;
}

export const noMeasures: PostedMeasures = { femtoUsd: 0n, unpricedCalls: 0, tokens: 0, calls: 0 };

export interface Posting {
  readonly facts: CallFacts;
  /** The instant whose window it counts in. */
  readonly atMicros: number;
  readonly spent: PostedMeasures;
  readonly reserved: PostedMeasures;
  readonly presumed: PostedMeasures;
  readonly lapsed: PostedMeasures;
  readonly overrun: PostedMeasures;
  /** What came after the expiry gave the reservation back: overrun where `lost_calls: release`. */
  readonly late: PostedMeasures;
}

/** A posting that is booked (1) or booked back (-1). */
export interface SignedPosting {
  readonly sign: 1 | -1;
  readonly posting: Posting;
}

/** A reservation, as far as it decides what is posted for it. */
export interface ReservationState {
  readonly facts: CallFacts;
  readonly decidedMicros: number;
  /** Null cost: nobody could say, and the budgets let it pass. Counts as one unpriced call. */
  readonly boundFemtoUsd: bigint | null;
  readonly boundTokens: number;
  readonly phase: 'open' | 'presumed' | 'lapsed' | 'released';
  /** What a client said: 0 nothing, 1 partial, 2 final. */
  readonly rank: 0 | 1 | 2;
  readonly settledFemtoUsd: bigint | null;
  readonly settledTokens: number;
  readonly claims: number;
  readonly exactClaims: number;
  /** Those of unknown cost. */
  readonly unpricedClaims: number;
  /** Sums over the claims that are charged: the measures of what the ledger posts for them. */
  readonly claimedFemtoUsd: bigint;
  readonly claimedUnpricedCalls: number;
  readonly claimedTokens: number;
  readonly claimedCalls: number;
}
