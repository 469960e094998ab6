import type { LlmCall } from '../call.ts';
import { compileGlob } from '../glob.ts';
import { isoOf, spanOf } from './compileCard.ts';
import { isInForce } from './epoch.ts';
import { GenerationCache } from './generationCache.ts';
import { spellings } from './modelNames.ts';
import { bandsOf, pricedBuckets, writtenTable } from './priceTable.ts';
import { isRouter, libraryProviderNames, NAME_LENGTH_MAX, platformOf } from './providerNames.ts';
import type { Epoch, InForce, RateCard } from './rateCard.ts';
import type { WrittenPrice } from './writtenPrice.ts';

/** Distinct (provider, model) pairs that a list of prices remembers, those without an override among them; each tenant has a list. */
const NAMES_REMEMBERED_MAX = 1_000;
/** Stands for every provider, and none. */
const ANY = '*';

/** A price that somebody set, compiled. */
export interface Override {
  readonly written: WrittenPrice;
  readonly inForce: InForce;
  /** One epoch, with the rates; null where the model is priced as another. */
  readonly card: RateCard | null;
  /** No token costs anything: then the price is known without their count. */
  readonly areTokensFree: boolean;
}

/** What an override is looked up by. */
type Asked = Pick<LlmCall, 'provider' | 'model'> & Partial<Pick<LlmCall, 'requestModel'>>;

/** Prices that somebody set. */
export class Overrides {
  readonly #books: readonly OverrideBook[];

  constructor(books: readonly OverrideBook[]) {
    this.#books = books;
  }

  /** True where there are none, so that nothing needs to be looked up. */
  get isEmpty(): boolean {
    return this.#books.length === 0;
  }

  /** These go before all that there are, which are not compiled again: those of the file are every tenant's. */
  under(prices: readonly WrittenPrice[]): Overrides {
    return prices.length === 0 ? this : new Overrides([new OverrideBook(prices), ...this.#books]);
  }

  /** The one in force for a call that starts at `ms`. */
  find(asked: Asked, ms: number): Override | null {
    for (const override of this.candidates(asked)) if (isInForce(override.inForce, ms)) return override;
    return null;
  }

  /**
   * Every override that a call's names lead to, at any time, the first to go first: of the tenant before the file's; exact
   * names before globs, the longer glob before the shorter; the response's model before the request's; the provider before
   * `*`; of one name the one that began last.
   */
  *candidates({ provider, model, requestModel = null }: Asked): Generator<Override> {
    for (const book of this.#books) {
      const byModel = model === null ? null : book.find(provider, model);
      const byRequest = requestModel === null || requestModel === model ? null : book.find(provider, requestModel);
      if (byModel !== null) yield* byModel.exact;
      if (byRequest !== null) yield* byRequest.exact;
      if (byModel !== null) yield* byModel.globs;
      if (byRequest !== null) yield* byRequest.globs;
    }
  }
}

export const noOverrides = new Overrides([]);

/** Of the lists the first goes first: the tenant's own, then the file's. Throws on rates and instants that are none. */
export function compileOverrides(ownFirst: readonly (readonly WrittenPrice[])[]): Overrides {
  return new Overrides(ownFirst.filter((prices) => prices.length > 0).map((prices) => new OverrideBook(prices)));
}

interface Found {
  readonly exact: readonly Override[];
  readonly globs: readonly Override[];
}
const nothing: Found = { exact: [], globs: [] };

interface GlobOverride {
  readonly provider: string;
  readonly length: number;
  readonly matches: (lowered: string) => boolean;
  readonly override: Override;
}

class OverrideBook {
  /** By provider and lower-case model. */
  readonly #exact = new Map<string, Map<string, Override[]>>();
  /** The longest first; of one length a provider's own before those of any, and what began last before. */
  readonly #globs: readonly GlobOverride[];
  readonly #found = new GenerationCache<Found>(NAMES_REMEMBERED_MAX);

  constructor(prices: readonly WrittenPrice[]) {
    const globs: GlobOverride[] = [];
    const latestFirst = prices.map(compile).toSorted((a, b) => b.inForce.fromMs - a.inForce.fromMs || 0);
    for (const override of latestFirst) {
      const provider = canonical(override.written.provider);
      const model = loweredModel(override.written.model);
      if (model.includes('*')) {
        const length = model.replaceAll('*', '').length;
        globs.push({ provider, length, matches: compileGlob(model), override });
      } else this.#addExact(provider, model, override);
    }
    this.#globs = globs.toSorted(
      (a, b) => b.length - a.length || Number(a.provider === ANY) - Number(b.provider === ANY),
    );
  }

  find(provider: string | null, model: string): Found {
    const claimed = provider ?? '';
    if (model.length > NAME_LENGTH_MAX || claimed.length > NAME_LENGTH_MAX) return nothing;
    const known = this.#found.get(claimed, model);
    if (known !== undefined) return known;
    const found = this.#search(claimed, model);
    this.#found.set(claimed, model, found);
    return found;
  }

  #addExact(provider: string, model: string, override: Override): void {
    const models = this.#exact.get(provider) ?? new Map<string, Override[]>();
    this.#exact.set(provider, models);
    const those = models.get(model);
    if (those === undefined) models.set(model, [override]);
    else those.push(override);
  }

