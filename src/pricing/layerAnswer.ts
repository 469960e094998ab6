import type { Priced, Unpriced } from '../call.ts';
import type { Epoch, RateCard } from './rateCard.ts';

/** What one layer says about a call, whether or not it decides. */
export interface LayerAnswer {
  readonly layer: 'override' | 'reported' | 'usage' | 'correction' | 'adjustment' | 'card';
  /** What the price would be by this layer; null where it has nothing to say. */
  readonly answer: Priced | Unpriced | null;
  /** True for the one whose answer is the price. */
  readonly decides: boolean;
  /** Where the layer goes by a card: the card, and what of it is in force at the call's start. */
  readonly card: RateCard | null;
  readonly epoch: Epoch | null;
  /** Facts in one sentence: which override, which correction and its source, why nothing. */
  readonly says: string;
}
