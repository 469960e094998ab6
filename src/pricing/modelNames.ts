import type { Platform } from './correction.ts';
import { isRouter, libraryProviderNames, platformOf, type ProviderNames } from './providerNames.ts';

/** A model under the library's provider id; null where nobody has named the provider yet. */
export interface ModelName {
  readonly provider: string | null;
  readonly model: string;
}

type Rewrite = (name: ModelName, providers: ProviderNames) => ModelName | null;

const bedrockVendors =
  'ai21|amazon|anthropic|cohere|deepseek|google|meta|minimax|mistral|moonshot|nvidia|openai|qwen|writer|zai';
const bedrockRegions = 'us|us-gov|eu|apac|jp|au|ca|global';
const BEDROCK_ID = new RegExp(`^(?:(?:${bedrockRegions})\\.)?(?:${bedrockVendors})\\.[a-z0-9]`, 'i');
const BEDROCK_REGION = new RegExp(`^(?:${bedrockRegions})\\.(?=(?:${bedrockVendors})\\.)`, 'i');

/**
 * How a name that the library does not know may be written otherwise, tried in this order, each on what the one before
 * left. A rewrite answers null where it does not apply; it may name the provider only where the name itself does.
 */
const rewrites: Readonly<Record<string, Rewrite>> = {
  /** `arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0` is the last part, on AWS. */
  bedrockArn: ({ provider, model }) => {
    const match = /^arn:aws[a-z-]*:bedrock:.*\/([^/]+)$/i.exec(model);
    return match?.[1] === undefined ? null : { provider: provider ?? 'aws', model: match[1] };
  },
  /** `us.anthropic.claude-sonnet-4-5-20250929-v1:0` without a provider is AWS's spelling. */
  bedrockId: ({ provider, model }) => (provider === null && BEDROCK_ID.test(model) ? { provider: 'aws', model } : null),
  /** `eu.meta.llama3-2-3b-instruct-v1:0` is `meta.llama3-2-3b-instruct-v1:0` called through a regional profile. */
  bedrockRegion: ({ provider, model }) =>
    provider === 'aws' && BEDROCK_REGION.test(model) ? { provider, model: model.replace(BEDROCK_REGION, '') } : null,
  /** `nova-lite`, as OpenInference's JavaScript names it, is `amazon.nova-lite-v1:0`. */
  bedrockAmazon: ({ provider, model }) =>
    provider === 'aws' && /^(?:nova|titan)-/i.test(model) ? { provider, model: `amazon.${model}` } : null,
  /** `projects/p/locations/l/publishers/google/models/gemini-2.5-pro` and `publishers/anthropic/models/claude-opus-4`. */
  vertexPublisher: ({ provider, model }) => {
    const match = /(?:^|\/)publishers\/[^/]+\/models\/([^/]+)$/i.exec(model);
    return match?.[1] === undefined ? null : { provider: provider ?? 'google', model: match[1] };
  },
  /** `models/gemini-2.5-pro`, as the Gemini API names its models. */
  geminiResource: ({ provider, model }) => {
    const match = /^models\/([^/]+)$/i.exec(model);
    return match?.[1] === undefined ? null : { provider: provider ?? 'google', model: match[1] };
  },
  /** `openai/gpt-4o:online`: an OpenRouter suffix that chooses a route. `:free` and `:thinking` are models of their own. */
  openRouterSuffix: ({ provider, model }) => {
    const stripped = model.replace(/:(?:online|nitro|floor|exacto)$/i, '');
    return stripped === model ? null : { provider, model: stripped };
  },
  /** `openai/gpt-4o`, `azure/gpt-4o`, `vertex_ai/gemini-2.5-pro`: a provider before the model. */
  providerPrefix: ({ provider, model }, providers) => {
    const slash = model.indexOf('/');
    if (slash <= 0) return null;
    const prefix = model.slice(0, slash).toLowerCase();
    const rest = model.slice(slash + 1);
    if (isRouter(prefix)) return { provider, model: rest };
    const named = providers.namedId(prefix);
    // OpenAI's client is pointed at every compatible server, and its spans still say openai: there the prefix knows better.
    const mayName = provider === null || provider === 'openai' || provider === named;
    return named !== null && mayName ? { provider: named, model: rest } : null;
  },
  /** `ft:gpt-4o:acme::9abc`: a fine-tuned model without its snapshot; the cards are named `ft:gpt-4o-2024-…`. */
  fineTuned: ({ provider, model }) => {
    const match = /^ft:(gpt-4o(?:-mini)?):/i.exec(model);
    return match === null ? null : { provider: provider ?? 'openai', model: `ft:${match[1]}-2024-` };
  },
  /** `ft:gpt-4o-2024-08-06:acme::9abc` without a provider is OpenAI's spelling. */
  fineTunedId: ({ provider, model }) =>
    provider === null && /^ft:gpt-/i.test(model) ? { provider: 'openai', model } : null,
  /** `gpt-4.1-mini-2025-04-14`, `claude-opus-4-20250514`, `claude-opus-4@20250514`: a dated snapshot of a known model. */
  snapshot: ({ provider, model }) => {
    const stripped = model.replace(/[-@]20\d{2}-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])$/, '');
    return stripped === model ? null : { provider, model: stripped };
  },
};

/** Google's platform by how a model is named: only Vertex AI has publishers, only the Gemini API plain `models/…`. */
export function platformOfModel(model: string): Platform | null {
  const [first = ''] = model.toLowerCase().split('/', 1);
  if (/(?:^|\/)publishers\//i.test(model)) return 'gcp.vertex_ai';
  return first === 'models' ? 'gcp.gemini' : platformOf(first);
}

/** `anthropic.claude-sonnet-4-5-20250929-v1:0` as the global profile's: `global.anthropic…`. Null for ids that name a profile. */
export function bedrockGlobal(lowered: string): string | null {
  return lowered.startsWith('anthropic.') ? `global.${lowered}` : null;
}

/** The spellings of a name, most literal first. */
export function* spellings(name: ModelName, providers = libraryProviderNames()): Generator<ModelName> {
  let current = name;
  yield current;
  for (const rewrite of Object.values(rewrites)) {
    const rewritten = rewrite(current, providers);
    if (rewritten === null) continue;
    current = rewritten;
    yield current;
  }
}
