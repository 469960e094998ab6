import type { Provider } from '@pydantic/genai-prices';
import { Adjustments } from './adjustments.ts';
import type { Adjustment } from './adjustment.ts';
import { CardBook } from './cardBook.ts';
import { conditionsOfSettings, type CardVariants } from './cardVariants.ts';
import { CorrectedNames } from './correctedNames.ts';
import type { Correction, Platform } from './correction.ts';
import { GenerationCache } from './generationCache.ts';
import { ModelMatcher, withDashedDates } from './modelMatcher.ts';
import { bedrockGlobal, platformOfModel, spellings, type ModelName } from './modelNames.ts';
import { adjustments as ourAdjustments } from './data/adjustments.ts';
import { corrections as ourCorrections } from './data/corrections.ts';
import { defaultPriceSettings, type PriceSettings } from './priceSettings.ts';
import { isRouter, NAME_LENGTH_MAX, platformOf, ProviderNames } from './providerNames.ts';
import type { RateCard } from './rateCard.ts';
import { libraryData, type RateData } from './rateData.ts';

export type UnknownName = 'unknown_provider' | 'unknown_model';

/**
 * Distinct (provider, model) pairs remembered, unknown ones among them: to find out what a name means takes some 10 us. The bound is there because names are whatever a sender writes.
 */
const NAMES_REMEMBERED_MAX = 10_000;

export interface CatalogueParts {
  /** The library's without it. */
  readonly data?: RateData;
  readonly settings?: PriceSettings;
  /** Ours of `data/` without them. */
  readonly corrections?: readonly Correction[];
  readonly adjustments?: readonly Adjustment[];
}

/** Finds the card for a provider and model as spans name them. */
export class Catalogue {
  readonly #answers = new GenerationCache<CardVariants | UnknownName>(NAMES_REMEMBERED_MAX);
  readonly #providers: ReadonlyMap<string, Provider>;
  readonly #names: ProviderNames;
  readonly #correctedNames: CorrectedNames;
  readonly #book: CardBook;
  readonly #isBedrockGlobal: boolean;
  /** By provider id; of those that somebody asked for. */
  readonly #matchers = new Map<string, ModelMatcher>();

  constructor(parts: CatalogueParts = {}) {
    const { data = libraryData(), settings = defaultPriceSettings } = parts;
    const { corrections = ourCorrections, adjustments = ourAdjustments } = parts;
    this.#providers = new Map(data.providers.map((provider) => [provider.id, provider]));
    this.#names = new ProviderNames(data);
    this.#correctedNames = new CorrectedNames(corrections);
    this.#book = new CardBook(data, corrections, new Adjustments(adjustments), conditionsOfSettings(settings));
    this.#isBedrockGlobal = settings.bedrockRegion === 'global';
  }

  find(provider: string | null, model: string | null): CardVariants | UnknownName {
    const claimed = provider ?? '';
    if (model === null || model.length > NAME_LENGTH_MAX) return 'unknown_model';
    if (claimed.length > NAME_LENGTH_MAX) return 'unknown_provider';
    const known = this.#answers.get(claimed, model);
    if (known !== undefined) return known;
    const answer = this.#search(claimed, model);
    this.#answers.set(claimed, model, answer);
    return answer;
  }

  cardIds(): Iterable<string> {
    return this.#book.ids();
  }

  *cards(): Generator<RateCard> {
    for (const id of this.#book.ids()) yield this.#book.card(id, null).of(0);
  }

  /** What the rate card alone says of a card, without corrections and adjustments; null where it has none such. */
  uncorrected(cardId: string): RateCard | null {
    return this.#book.uncorrected(cardId);
  }

  #search(claimed: string, model: string): CardVariants | UnknownName {
    if (model.trim() === '') return 'unknown_model';
    const anyone = claimed === '' || isRouter(claimed);
    const named = anyone ? null : this.#names.idOf(claimed);
    if (named === null && !anyone) return 'unknown_provider';
    const platform = platformOf(claimed.trim().toLowerCase()) ?? platformOfModel(model);
    let last: ModelName = { provider: named, model };
    for (const name of spellings(last, this.#names)) {
      last = name;
      // Without a provider a spelling that names one goes first: Bedrock's `anthropic.claude-…` is not Anthropic's own.
      const card = name.provider === null ? null : this.#lookUp(name.provider, name.model, platform);
      if (card !== null) return card;
    }
    if (last.provider !== null) return 'unknown_model';
    return this.#ofAnyone(model, platform) ?? this.#ofAnyone(last.model, platform) ?? 'unknown_provider';
  }

  /** By the provider that the model's name means, as the library finds it. */
  #ofAnyone(model: string, platform: Platform | null): CardVariants | null {
    const provider = this.#names.idOfModel(model.toLowerCase().trim());
    return provider === null ? null : this.#lookUp(provider, model, platform);
  }

  #lookUp(provider: string, model: string, platform: Platform | null): CardVariants | null {
    const lowered = model.toLowerCase().trim();
    if (lowered === '') return null;
    if (this.#isBedrockGlobal && provider === 'aws') {
      const profile = bedrockGlobal(lowered);
      const card = profile === null ? null : this.#lookUp(provider, profile, platform);
      if (card !== null) return card;
    }
    const dashed = withDashedDates(lowered);
    return (
      this.#match(provider, lowered, platform) ?? (dashed === lowered ? null : this.#match(provider, dashed, platform))
    );
  }

  #match(provider: string, lowered: string, platform: Platform | null): CardVariants | null {
    const corrected = this.#correctedNames.find(provider, lowered, platform);
    if (corrected !== null) return this.#book.card(corrected, platform);
    const known = this.#providers.get(provider);
    for (const id of [provider, ...(known?.fallback_model_providers ?? [])]) {
      const model = this.#matcher(id)?.find(lowered) ?? null;
      if (model !== null) return this.#book.card(`${provider}/${model.id}`, platform);
    }
    return null;
  }

  #matcher(provider: string): ModelMatcher | null {
    const known = this.#providers.get(provider);
    if (known === undefined) return null;
    let matcher = this.#matchers.get(provider);
    if (matcher === undefined) {
      matcher = new ModelMatcher(known.models);
      this.#matchers.set(provider, matcher);
    }
    return matcher;
  }
}
