import type { Bucket } from '../usage.ts';
import type { PriceSettings } from './priceSettings.ts';
import type { LongContext, WrittenRates } from './writtenPrice.ts';

export type PricedTier = 'batch' | 'flex' | 'priority';
export type SearchContextSize = 'low' | 'medium' | 'high';

/** What makes a call cost other than its card says. */
export type Condition =
  | { readonly tier: PricedTier }
  | { readonly speed: 'fast' }
  | { readonly inferenceGeo: 'us' }
  | { readonly searchContextSize: SearchContextSize }
  | { readonly azureZone: Exclude<PriceSettings['azureZone'], 'global'> }
  | { readonly vertexLocation: Exclude<PriceSettings['vertexLocation'], 'global'> };

/** Prices under one condition. Those of different kinds multiply: batch × inference geography × zone. */
export interface Adjustment {
  readonly when: Condition;
  /** Globs over card ids, `openai/gpt-5*`. Of several with one condition the longest match without its stars wins, then the last. */
  readonly cards: readonly string[];
  /** ISO 8601 instants, `[from, to)`; null: always so far, and for good. */
  readonly from: string | null;
  readonly to: string | null;
  /** Numerator and denominator, for every rate but those in `except`. */
  readonly factor?: readonly [number, number];
  readonly except?: readonly Bucket[];
  /** Instead of a factor: the whole card under this condition. */
  readonly rates?: WrittenRates;
  readonly longContext?: readonly LongContext[];
  readonly says: string;
  readonly source: string;
}
