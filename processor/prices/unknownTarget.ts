import { mappedName } from '../../src/pricing/mappedName.ts';
import type { Pricing } from '../../src/pricing/pricing.ts';
import { suggestNames } from '../../src/pricing/suggest.ts';
import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
import { badParameter } from '../api/problem.ts';

export interface UnknownTarget {
  readonly mapsTo: string;
  /** Known names like it. */
  readonly suggestions: readonly string[];
}

/** Null where the price maps to a model that has a card, or to none. */
export function unknownTarget(
  price: Pick<WrittenPrice, 'provider' | 'mapsTo'>,
  pricing: Pricing,
): UnknownTarget | null {
  const { provider, mapsTo } = price;
  if (mapsTo === null) return null;
  const target = mappedName(provider === '*' ? null : provider, mapsTo);
  if (typeof pricing.cardOf({ ...target, serviceTier: null, priceFacts: null }) !== 'string') return null;
  return { mapsTo, suggestions: suggestNames(pricing, target.provider, target.model) };
}

/** Throws `bad_parameter` where the price maps to a model that nobody knows. */
export function requireTarget(price: Pick<WrittenPrice, 'provider' | 'mapsTo'>, pricing: Pricing): void {
  const unknown = unknownTarget(price, pricing);
  if (unknown === null) return;
  const { mapsTo, suggestions } = unknown;
  const near = suggestions.length === 0 ? '' : `, such as ${suggestions.join(', ')}`;
  throw badParameter(
    'maps_to',
    mapsTo,
    `a model that has a price, MODEL of the same provider or PROVIDER/MODEL${near}`,
  );
}
