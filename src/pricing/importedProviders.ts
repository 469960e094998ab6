import type { ModelInfo, Provider } from '@pydantic/genai-prices';
import { type Path, readArray, readFields, readText, refuse } from './importedFields.ts';
import { patternBudget, type PatternBudget, readMatch } from './importedMatch.ts';
import { readPrices } from './importedPrices.ts';
import { NAME_LENGTH_MAX } from './nameLength.ts';

/** The library has 43 providers and, of OpenRouter, 701 models. */
const PROVIDERS_MAX = 500;
const MODELS_MAX = 10_000;
const FALLBACKS_MAX = 32;
const PROVIDER_ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** What prices need of the providers in genai-prices' `data.json`; throws `bad_parameter` at the first thing that is not so. */
export function readProviders(json: unknown): Provider[] {
  // Its third version has an object around the providers, with the units beside them.
  const isWrapped = typeof json === 'object' && json !== null && 'providers' in json;
  const path = isWrapped ? 'data.providers' : 'data';
  const listed = readArray(path, isWrapped ? json.providers : json, PROVIDERS_MAX);
  const budget = patternBudget();
  const providers = listed.map((each, i) => readProvider(`${path}[${i}]`, each, budget));
  if (providers.length === 0) return refuse(path, 'at least one provider', listed);
  const twice = firstTwice(providers.map(({ id }) => id));
  if (twice !== null) return refuse(path, 'each provider once', twice);
  return providers;
}

function readProvider(path: Path, value: unknown, budget: PatternBudget): Provider {
  const fields = readFields(path, value);
  const id = readText(`${path}.id`, fields['id'], NAME_LENGTH_MAX);
  if (!PROVIDER_ID.test(id)) return refuse(`${path}.id`, 'a provider id such as openai', id);
  const models = readArray(`${id}.models`, fields['models'], MODELS_MAX).map((each, i) =>
    readModel(`${id}.models[${i}]`, each, budget),
  );
  const twice = firstTwice(models.map((model) => model.id));
  if (twice !== null) return refuse(`${id}.models`, 'each model once', twice);
  const { fallback_model_providers: fallbacks, provider_match: byName, model_match: byModel } = fields;
  return {
    id,
    name: id,
    api_pattern: '',
    models,
    ...(isGiven(fallbacks) && { fallback_model_providers: readFallbacks(`${id}.fallback_model_providers`, fallbacks) }),
    ...(isGiven(byName) && { provider_match: readMatch(`${id}.provider_match`, byName, budget) }),
    ...(isGiven(byModel) && { model_match: readMatch(`${id}.model_match`, byModel, budget) }),
  };
}

function readModel(path: Path, value: unknown, budget: PatternBudget): ModelInfo {
  const { id, match, prices } = readFields(path, value);
  return {
    id: readText(`${path}.id`, id, NAME_LENGTH_MAX),
    match: readMatch(`${path}.match`, match, budget),
    prices: readPrices(`${path}.prices`, prices),
  };
}

function readFallbacks(path: Path, value: unknown): string[] {
  return readArray(path, value, FALLBACKS_MAX).map((each, i) => readText(`${path}[${i}]`, each, NAME_LENGTH_MAX));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function firstTwice(ids: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) return id;
    seen.add(id);
  }
  return null;
}
