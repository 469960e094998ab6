import type { PriceFacts } from '../call.ts';
import type { FemtoUsd } from '../money.ts';
import type { ReceivedSpan } from '../span.ts';
import type { Counts } from './counts.ts';
import type { Found, Vocabulary } from './fields.ts';
import type { Family } from './provider.ts';

/** Whether `input_tokens` includes cache reads and writes. */
export type Inclusion = 'inclusive' | 'exclusive';

/** What a dialect, or the emitter behind it, is known for. */
export interface Habits {
  /** Somebody read this emitter's source or recorded it; false where the conventions are all there is to go by. */
  readonly isKnown: boolean;
  /** Null where nothing is known: arithmetic and the conventions decide. */
  readonly cache: Inclusion | null;
  /** Output leaves out the reasoning tokens (Gemini's `candidatesTokenCount`). */
  readonly outputWithoutReasoning: boolean;
  /** Cached input is never told apart (`cache`), or cache writes are not (`cache_write`). */
  readonly missing: 'cache' | 'cache_write' | null;
  /** The figures may be guesses of the emitter's. */
  readonly estimates: boolean;
}

export const noHabits: Habits = {
  isKnown: false,
  cache: null,
  outputWithoutReasoning: false,
  missing: null,
  estimates: false,
};

/** Absent is not said. */
export interface OwnFacts {
  readonly provider?: string | null;
  readonly requestModel?: string | null;
  readonly requestId?: string | null;
  readonly reportedCostFemtoUsd?: FemtoUsd | null;
}

/** What stands in an answer, or beside it, that decides its price, or is one. */
export interface Tariff {
  readonly serviceTier: string | null;
  readonly priceFacts: PriceFacts | null;
  /** What the provider itself says that the call cost. */
  readonly reportedCostFemtoUsd: FemtoUsd | null;
}

/** What stands beside the counts inside a JSON attribute; absent is not said. */
export interface JsonFacts {
  readonly provider?: string | null;
  /** Of the answer. */
  readonly tariff?: Tariff;
  /** Of the request: holds where the answer does not say. */
  readonly askedTariff?: Tariff;
  readonly responseId?: string | null;
  readonly requestId?: string | null;
  readonly responseModel?: string | null;
  /** Part of the usage is known to be missing. */
  readonly lossy?: boolean;
  /** The figures are known to be off. */
  readonly estimated?: boolean;
}

/** One vocabulary and how to recognise the spans written in it. Data where it can be. */
export interface Dialect {
  readonly name: string;
  readonly vocabulary: Vocabulary;
  /** What stands in the provider's place names the framework or the service: nobody knows who was paid. */
  readonly namesNoProvider?: boolean;
  /** Every span of these scopes is written in it. Asked once a scope. */
  readonly ownsScope?: (scopeName: string) => boolean;
  /** True where its marks on spans of other scopes are no keys of its vocabulary. */
  readonly needsNoKey?: boolean;
  /** Its marks on spans of other scopes. Only a span that holds one of its keys is asked about, unless it needs none. */
  readonly recognises?: (span: ReceivedSpan, found: Found, bit: number) => boolean;
  /** The operation, where `gen_ai.operation.name` does not say it. */
  readonly operation?: (found: Found, span: ReceivedSpan) => string | null;
  /** The dialect's own mark of a span that wraps calls, as `key=value`. */
  readonly containerRule?: (found: Found) => string | null;
  /** True for a span that is a call only if it reports usage. */
  readonly callNeedsUsage?: (found: Found, operation: string | null, span: ReceivedSpan) => boolean;
  /** What the dialect says in places of its own, before the shared names are asked. */
  readonly own?: (span: ReceivedSpan, found: Found) => OwnFacts;
  /** For counts that stand inside a JSON attribute, or under names no other emitter uses: fills those still unknown. */
  readonly readJson?: (found: Found, counts: Counts, span: ReceivedSpan) => JsonFacts;
  readonly habits?: (span: ReceivedSpan, found: Found, family: Family) => Habits;
  /** True when the span shows that part of its usage is missing. */
  readonly lossy?: (span: ReceivedSpan, found: Found, family: Family, counts: Counts) => boolean;
}
