import { compileGlob } from '../../src/glob.ts';
import { endOfEpoch, isInForce } from '../../src/pricing/epoch.ts';
import { nameKey } from '../../src/pricing/overrides.ts';
import type { Pricing } from '../../src/pricing/pricing.ts';
import { libraryProviderNames } from '../../src/pricing/providerNames.ts';
import type { Epoch, RateCard } from '../../src/pricing/rateCard.ts';
import { instantText, shownBands, shownRates } from '../../src/pricing/shownRates.ts';
import type { KnownPrice } from './priceBook.ts';
import { priceJson, type PriceJson } from './writtenJson.ts';

export const priceSources = ['default', 'correction', 'custom'] as const;
type PriceSource = (typeof priceSources)[number];

/** A price in force, as plain data for JSON: under the names with which it was set, else under the rate card's own. */
export interface ListedPrice extends PriceJson {
  readonly source: PriceSource;
  readonly set_by: 'api' | 'file' | null;
  /** Null where calls are priced as another model. */
  readonly card: string | null;
}

export interface PricesQuestion {
  readonly provider: string | null;
  /** A part of the name, or a glob where it has a `*`. */
  readonly model: string | null;
  readonly source: PriceSource | null;
  readonly atMs: number;
}

/** Says what it is only when it is shown: there are 1,700 cards. */
interface Entry extends Pick<ListedPrice, 'provider' | 'model'> {
  /** By which entries are in order, and which no two have in common. */
  readonly position: readonly [rank: string, provider: string, model: string];
  readonly source: PriceSource;
  show(): ListedPrice;
}

export interface PricesPage {
  readonly items: readonly ListedPrice[];
  /** Of the last item; null where no more follow. */
  readonly next: readonly string[] | null;
}

/** Those that were set first, then the rate card's, each by provider and model: from behind `after` on, `limit` at most. */
export function pricesInForce(
  known: readonly KnownPrice[],
  pricing: Pricing,
  question: PricesQuestion,
  { after, limit }: { readonly after: readonly string[] | null; readonly limit: number },
): PricesPage {
  const isAsked = filterOf(question);
  const entries = [...setEntries(known, question.atMs), ...cardEntries(pricing, question.atMs)]
    .filter(isAsked)
    .sort((one, other) => compare(one.position, other.position));
  const rest = after === null ? entries : entries.filter(({ position }) => compare(position, after) > 0);
  const shown = rest.slice(0, limit);
  return {
    items: shown.map((entry) => entry.show()),
    next: rest.length > shown.length ? (shown.at(-1)?.position ?? null) : null,
  };
}

function compare(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((part, index) => part !== other[index]);
  if (at === -1) return 0;
  return (one[at] ?? '') < (other[at] ?? '') ? -1 : 1;
}

function filterOf({ provider, model, source }: PricesQuestion): (entry: Entry) => boolean {
  const names = libraryProviderNames();
  const idOf = (written: string): string => names.namedId(written.toLowerCase()) ?? written.toLowerCase();
  const id = provider === null ? null : idOf(provider);
  const lowered = model?.toLowerCase() ?? '';
  const matches = lowered.includes('*') ? compileGlob(lowered) : (text: string): boolean => text.includes(lowered);
  return (entry) =>
    (source === null || entry.source === source) &&
    (id === null || idOf(entry.provider) === id) &&
    matches(entry.model.toLowerCase());
}

const SET_RANK = '0';
const CARD_RANK = '1';

/** Of those with the same name the tenant's own go before the file's, and later ones before earlier. */
function setEntries(known: readonly KnownPrice[], atMs: number): Entry[] {
  const at = new Date(atMs).toISOString();
  const inForce = new Map<string, KnownPrice>();
  for (const price of known) {
    if ((price.from !== null && price.from > at) || (price.to !== null && price.to <= at)) continue;
    const name = nameKey(price);
    const other = inForce.get(name);
    const isBehind =
      other !== undefined &&
      (other.setBy === price.setBy ? (other.from ?? '') > (price.from ?? '') : other.setBy === 'api');
    if (!isBehind) inForce.set(name, price);
  }
  return [...inForce.values()].map((price) => ({
    provider: price.provider,
    model: price.model,
    position: [SET_RANK, price.provider, price.model],
    source: 'custom',
    show: () => setPrice(price),
  }));
}

function setPrice(price: KnownPrice): ListedPrice {
  const { provider, model, setBy, mapsTo } = price;
  const card = mapsTo === null ? `custom/${provider}/${model}` : null;
  return { ...priceJson(price), source: 'custom', set_by: setBy, card };
}

function cardEntries(pricing: Pricing, atMs: number): Entry[] {
  return [...pricing.cards()].map((card) => {
    const slash = card.id.indexOf('/');
    const [provider, model] = [card.id.slice(0, slash), card.id.slice(slash + 1)];
    const epoch = card.epochs.findLast((each) => isInForce(each, atMs)) ?? card.epochs[0];
    return {
      provider,
      model,
      position: [CARD_RANK, provider, model],
      source: epoch.source,
      show: () => cardPrice(card, epoch, { provider, model }, atMs),
    };
  });
}

function cardPrice(
  card: RateCard,
  epoch: Epoch,
  name: Pick<ListedPrice, 'provider' | 'model'>,
  atMs: number,
): ListedPrice {
  return {
    ...name,
    source: epoch.source,
    set_by: null,
    card: card.id,
    effective_from: epoch.effectiveFrom,
    effective_to: instantText(endOfEpoch(card, epoch, atMs)),
    ...shownRates(epoch.bands[0].rates),
    long_context: shownBands(epoch.bands),
    maps_to: null,
  };
}
