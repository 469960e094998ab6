import type { LlmCall, Priced, Unpriced } from '../call.ts';
import { tokenTotals, type Usage } from '../usage.ts';
import type { Catalogue } from './catalogue.ts';
import { costOf } from './cost.ts';
import { epochAt } from './epoch.ts';
import { tierOf, unpriced } from './layer.ts';
import type { Band, Rates } from './rateCard.ts';

/** Tiers with prices of their own. The cards hold standard prices, so under these the cost is an estimate. */
const pricedApartTiers: ReadonlySet<string> = new Set(['batch', 'flex', 'priority']);

/** Prices by the library's card: the last layer, so it says why where it cannot. */
export function libraryCard(catalogue: Catalogue): (call: LlmCall) => Priced | Unpriced {
  return (call) => {
    const card = catalogue.find(call.provider, call.model);
    if (typeof card === 'string') return unpriced(card);
    const epoch = epochAt(card, call.startUnixNano);
    const cost = costOf(call.usage, ratesFor(epoch.bands, call.usage));
    if (typeof cost === 'string') return unpriced(cost);
    return {
      status: statusOf(call),
      costFemtoUsd: cost.costFemtoUsd,
      partsFemtoUsd: cost.partsFemtoUsd,
      source: 'default',
      card: card.id,
      effectiveFrom: epoch.effectiveFrom,
      serviceTier: tierOf(call),
    };
  };
}

/** Above a threshold of input, whatever its kind, every token of the request has the long-context price, output too. */
function ratesFor(bands: readonly [Band, ...Band[]], usage: Usage): Rates {
  if (bands.length === 1) return bands[0].rates;
  const { inputTokens } = tokenTotals(usage);
  const band = bands.findLast(({ aboveInputTokens }) => inputTokens > aboveInputTokens) ?? bands[0];
  return band.rates;
}

/** A missing part outweighs an estimated one: the cost is then a lower bound and not only uncertain. */
function statusOf(call: LlmCall): Priced['status'] {
  if (call.lossy) return 'lossy';
  const { usageSource, serviceTier } = call;
  const isOtherTier = serviceTier !== null && pricedApartTiers.has(serviceTier.toLowerCase());
  return usageSource === 'estimate' || isOtherTier ? 'estimated' : 'priced';
}
