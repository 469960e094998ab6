import type { MatchLogic, Provider } from '@pydantic/genai-prices';
import type { Platform } from './correction.ts';
import { testOf } from './modelMatcher.ts';
import { libraryData, type RateData } from './rateData.ts';

/**
 * The library's id for each name that OpenTelemetry's conventions, old and new, and client libraries use for a provider.
 * Without an entry the library's own matching would answer wrongly (`azure.ai.openai` as openai) or not at all (`x_ai`).
 */
const providerIds: ReadonlyMap<string, string> = new Map([
  ['aws.bedrock', 'aws'],
  ['aws_bedrock', 'aws'],
  ['az.ai.inference', 'azure'],
  ['az.ai.openai', 'azure'],
  ['azure.ai.inference', 'azure'],
  ['azure.ai.openai', 'azure'],
  ['azure-openai', 'azure'],
  ['azure_openai', 'azure'],
  ['azure_ai', 'azure'],
  ['bedrock', 'aws'],
  ['fireworks_ai', 'fireworks'],
  ['gcp.gemini', 'google'],
  ['gcp.gen_ai', 'google'],
  ['gcp.vertex_ai', 'google'],
  ['gemini', 'google'],
  ['vertex', 'google'],
  ['vertex_ai', 'google'],
  ['mistral_ai', 'mistral'],
  ['mistralai', 'mistral'],
  ['moonshot_ai', 'moonshotai'],
  ['together_ai', 'together'],
  ['togetherai', 'together'],
  ['x_ai', 'x-ai'],
  ['xai', 'x-ai'],
  ['z_ai', 'zai'],
]);

/** Programs that pass a call on: the name says who routed it, not who bills it, so the model's name has to say that. */
const routers: ReadonlySet<string> = new Set(['gateway', 'litellm', 'vercel']);

export { NAME_LENGTH_MAX } from './nameLength.ts';

/** True for a name that says nothing about who bills. */
export function isRouter(provider: string): boolean {
  return routers.has(provider.trim().toLowerCase());
}

const platforms: ReadonlyMap<string, Platform> = new Map([
  ['gcp.vertex_ai', 'gcp.vertex_ai'],
  ['vertex', 'gcp.vertex_ai'],
  ['vertex_ai', 'gcp.vertex_ai'],
  ['gcp.gemini', 'gcp.gemini'],
  ['gemini', 'gcp.gemini'],
]);

/** Which of Google's platforms a name says; null for one that says neither, and for every other provider. */
export function platformOf(lowered: string): Platform | null {
  return platforms.get(lowered) ?? null;
}

type NamedTest = readonly [id: string, matches: (lowered: string) => boolean];

/** Finds the provider that a name means among those of a rate card. */
export class ProviderNames {
  readonly #ids: ReadonlySet<string>;
  /** In the rate card's order: the first that matches is meant. */
  readonly #byName: readonly NamedTest[];
  readonly #byModel: readonly NamedTest[];

  constructor({ providers }: RateData) {
    this.#ids = new Set(providers.map(({ id }) => id));
    const testsOf = (matchOf: (provider: Provider) => MatchLogic | undefined): readonly NamedTest[] =>
      providers.flatMap((provider) => {
        const match = matchOf(provider);
        return match === undefined ? [] : [[provider.id, testOf(match)] as const];
      });
    this.#byName = testsOf(({ provider_match: match }) => match);
    this.#byModel = testsOf(({ model_match: match }) => match);
  }

  /** The rate card's provider id for a name, or null when nobody knows it. */
  idOf(name: string): string | null {
    const lowered = name.trim().toLowerCase();
    if (lowered === '') return null;
    return this.namedId(lowered) ?? this.#byName.find(([, matches]) => matches(lowered))?.[0] ?? null;
  }

  /** The first provider whose models have such names: for a call that says nobody's. */
  idOfModel(lowered: string): string | null {
    return this.#byModel.find(([, matches]) => matches(lowered))?.[0] ?? null;
  }

  /** As `idOf`, but only for names that are a provider's, not for names that contain one (`my-openai-models`). */
  namedId(lowered: string): string | null {
    return providerIds.get(lowered) ?? (this.#ids.has(lowered) ? lowered : null);
  }
}

let library: ProviderNames | null = null;

/** Those of the library: for names that have to mean the same whichever rate card is in force. */
export function libraryProviderNames(): ProviderNames {
  library ??= new ProviderNames(libraryData());
  return library;
}

/** The library's provider id for a name, or null when it knows none. */
export function providerId(name: string): string | null {
  return libraryProviderNames().idOf(name);
}

/** As `providerId`, but only for names that are a provider's. */
export function namedProviderId(lowered: string): string | null {
  return libraryProviderNames().namedId(lowered);
}
