import type { Priced } from '../call.ts';
import { formatUsd } from '../money.ts';
import { type AskedCall, callOf } from './askedCall.ts';
import { endOfEpoch } from './epoch.ts';
import type { LayerAnswer } from './layerAnswer.ts';
import type { Overrides } from './overrides.ts';
import type { Pricing } from './pricing.ts';
import { hoursText, instantText, shownBands, type ShownBand, shownRates } from './shownRates.ts';
import { suggestNames } from './suggest.ts';
import type { WrittenRates } from './writtenPrice.ts';

/** Which price a call has and why, as plain data for JSON. */
export interface PriceExplanation {
  readonly provider: string | null;
  readonly model: string;
  readonly at: string;
  /** The answer; null where nobody can price it, and then `unpriced_reason` says why. */
  readonly price: ExplainedPrice | null;
  readonly unpriced_reason: string | null;
  /** In the order in which they are asked; the first that answers decides. */
  readonly layers: readonly ExplainedLayer[];
  /** Known names like it, as `maps_to` takes them: where the name is unknown. */
  readonly suggestions: readonly string[];
}

interface ExplainedPrice {
  readonly source: Priced['source'];
  readonly card: string | null;
  readonly effective_from: string | null;
  readonly effective_to: string | null;
  /** Within its dates it holds only then; none: all day. */
  readonly hours: readonly string[];
  readonly service_tier: string;
  readonly status: Priced['status'];
  /** For requests of any length; then those above a number of input tokens. None where the provider reported a sum. */
  readonly rates: WrittenRates;
  readonly long_context: readonly ShownBand[];
  /** What the usage comes to; null where none was given. */
  readonly cost_usd: string | null;
  readonly cost: Readonly<Record<string, string>> | null;
}

interface ExplainedLayer {
  readonly layer: LayerAnswer['layer'];
  readonly decides: boolean;
  /** What the usage would cost by this layer alone; null where it has no answer, or no usage was given. */
  readonly cost_usd: string | null;
  readonly says: string;
}

/** Asks every layer, those too to which an earlier one leaves nothing. */
export function explainPrice(pricing: Pricing, asked: AskedCall, overrides?: Overrides): PriceExplanation {
  const call = callOf(asked);
  const { price } = pricing.price(call, overrides);
  const layers = pricing.layers(call, overrides);
  const decisive = layers.find(({ decides }) => decides) ?? null;
  const reason = price.status === 'unpriced' ? price.reason : null;
  const isNameUnknown = reason === 'unknown_model' || reason === 'unknown_provider';
  return {
    provider: asked.provider,
    model: asked.model,
    at: new Date(asked.atMs).toISOString(),
    price: price.status === 'unpriced' ? null : explainAnswer(asked, price, decisive),
    unpriced_reason: reason,
    layers: layers.map((each) => explainLayer(asked, each)),
    suggestions: isNameUnknown ? suggestNames(pricing, asked.provider, asked.model) : [],
  };
}

function explainAnswer({ usage, atMs }: AskedCall, price: Priced, decisive: LayerAnswer | null): ExplainedPrice {
  const { card = null, epoch = null } = decisive ?? {};
  const parts = Object.entries(price.partsFemtoUsd).map(([bucket, femtoUsd]) => [bucket, formatUsd(femtoUsd)] as const);
  return {
    source: price.source,
    card: price.card,
    effective_from: price.effectiveFrom,
    effective_to: card === null || epoch === null ? null : instantText(endOfEpoch(card, epoch, atMs)),
    hours: epoch === null ? [] : epoch.windows.map(hoursText),
    service_tier: price.serviceTier,
    status: price.status,
    rates: epoch === null ? {} : shownRates(epoch.bands[0].rates),
    long_context: epoch === null ? [] : shownBands(epoch.bands),
    cost_usd: usage === null ? null : formatUsd(price.costFemtoUsd),
    cost: usage === null ? null : Object.fromEntries(parts),
  };
}

function explainLayer({ usage }: AskedCall, { layer, decides, answer, says }: LayerAnswer): ExplainedLayer {
  const isPriced = answer !== null && answer.status !== 'unpriced' && usage !== null;
  return { layer, decides, cost_usd: isPriced ? formatUsd(answer.costFemtoUsd) : null, says };
}

/** The explanation for people, a line each. */
export function explanationLines(explained: PriceExplanation): string[] {
  const { provider, model, at, price, unpriced_reason, layers, suggestions } = explained;
  const asked = `${provider === null ? model : `${provider}/${model}`} at ${at}`;
  const answer = price === null ? [`  no price: ${unpriced_reason}`] : priceLines(price);
  const near = suggestions.length === 0 ? [] : ['', `Names like it: ${suggestions.join(', ')}`];
  return [asked, ...answer, '', ...layers.map(layerLine), ...near];
}

/** The longest layer's name, `adjustment`, and a blank. */
const LAYER_WIDTH = 11;

function layerLine({ layer, decides, cost_usd, says }: ExplainedLayer): string {
  const cost = cost_usd === null ? '' : `USD ${cost_usd}: `;
  return `${decides ? '*' : ' '} ${layer.padEnd(LAYER_WIDTH)} ${cost}${says}`;
}

function priceLines(price: ExplainedPrice): string[] {
  const { cost_usd, cost, source, card, service_tier, status, effective_from, effective_to, hours } = price;
  const parts = Object.entries(cost ?? {}).map(([bucket, usd]) => `${bucket} ${usd}`);
  const sum = cost_usd === null ? [] : [`  USD ${cost_usd}${parts.length === 0 ? '' : ` = ${parts.join(' + ')}`}`];
  const holds = [
    ...(effective_from === null ? [] : [`from ${effective_from}`]),
    ...(effective_to === null ? [] : [`to ${effective_to}`]),
    ...hours,
  ];
  const facts = [...(card === null ? [] : [card]), `source ${source}`, `tier ${service_tier}`, ...holds];
  const isPlain = status === 'priced';
  const bands = price.long_context.map((band) => `  above ${band.above_input_tokens} input tokens: ${ratesText(band)}`);
  const rates = Object.keys(price.rates).length === 0 ? [] : [`  ${ratesText(price.rates)}`, ...bands];
  return [...sum, `  ${[...facts, ...(isPlain ? [] : [status])].join(', ')}`, ...rates];
}

/** `input 3, output 15 USD/Mtok, web_search 10 USD/1000`. */
function ratesText(rates: WrittenRates): string {
  const written = (per: string): string[] =>
    Object.entries(rates).flatMap(([key, usd]) => (key.endsWith(per) ? [`${key.replace(per, '')} ${usd}`] : []));
  const groups = [
    { texts: written('_usd_per_mtok'), unit: 'USD/Mtok' },
    { texts: written('_usd_per_kcount'), unit: 'USD/1000' },
  ];
  return groups.flatMap(({ texts, unit }) => (texts.length === 0 ? [] : [`${texts.join(', ')} ${unit}`])).join(', ');
}
