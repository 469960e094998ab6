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
    const rates = ratesFor(epoch.bands, call.usage);
    const cost = costOf(call.usage, rates);
    if (typeof cost === 'string') return unpriced(cost);
    return {
      status: statusOf(call, rates),
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
function statusOf(call: LlmCall, rates: Rates): Priced['status'] {
  if (call.lossy || isPartMissing(call, rates)) return 'lossy';
  if (call.usageSource === 'estimate') return 'estimated';
  return call.serviceTier !== null && pricedApartTiers.has(call.serviceTier.toLowerCase()) ? 'estimated' : 'priced';
}

/** True where the card prices a direction of which the emitter said nothing at all. Embeddings have no output. */
function isPartMissing({ usage, operation }: LlmCall, rates: Rates): boolean {
  if (rates.input_uncached !== null && !isInputKnown(usage)) return true;
  return rates.output !== null && operation !== 'embeddings' && !isOutputKnown(usage);
}

function isInputKnown({ input_uncached, cache_read, cache_write_5m, cache_write_1h, other }: Usage): boolean {
  if (input_uncached !== null || cache_read !== null || cache_write_5m !== null || cache_write_1h !== null) return true;
  return other.audio_input !== undefined || other.cache_read_audio !== undefined || other.image_input !== undefined;
}

function isOutputKnown({ output, other }: Usage): boolean {
  return output !== null || other.audio_output !== undefined || other.image_output !== undefined;
}
