import type { LlmCall } from '../call.ts';
import { formatUsd } from '../money.ts';
import { missingUsage } from './billableUsage.ts';
import { cardPrice } from './cardPrice.ts';
import type { Catalogue } from './catalogue.ts';
import { variantOf } from './conditions.ts';
import { decide, overrideFor, overridePrice } from './decide.ts';
import { epochAt, unixMs } from './epoch.ts';
import { unpriced } from './layer.ts';
import type { LayerAnswer } from './layerAnswer.ts';
import { mappedName } from './mappedName.ts';
import type { Override, Overrides } from './overrides.ts';
import type { RateCard } from './rateCard.ts';
import { reportedCost } from './reportedCost.ts';

type Answer = Omit<LayerAnswer, 'decides'>;

/** What every layer says about a call, in the order in which they are asked. */
export function askLayers(call: LlmCall, catalogue: Catalogue, overrides: Overrides): readonly LayerAnswer[] {
  const { by } = decide(call, catalogue, overrides);
  const answers = [
    overrideSays(call, catalogue, overrides),
    reportedSays(call),
    usageSays(call),
    ...cardsSay(call, catalogue),
  ];
  return answers.map((answer) => ({ ...answer, decides: answer.layer === by }));
}

function overrideSays(call: LlmCall, catalogue: Catalogue, overrides: Overrides): Answer {
  const layer = 'override';
  const override = overrides.find(call, unixMs(call.startUnixNano));
  if (override === null) return silent(layer, 'no override of this name is in force');
  const { written } = override;
  const named = `the override of ${written.provider}/${written.model} ${spanText(written.from, written.to)}`;
  if (call.usageFault !== null || overrideFor(call, overrides) === null) {
    return silent(layer, `${named} needs usage, which is missing or contradicts itself`);
  }
  const says = written.mapsTo === null ? named : `${named} prices it as ${written.mapsTo}`;
  const card = cardOfOverride(call, override, catalogue);
  return { ...byCard(call, layer, card, says), answer: overridePrice(call, override, catalogue) };
}

function cardOfOverride(call: LlmCall, { card, written }: Override, catalogue: Catalogue): RateCard | null {
  if (card !== null) return card;
  const { provider, model } = mappedName(call.provider, written.mapsTo ?? '');
  const found = catalogue.find(provider, model);
  return typeof found === 'string' ? null : found.of(variantOf(call));
}

function reportedSays(call: LlmCall): Answer {
  const answer = reportedCost(call);
  const { reportedCostFemtoUsd } = call;
  if (answer !== null)
    return { ...silent('reported', `the provider reports ${formatUsd(answer.costFemtoUsd)} USD`), answer };
  const says = reportedCostFemtoUsd === null ? 'no cost is reported' : 'a cost is reported, but not by who bills it';
  return silent('reported', says);
}

function usageSays(call: LlmCall): Answer {
  const { usageFault } = call;
  if (usageFault !== null) {
    return { ...silent('usage', `contradicts itself: ${usageFault}`), answer: unpriced('inconsistent_usage') };
  }
  const answer = missingUsage(call);
  if (answer === null) return silent('usage', 'can be priced');
  const says =
    answer.status === 'unpriced' ? 'nobody reported any usage' : 'the provider refused the call and bills nothing';
  return { ...silent('usage', says), answer };
}

function cardsSay(call: LlmCall, catalogue: Catalogue): Answer[] {
  const found = catalogue.find(call.provider, call.model);
  if (typeof found === 'string') {
    const says = found === 'unknown_provider' ? 'nobody knows the provider' : 'no card has such a name';
    return [
      silent('correction', 'no correction has such a name'),
      silent('adjustment', 'there is no card to adjust'),
      { ...silent('card', says), answer: unpriced(found) },
    ];
  }
  const adjusted = found.of(variantOf(call));
  const { correction, adjustments, isEstimate } = epochAt(adjusted, call.startUnixNano);
  const corrected = epochAt(found.card, call.startUnixNano).correction ?? correction;
  const unknown = isEstimate ? 'no price of this tier or speed is known: standard rates, an estimate' : 'none applies';
  const plain = catalogue.uncorrected(found.card.id);
  return [
    corrected === null
      ? silent('correction', 'none applies')
      : byCard(call, 'correction', found.card, `${corrected.says} (${corrected.source})`),
    adjustments.length === 0
      ? silent('adjustment', unknown)
      : byCard(call, 'adjustment', adjusted, adjustments.map(({ says, source }) => `${says} (${source})`).join('; ')),
    plain === null
      ? { ...silent('card', `the rate card has no ${found.card.id}`), answer: unpriced('unknown_model') }
      : byCard(call, 'card', plain, `the rate card’s ${plain.id}`),
  ];
}

function byCard(call: LlmCall, layer: Answer['layer'], card: RateCard | null, says: string): Answer {
  if (card === null) return silent(layer, says);
  return { layer, answer: cardPrice(call, card), card, epoch: epochAt(card, call.startUnixNano), says };
}

function silent(layer: Answer['layer'], says: string): Answer {
  return { layer, answer: null, card: null, epoch: null, says };
}

function spanText(from: string | null, to: string | null): string {
  if (from === null && to === null) return '';
  return `from ${from ?? 'always'} to ${to ?? 'further notice'}`;
}
