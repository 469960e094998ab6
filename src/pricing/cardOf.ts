import type { Catalogue, UnknownName } from './catalogue.ts';
import { intersection } from './compileCard.ts';
import { variantOf } from './conditions.ts';
import { mappedName } from './mappedName.ts';
import type { Override, Overrides } from './overrides.ts';
import type { LlmCall } from '../call.ts';
import { bandsOf } from './priceTable.ts';
import type { Epoch, RateCard } from './rateCard.ts';

/** What decides which card prices a call, apart from its usage and its time. */
export type AskedPrice = Pick<LlmCall, 'provider' | 'model' | 'serviceTier' | 'priceFacts'>;

/** Prices nothing: of a model that has a price only while an override is in force. */
const silent: Epoch = {
  fromMs: Number.NEGATIVE_INFINITY,
  toMs: Number.POSITIVE_INFINITY,
  windows: [],
  effectiveFrom: null,
  source: 'custom',
  bands: bandsOf(new Map()),
  correction: null,
  adjustments: [],
  isEstimate: false,
};

/**
 * The card that prices such calls, with the overrides as its last epochs. A name that only overrides know has a card without
 * rates for the time in which none is in force.
 */
export function cardOf(asked: AskedPrice, catalogue: Catalogue, overrides: Overrides): RateCard | UnknownName {
  const found = catalogue.find(asked.provider, asked.model);
  const card = typeof found === 'string' ? found : found.of(variantOf(asked));
  if (overrides.isEmpty) return card;
  // The first to go first stands last among epochs.
  const over = [...overrides.candidates(asked)].toReversed().flatMap((each) => epochsOf(each, asked, catalogue));
  if (over.length === 0) return card;
  const [first, ...others] = typeof card === 'string' ? [silent] : card.epochs;
  return {
    id: typeof card === 'string' ? `custom/${asked.provider ?? '*'}/${asked.model ?? ''}` : card.id,
    epochs: [first, ...others, ...over],
  };
}

function epochsOf({ card, inForce, written }: Override, asked: AskedPrice, catalogue: Catalogue): Epoch[] {
  if (card !== null) return [...card.epochs];
  const { provider, model } = mappedName(asked.provider, written.mapsTo ?? '');
  const found = catalogue.find(provider, model);
  const epochs = typeof found === 'string' ? [silent] : found.of(variantOf(asked)).epochs;
  return epochs.flatMap((epoch) => {
    const both = intersection(epoch, inForce);
    return both === null ? [] : [{ ...epoch, ...both }];
  });
}