  #search(claimed: string, model: string): Found {
    const exact = new Set<Override>();
    const names = namesOf(claimed, model);
    for (const { providers, lowered } of names) {
      for (const provider of providers) {
        for (const override of this.#exact.get(provider)?.get(lowered) ?? []) exact.add(override);
      }
    }
    // By their length first: `*` matches `openai/gpt-4o` as it is written, `gpt-4o*` only what is left of it, and says more.
    const globs = this.#globs
      .filter(({ provider, matches }) => names.some((name) => name.providers.has(provider) && matches(name.lowered)))
      .map(({ override }) => override);
    return exact.size + globs.length === 0 ? nothing : { exact: [...exact], globs };
  }
}

/**
 * The spellings of a model with every name that its provider goes by, the most literal first and `*` last. Where a call names
 * nobody, or a router, it is priced as that provider's whose models have such names: so are its overrides.
 */
function namesOf(claimed: string, model: string): { providers: ReadonlySet<string>; lowered: string }[] {
  const names = libraryProviderNames();
  const said = claimed === '' ? [] : [canonical(claimed)];
  const isAnyone = claimed === '' || isRouter(claimed);
  const id = isAnyone ? null : names.idOf(claimed);
  return [...spellings({ provider: id, model }, names)].map((name) => {
    const lowered = loweredModel(name.model);
    const meant = name.provider ?? (isAnyone ? names.idOfModel(lowered) : null);
    const known = [id, meant].filter((provider) => provider !== null);
    return { providers: new Set([...said, ...known, ANY]), lowered };
  });
}

/** One name for each provider, as old and new conventions write it; Google's two platforms stay apart. */
function canonical(provider: string): string {
  const lowered = provider.trim().toLowerCase();
  return platformOf(lowered) ?? libraryProviderNames().namedId(lowered) ?? lowered;
}

/** The same for two prices of one name: in any case, by whichever name of its provider. */
export function nameKey({ provider, model }: Pick<WrittenPrice, 'provider' | 'model'>): string {
  return `${canonical(provider)}/${loweredModel(model)}`;
}

function loweredModel(model: string): string {
  return model.trim().toLowerCase();
}

function compile(written: WrittenPrice): Override {
  const { provider, model, from, to, rates, longContext, mapsTo } = written;
  const inForce = spanOf(from, to);
  if (mapsTo !== null) return { written, inForce, card: null, areTokensFree: false };
  const epoch: Epoch = {
    ...inForce,
    effectiveFrom: isoOf(from),
    source: 'custom',
    bands: bandsOf(writtenTable(rates, longContext)),
    correction: null,
    adjustments: [],
    isEstimate: false,
  };
  const areTokensFree = epoch.bands.every((band) =>
    pricedBuckets.every((bucket) => bucket === 'requests' || (band.rates[bucket] ?? 0n) === 0n),
  );
  return { written, inForce, card: { id: `custom/${provider}/${model}`, epochs: [epoch] }, areTokensFree };
}
