import { compileGlob } from '../glob.ts';
import type { Bucket } from '../usage.ts';
import type { Adjustment, Condition } from './adjustment.ts';
import { intersection, isoOf, later, spanOf } from './compileCard.ts';
import { bandsOf, writtenTable } from './priceTable.ts';
import { divideHalfEven, type FemtoUsdPerUnit } from './rate.ts';
import type { Band, Epoch, RateCard, Rates } from './rateCard.ts';

/** Finds and applies the prices of tiers and other conditions. */
export class Adjustments {
  readonly #entries: readonly Entry[];

  constructor(adjustments: readonly Adjustment[]) {
    this.#entries = adjustments.map(entryOf);
  }

  /** The card under all of these conditions; itself where none of them changes it. */
  apply(card: RateCard, conditions: readonly Condition[]): RateCard {
    const [first, ...others] = conditions.reduce<readonly Adjusted[]>(
      (epochs, condition) => adjusted(epochs, this.#entriesFor(card.id, condition)),
      card.epochs.map((epoch) => ({ epoch, entries: [] })),
    );
    if (first === undefined || [first, ...others].every(({ entries }) => entries.length === 0)) return card;
    return { id: card.id, epochs: [settled(first), ...others.map(settled)] };
  }

  /** Those of one condition for a card, the least specific first: the last in force goes first. */
  #entriesFor(cardId: string, condition: Condition): readonly Entry[] {
    const key = conditionKey(condition);
    return this.#entries
      .flatMap((entry) => {
        if (entry.key !== key) return [];
        const lengths = entry.globs.flatMap(({ matches, length }) => (matches(cardId) ? [length] : []));
        return lengths.length === 0 ? [] : [{ entry, length: Math.max(...lengths) }];
      })
      .toSorted((a, b) => a.length - b.length)
      .map(({ entry }) => entry);
  }
}

interface Entry {
  readonly adjustment: Adjustment;
  readonly key: string;
  readonly globs: readonly { readonly matches: (cardId: string) => boolean; readonly length: number }[];
  readonly bands: readonly [Band, ...Band[]] | null;
}

/** An epoch and what is to be applied to it: at the end, together, so that a rate is rounded once. */
interface Adjusted {
  readonly epoch: Epoch;
  readonly entries: readonly Entry[];
}

function entryOf(adjustment: Adjustment): Entry {
  const { when, cards, rates, longContext = [] } = adjustment;
  return {
    adjustment,
    key: conditionKey(when),
    globs: cards.map((glob) => ({ matches: compileGlob(glob), length: glob.replaceAll('*', '').length })),
    bands: rates === undefined ? null : bandsOf(writtenTable(rates, longContext)),
  };
}

function conditionKey(condition: Condition): string {
  return Object.entries(condition).join();
}

/** Each entry goes over the epochs as they were before this condition, not over another entry of it. */
function adjusted(epochs: readonly Adjusted[], entries: readonly Entry[]): readonly Adjusted[] {
  const over = entries.flatMap((entry) => {
    const { from, to } = entry.adjustment;
    const span = spanOf(from, to);
    return epochs.flatMap((each): Adjusted[] => {
      const both = intersection(each.epoch, span);
      if (both === null) return [];
      const effectiveFrom = later(each.epoch.effectiveFrom, isoOf(from));
      return [{ epoch: { ...each.epoch, ...both, effectiveFrom }, entries: [...each.entries, entry] }];
    });
  });
  return [...epochs, ...over];
}

function settled({ epoch, entries }: Adjusted): Epoch {
  if (entries.length === 0) return epoch;
  const bands = entries.findLast((entry) => entry.bands !== null)?.bands ?? epoch.bands;
  const factors = entries.map(({ adjustment }) => adjustment).filter(({ factor }) => factor !== undefined);
  const bandOf = ({ aboveInputTokens, rates }: Band): Band => ({ aboveInputTokens, rates: scaled(rates, factors) });
  const [first, ...others] = bands;
  return {
    ...epoch,
    bands: [bandOf(first), ...others.map(bandOf)],
    adjustments: entries.map(({ adjustment }) => adjustment),
  };
}

/** Numerators and denominators multiply before anything is rounded: ½ of an odd rate times 11/10 is rounded once. */
function scaled(rates: Rates, factors: readonly Adjustment[]): Rates {
  const result: Partial<Record<Bucket, FemtoUsdPerUnit | null>> = {};
  for (const bucket of Object.keys(rates) as Bucket[]) {
    const rate = rates[bucket];
    let [numerator, denominator] = [1n, 1n];
    for (const { factor: [over, under] = [1, 1], except = [] } of factors) {
      if (except.includes(bucket)) continue;
      numerator *= BigInt(over);
      denominator *= BigInt(under);
    }
    result[bucket] = rate === null ? null : divideHalfEven(rate * numerator, denominator);
  }
  return result as Rates;
}
