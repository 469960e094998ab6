import type { ModelInfo } from '@pydantic/genai-prices';
import type { Condition } from './adjustment.ts';
import type { Adjustments } from './adjustments.ts';
import { CardVariants } from './cardVariants.ts';
import { compileCard } from './compileCard.ts';
import type { Correction, Platform } from './correction.ts';
import { providerOfCard } from './correctedNames.ts';
import type { RateCard } from './rateCard.ts';
import { libraryData, type RateData } from './rateData.ts';

/** All cards of some rate data with our corrections, each compiled when it is first asked for. */
export class CardBook {
  readonly #models: ReadonlyMap<string, ModelInfo>;
  /** Of a provider, whose models it has besides its own. */
  readonly #fallbacks: ReadonlyMap<string, readonly string[]>;
  /** By card. */
  readonly #corrections = new Map<string, Correction[]>();
  readonly #adjustments: Adjustments;
  readonly #settings: readonly Condition[];
  /** By platform and card id: at most three for each card there is. */
  readonly #compiled = new Map<string, CardVariants>();

  constructor(
    data: RateData,
    corrections: readonly Correction[],
    adjustments: Adjustments,
    settings: readonly Condition[],
  ) {
    this.#models = modelsOf(data);
    this.#fallbacks = new Map(data.providers.map(({ id, fallback_model_providers: others = [] }) => [id, others]));
    for (const correction of appliedTo(this.#models, corrections)) {
      const those = this.#corrections.get(correction.card);
      if (those === undefined) this.#corrections.set(correction.card, [correction]);
      else those.push(correction);
    }
    this.#adjustments = adjustments;
    this.#settings = settings;
  }

  /** The card of that id, which the rate card or a correction has, for spans of one platform. */
  card(id: string, platform: Platform | null): CardVariants {
    const corrections = this.#corrections.get(id) ?? [];
    const key = corrections.some((correction) => correction.platform !== undefined) ? `${platform ?? ''} ${id}` : id;
    let known = this.#compiled.get(key);
    if (known === undefined) {
      const own = corrections.filter(
        (correction) => correction.platform === undefined || correction.platform === platform,
      );
      const card = compileCard(id, this.#modelOf(id), own);
      known = new CardVariants(card, this.#adjustments, this.#settings);
      this.#compiled.set(key, known);
    }
    return known;
  }

  /** What the rate data alone says; null where it has no such card. */
  uncorrected(id: string): RateCard | null {
    const model = this.#modelOf(id);
    return model === null ? null : compileCard(id, model, []);
  }

  /** Azure's `azure/gpt-5` is OpenAI's `openai/gpt-5` where Azure has no card of its own. */
  #modelOf(id: string): ModelInfo | null {
    const own = this.#models.get(id);
    if (own !== undefined) return own;
    const provider = providerOfCard(id);
    const model = id.slice(provider.length + 1);
    for (const other of this.#fallbacks.get(provider) ?? []) {
      const found = this.#models.get(`${other}/${model}`);
      if (found !== undefined) return found;
    }
    return null;
  }

  /** The ids of the rate card in its order, then those of new cards. */
  ids(): Iterable<string> {
    return new Set([...this.#models.keys(), ...this.#corrections.keys()]);
  }
}

function modelsOf({ providers }: RateData): ReadonlyMap<string, ModelInfo> {
  const models = new Map<string, ModelInfo>();
  for (const provider of providers) {
    for (const model of provider.models) {
      const id = `${provider.id}/${model.id}`;
      if (!models.has(id)) models.set(id, model);
    }
  }
  return models;
}

let libraryModels: ReadonlyMap<string, ModelInfo> | null = null;

/**
 * A correction that has ended says what a card was once, which no newer card takes back. One that still holds corrects what
 * the library says, so it goes over an imported card only where that says the same; where it says otherwise, the newer
 * card knows better. Names and cards that the rate data lacks are added in any case.
 */
function appliedTo(models: ReadonlyMap<string, ModelInfo>, corrections: readonly Correction[]): readonly Correction[] {
  libraryModels ??= modelsOf(libraryData());
  const library = libraryModels;
  return corrections.filter(({ card, to }) => {
    const model = models.get(card);
    const ours = library.get(card);
    if (to !== null || model === undefined || model === ours) return true;
    return ours !== undefined && sortedJson(model.prices) === sortedJson(ours.prices);
  });
}

/** Whichever order the keys were written in. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
