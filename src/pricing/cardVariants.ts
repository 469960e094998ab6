import type { Condition } from './adjustment.ts';
import type { Adjustments } from './adjustments.ts';
import { conditionsOf, type Variant } from './conditions.ts';
import type { PriceSettings } from './priceSettings.ts';
import type { Epoch, RateCard } from './rateCard.ts';

/** A card as it is under every condition that calls may meet; each compiled when the first call meets it. */
export class CardVariants {
  /** As the card and its corrections say, before any adjustment. */
  readonly card: RateCard;
  readonly #adjustments: Adjustments;
  readonly #settings: readonly Condition[];
  /** By variant, of which there are some dozens. */
  readonly #variants: RateCard[] = [];

  constructor(card: RateCard, adjustments: Adjustments, settings: readonly Condition[]) {
    this.card = card;
    this.#adjustments = adjustments;
    this.#settings = settings;
  }

  of(variant: Variant): RateCard {
    return (this.#variants[variant] ??= this.#compile(variant));
  }

  #compile(variant: Variant): RateCard {
    const { conditions, isUnknown } = conditionsOf(variant);
    const card = this.#adjustments.apply(this.card, [...conditions, ...this.#settings]);
    const asked = conditions.filter((condition) => 'tier' in condition || 'speed' in condition).map(kindOf);
    if (asked.length === 0 && !isUnknown) return card;
    const marked = (epoch: Epoch): Epoch => {
      const applied = new Set(epoch.adjustments.map(({ when }) => kindOf(when)));
      return { ...epoch, isEstimate: isUnknown || asked.some((kind) => !applied.has(kind)) };
    };
    const [first, ...others] = card.epochs;
    return { id: card.id, epochs: [marked(first), ...others.map(marked)] };
  }
}

function kindOf(condition: Condition): string {
  return Object.keys(condition).join();
}

/** The settings that change a price; the others are how cards are written. */
export function conditionsOfSettings({ azureZone, vertexLocation }: PriceSettings): readonly Condition[] {
  const conditions: Condition[] = [];
  if (azureZone !== 'global') conditions.push({ azureZone });
  if (vertexLocation !== 'global') conditions.push({ vertexLocation });
  return conditions;
}
