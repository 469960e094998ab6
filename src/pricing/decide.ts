import type { LlmCall, Priced, Unpriced } from '../call.ts';
import { isUsageUnknown } from '../usage.ts';
import { isRefused, missingUsage } from './billableUsage.ts';
import { cardPrice } from './cardPrice.ts';
import type { Catalogue } from './catalogue.ts';
import { variantOf } from './conditions.ts';
import { epochAt, unixMs } from './epoch.ts';
import { unpriced } from './layer.ts';
import type { LayerAnswer } from './layerAnswer.ts';
import { mappedName } from './mappedName.ts';
import type { Override, Overrides } from './overrides.ts';
import { reportedCost } from './reportedCost.ts';

interface Decision {
  readonly price: Priced | Unpriced;
  readonly by: LayerAnswer['layer'];
}

/** The layers in their order. Usage that contradicts itself has no price but the one that its provider reports. */
export function decide(call: LlmCall, catalogue: Catalogue, overrides: Overrides): Decision {
  if (call.usageFault === null && !overrides.isEmpty) {
    const override = overrideFor(call, overrides);
    if (override !== null) return { price: overridePrice(call, override, catalogue), by: 'override' };
  }
  const reported = reportedCost(call);
  if (reported !== null) return { price: reported, by: 'reported' };
  const usage = call.usageFault === null ? missingUsage(call) : unpriced('inconsistent_usage');
  if (usage !== null) return { price: usage, by: 'usage' };
  return byCards(call, catalogue);
}

/** The override in force at the call's start, where it can price the call. */
export function overrideFor(call: LlmCall, overrides: Overrides): Override | null {
  const override = overrides.find(call, unixMs(call.startUnixNano));
  if (override === null || !isUsageUnknown(call.usage)) return override;
  // What nobody counted can only be priced where no token costs anything, and what was refused is not billed.
  return override.areTokensFree && !isRefused(call) ? override : null;
}

/** As another model's cards say, or the override's own. There is no second step: the other model's overrides do not count. */
export function overridePrice(call: LlmCall, { card, written }: Override, catalogue: Catalogue): Priced | Unpriced {
  if (card !== null) return cardPrice(call, card);
  const { provider, model } = mappedName(call.provider, written.mapsTo ?? '');
  const found = catalogue.find(provider, model);
  return typeof found === 'string' ? unpriced('unknown_model') : cardPrice(call, found.of(variantOf(call)));
}

function byCards(call: LlmCall, catalogue: Catalogue): Decision {
  const found = catalogue.find(call.provider, call.model);
  if (typeof found === 'string') return { price: unpriced(found), by: 'card' };
  const card = found.of(variantOf(call));
  const { correction, adjustments } = epochAt(card, call.startUnixNano);
  const by = adjustments.length > 0 ? 'adjustment' : correction === null ? 'card' : 'correction';
  return { price: cardPrice(call, card), by };
}
