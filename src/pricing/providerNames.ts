import { findProvider } from '@pydantic/genai-prices';

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

/** The longest name looked up; real ones are under 40 characters, model names under 150. */
export const NAME_LENGTH_MAX = 256;

/** True for a name that says nothing about who bills. */
export function isRouter(provider: string): boolean {
  return routers.has(provider.trim().toLowerCase());
}

/** The library's provider id for a name, or null when nobody knows it. */
export function providerId(name: string): string | null {
  const lowered = name.trim().toLowerCase();
  return namedProviderId(lowered) ?? libraryProviderId(lowered);
}

/** As `providerId`, but only for names that are a provider's, not for names that contain one (`my-openai-models`). */
export function namedProviderId(lowered: string): string | null {
  return providerIds.get(lowered) ?? (libraryProviderId(lowered) === lowered ? lowered : null);
}

function libraryProviderId(lowered: string): string | null {
  return lowered === '' ? null : (findProvider({ providerId: lowered })?.id ?? null);
}
