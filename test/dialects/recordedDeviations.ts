import type { PricedCall, UnpricedReason } from '../../src/call.ts';
import { emptyUsage, type Usage } from '../../src/usage.ts';

/** How a charge differs from what was billed, and by which status it says so. */
export interface Deviation {
  readonly status: CostStatus;
  /** The buckets that differ, from those billed. */
  readonly reads: (billed: Usage) => Partial<Usage>;
  /** One line, for the table in docs/dialects.md. */
  readonly reason: string;
}

/** What the charges of a fixture are expected to be: one for each bill, with its figures, where nothing else is said. */
export interface Expectation {
  /** Whose the charges are, `agent / user / session`: `–` is nobody, `…` an id of the run’s own. */
  readonly by: readonly string[];
  /** By the bill's place. */
  readonly deviations?: Readonly<Record<number, Deviation>>;
  /** Bills of calls that nothing was exported of, by place, and why. */
  readonly unseen?: Readonly<Record<number, string>>;
  /** Calls on the books that nobody billed. */
  readonly beside?: readonly Beside[];
  /** Response ids that the emitter makes up. */
  readonly ownIds?: RegExp;
}

export interface Beside {
  readonly status: CostStatus;
  /** As `figuresOf` writes them. */
  readonly tokens: string;
  readonly reason: string;
}

/** An unpriced call by its reason. */
export type CostStatus = Exclude<PricedCall['price']['status'], 'unpriced'> | UnpricedReason;

const noCache = { cache_read: null, cache_write_5m: null, cache_write_1h: null } as const;

function inputOf(billed: Usage): number {
  return (
    (billed.input_uncached ?? 0) +
    (billed.cache_read ?? 0) +
    (billed.cache_write_5m ?? 0) +
    (billed.cache_write_1h ?? 0)
  );
}

/** The figures are the bill's; the status warns all the same. */
export function agrees(status: CostStatus, reason: string): Deviation {
  return { status, reads: () => ({}), reason };
}

export function figures(status: CostStatus, reads: Partial<Usage>, reason: string): Deviation {
  return { status, reads: () => reads, reason };
}

export function silent(reason: string, status: CostStatus = 'no_usage'): Deviation {
  return { status, reads: () => ({ ...emptyUsage }), reason };
}

export const cacheNotTold: Deviation = {
  status: 'lossy',
  reads: (billed) => ({ ...noCache, input_uncached: inputOf(billed) }),
  reason: 'cached input is not told from the rest',
};

export const cacheLost: Deviation = {
  status: 'lossy',
  reads: () => noCache,
  reason: 'input leaves the cache out, and the cache is nowhere',
};

export const hourNotTold: Deviation = {
  status: 'priced',
  reads: (billed) => ({
    cache_write_5m: (billed.cache_write_5m ?? 0) + (billed.cache_write_1h ?? 0),
    cache_write_1h: null,
  }),
  reason: 'how long the cache write lives is not told: 5 minutes are assumed, and `cache_write_1h` is null',
};

export const thoughtsLost: Deviation = {
  status: 'lossy',
  reads: (billed) => ({ output: (billed.output ?? 0) - (billed.reasoning ?? 0), reasoning: null }),
  reason: 'output leaves the thoughts out, and they are nowhere',
};

export const cacheMayBeMissing = agrees('lossy', 'the figures are the bill’s, though cached input would not be told');

const NO_TOKENS = '– / – / – / – / –';

/** A call that the provider refused, by its HTTP status: it costs nothing. */
export const refused: Beside = { status: 'priced', tokens: NO_TOKENS, reason: 'a refused call, which costs nothing' };

/** Refused as well, but of the answer the span says nothing. */
export const failed: Beside = {
  status: 'no_usage',
  tokens: NO_TOKENS,
  reason: 'a failed call without a status: unpriced',
};

export function twice(status: CostStatus, tokens: string, reason: string): Beside {
  return { status, tokens, reason: `charged twice: ${reason}` };
}

export function by(...subjects: string[]): { readonly by: readonly string[] } {
  return { by: [...subjects].sort() };
}
