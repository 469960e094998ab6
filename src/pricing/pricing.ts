import type { LlmCall, PricedCall } from '../call.ts';
import { Catalogue, type CatalogueParts, type UnknownName } from './catalogue.ts';
import { askLayers } from './askLayers.ts';
import { cardOf, type AskedPrice } from './cardOf.ts';
import { decide } from './decide.ts';
import type { LayerAnswer } from './layerAnswer.ts';
import { noOverrides, type Overrides } from './overrides.ts';
import type { RateCard } from './rateCard.ts';
import { withPrice } from './withPrice.ts';

export type { AskedPrice } from './cardOf.ts';

export interface Pricing {
  /** What the call costs and by which card, or why nobody can say. Never throws, whatever a sender wrote. */
  price(call: LlmCall, overrides?: Overrides): PricedCall;
  /**
   * The card that would price such a call, adjusted to its tier and facts: overrides are epochs among the others, so that
   * both sides of an instant can be seen.
   */
  cardOf(asked: AskedPrice, overrides?: Overrides): RateCard | UnknownName;
  /** Of every card there is, none of them compiled for it. */
  cardIds(): Iterable<string>;
  /** Every card there is, corrections merged; compiled as they are asked for. */
  cards(): Iterable<RateCard>;
  /** What every layer says about the call, in order, beyond the one that decides. */
  layers(call: LlmCall, overrides?: Overrides): readonly LayerAnswer[];
}

/**
 * Prices calls by layers, of which the first that answers decides. One instance remembers the cards of the names it has
 * seen, so that other data or settings are another instance.
 */
export function createPricing(parts: CatalogueParts = {}): Pricing {
  const catalogue = new Catalogue(parts);
  return {
    price: (call, overrides = noOverrides) => withPrice(call, decide(call, catalogue, overrides).price),
    cardOf: (asked, overrides = noOverrides) => cardOf(asked, catalogue, overrides),
    cardIds: () => catalogue.cardIds(),
    cards: () => catalogue.cards(),
    layers: (call, overrides = noOverrides) => askLayers(call, catalogue, overrides),
  };
}
