import { findProvider, type Provider } from '@pydantic/genai-prices';
import { readProviders } from './importedProviders.ts';

/** Rates and names of models: those of the library, or imported ones of the same form. */
export interface RateData {
  readonly version: string;
  readonly providers: readonly Provider[];
}

/** Of the package that `package.json` pins; a test compares both with what is installed. */
const LIBRARY_VERSION = '0.1.8';
const libraryProviderIds =
  'anthropic arcee avian aws azure baseten cerebras cloudflare cohere cursor deepseek doubleword fireworks github-copilot google groq huggingface_cerebras huggingface_fireworks-ai huggingface_groq huggingface_hyperbolic huggingface_nebius huggingface_novita huggingface_nscale huggingface_ovhcloud huggingface_publicai huggingface_sambanova huggingface_together minimax mistral modal moonshotai novita openai openrouter ovhcloud perplexity quicksilverpro together typesafe voyageai x-ai zai zhipuai'.split(
    ' ',
  );

let library: RateData | null = null;

/** What the library carries. It has no call that gives all providers at once, so their ids stand here. */
export function libraryData(): RateData {
  library ??= {
    version: `genai-prices ${LIBRARY_VERSION}`,
    providers: libraryProviderIds.flatMap((id) => findProvider({ providerId: id }) ?? []),
  };
  return library;
}

/**
 * An imported rate card, of genai-prices' own form (`data.json`); what prices do not need is left out. Throws
 * `bad_parameter`, with where, what was expected and what was found.
 */
export function readRateData(json: unknown, version: string): RateData {
  return { version, providers: readProviders(json) };
}
