import type { Attribution, Charge, PricedCall, SpanSkeleton } from '../../src/call.ts';

/** One export of one tenant, ready to be stored: what is a call stands in `calls` only, every other span in `spans`. */
export interface StoreBatch {
  readonly tenant: string;
  /** The agent an API key fixes for all it sends, else null. */
  readonly keyAgent: string | null;
  readonly spans: readonly SpanSkeleton[];
  readonly calls: readonly PricedCall[];
  /** Of the prices by which its calls were priced: it is refused where they have changed since. Absent: whatever they are. */
  readonly pricesEpoch?: number;
}

/** What became of one call of a batch, in the order of the batch. */
export interface StoredCall {
  readonly charge: Charge;
  /** True when the store already had this span: nothing was booked. */
  readonly known: boolean;
  /** Whom it belongs to, as known at the commit. */
  readonly attribution: Pick<Attribution, 'agent' | 'user' | 'session'>;
}

export interface StoreOutcome {
  readonly calls: readonly StoredCall[];
}
