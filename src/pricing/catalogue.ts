import { calcPrice } from '@pydantic/genai-prices';
import { GenerationCache } from './generationCache.ts';
import { KnownNames } from './knownNames.ts';
import { spellings, type ModelName } from './modelNames.ts';
import { isRouter, NAME_LENGTH_MAX, providerId } from './providerNames.ts';
import { compileCard, type RateCard } from './rateCard.ts';

export type UnknownName = 'unknown_provider' | 'unknown_model';

/**
 * Distinct (provider, model) pairs remembered, unknown ones among them: to find out what a name means takes some 10 us. The bound is there because names are whatever a sender writes.
 */
const NAMES_REMEMBERED_MAX = 10_000;

/** Finds the library's card for a provider and model as spans name them. */
export class Catalogue {
  readonly #answers = new GenerationCache<RateCard | UnknownName>(NAMES_REMEMBERED_MAX);
  readonly #known = new KnownNames();
  /** By card id; at most one for each model of the library. */
  readonly #cards = new Map<string, RateCard>();

  find(provider: string | null, model: string | null): RateCard | UnknownName {
    const claimed = provider ?? '';
    if (model === null || model.length > NAME_LENGTH_MAX) return 'unknown_model';
    if (claimed.length > NAME_LENGTH_MAX) return 'unknown_provider';
    const known = this.#answers.get(claimed, model);
    if (known !== undefined) return known;
    const answer = this.#search(claimed, model);
    this.#answers.set(claimed, model, answer);
    return answer;
  }

  #search(claimed: string, model: string): RateCard | UnknownName {
    if (model.trim() === '') return 'unknown_model';
    const anyone = claimed === '' || isRouter(claimed);
    const named = anyone ? null : providerId(claimed);
    if (named === null && !anyone) return 'unknown_provider';
    let last: ModelName = { provider: named, model };
    for (const name of spellings(last)) {
      last = name;
      // Without a provider a spelling that names one goes first: Bedrock's `anthropic.claude-…` is not Anthropic's own.
      const card = name.provider === null ? null : this.#lookUp(name);
      if (card !== null) return card;
    }
    if (last.provider !== null) return 'unknown_model';
    return this.#lookUp({ provider: null, model }) ?? this.#lookUp(last) ?? 'unknown_provider';
  }

  #lookUp({ provider, model }: ModelName): RateCard | null {
    if (model.trim() === '') return null;
    if (provider !== null && !this.#known.mayHold(provider, model)) return null;
    const match = calcPrice({}, model, provider === null ? {} : { providerId: provider });
    if (match === null) return null;
    const id = `${match.provider.id}/${match.model.id}`;
    let card = this.#cards.get(id);
    if (card === undefined) {
      card = compileCard(match.provider.id, match.model);
      this.#cards.set(id, card);
    }
    return card;
  }
}
