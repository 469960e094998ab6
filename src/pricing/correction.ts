import type { Usage } from '../usage.ts';
import type { LongContext, WrittenRates } from './writtenPrice.ts';

/** Google's two platforms, which are one provider in the rate card. */
export type Platform = 'gcp.vertex_ai' | 'gcp.gemini';

/** One figure that the rate card has wrong or lacks, dated and sourced. Later ones of a list go over earlier ones. */
export interface Correction {
  /** Id of the card, `openai/o3`: one of the rate card's, or a new one, whose first part is the provider. */
  readonly card: string;
  /** Lower-case names, `*` for any characters, that lead to this card under its provider, whatever the rate card says. */
  readonly names?: readonly string[];
  /** Holds only for spans that name this platform. */
  readonly platform?: Platform;
  /** ISO 8601 instants, `[from, to)`; null: always so far, and for good. */
  readonly from: string | null;
  readonly to: string | null;
  /** `HH:MM` of the UTC day, start inclusive, end exclusive, midnight spanned where start is after end; weekdays of the call's UTC day, 0 = Sunday. */
  readonly hours?: { readonly start: string; readonly end: string; readonly weekdays?: readonly number[] };
  /** Over the rates in force then, key by key: a key written here loses the long-context rates that it had. */
  readonly rates: WrittenRates;
  /** Instead of all rates in force then, those of long context too. */
  readonly isWhole?: boolean;
  readonly longContext?: readonly LongContext[];
  /** What is wrong without it, in one sentence. */
  readonly says: string;
  /** Where the figure is from: a page or a dated record. */
  readonly source: string;
  /** USD that the rate card alone answers for `proof`, as a decimal; null where it has no price. */
  readonly instead: string | null;
  readonly proof: {
    readonly provider: string;
    readonly model: string;
    readonly at: string;
    readonly usage: Partial<Usage>;
  };
}
