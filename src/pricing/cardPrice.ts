import type { LlmCall, Priced, Unpriced } from '../call.ts';
import { tokenTotals, type Usage } from '../usage.ts';
import { costOf } from './cost.ts';
import { epochAt } from './epoch.ts';
import { tierOf, unpriced } from './layer.ts';
import type { Band, Epoch, RateCard, Rates } from './rateCard.ts';

/** Usage times the rates that are in force at the call's start. */
export function cardPrice(call: LlmCall, card: RateCard): Priced | Unpriced {
  const epoch = epochAt(card, call.startUnixNano);
  const cost = costOf(call.usage, ratesFor(epoch.bands, call.usage));
  if (typeof cost === 'string') return unpriced(cost);
  return {
    status: statusOf(call, epoch),
    costFemtoUsd: cost.costFemtoUsd,
    partsFemtoUsd: cost.partsFemtoUsd,
    source: epoch.source,
    card: card.id,
    effectiveFrom: epoch.effectiveFrom,
    serviceTier: tierOf(call),
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
function statusOf({ lossy, usageSource }: LlmCall, { isEstimate }: Epoch): Priced['status'] {
  if (lossy) return 'lossy';
  return usageSource === 'estimate' || isEstimate ? 'estimated' : 'priced';
}
