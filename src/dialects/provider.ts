import { cleanDimension } from '../attribution/cleanDimension.ts';
import type { AttributeValue } from '../span.ts';

/** Spellings seen in the field, lower-case, and the conventions' name for each. */
const conventionNames: Readonly<Record<string, readonly string[]>> = {
  openai: ['openai', 'openai-chat', 'openai-responses', 'text-completion-openai'],
  anthropic: ['anthropic', 'claude'],
  'aws.bedrock': [
    'aws.bedrock',
    'aws',
    'bedrock',
    'amazon-bedrock',
    'amazon_bedrock',
    'aws_bedrock',
    'aws-bedrock',
    'bedrock_converse',
    'amazon',
  ],
  'azure.ai.openai': ['azure.ai.openai', 'az.ai.openai', 'azure', 'azure-openai', 'azure_openai', 'azureopenai'],
  'azure.ai.inference': ['azure.ai.inference', 'az.ai.inference', 'azure_ai'],
  'gcp.gemini': [
    'gcp.gemini',
    'gemini',
    'google',
    'google.generative-ai',
    'google-generative-ai',
    'google_genai',
    'google_generativeai',
    'google_ai_studio',
    'google ai studio',
    'googleai',
  ],
  'gcp.vertex_ai': [
    'gcp.vertex_ai',
    'vertex_ai',
    'vertexai',
    'vertex',
    'google.vertex',
    'google-vertex',
    'google_vertex',
    'google_vertexai',
    'vertex_ai_beta',
  ],
  'gcp.gen_ai': ['gcp.gen_ai'],
  mistral_ai: ['mistral_ai', 'mistral', 'mistralai'],
  cohere: ['cohere', 'cohere_chat'],
  deepseek: ['deepseek'],
  groq: ['groq'],
  x_ai: ['x_ai', 'xai', 'x-ai', 'x.ai'],
  perplexity: ['perplexity'],
  moonshot_ai: ['moonshot_ai', 'moonshot', 'moonshotai'],
  'ibm.watsonx.ai': ['ibm.watsonx.ai', 'watsonx', 'ibm_watsonx'],
};
const bySpelling: ReadonlyMap<string, string> = new Map(
  Object.entries(conventionNames).flatMap(([name, spellings]) => spellings.map((spelling) => [spelling, name])),
);

/** What frameworks put where the provider belongs: it names them, not who was paid. */
const notProviders: ReadonlySet<string> = new Set([
  'gcp.vertex.agent',
  'strands-agents',
  'langchain',
  'microsoft.agent_framework',
  'llamaindex',
  'crewai',
  'unknown',
  '_other',
]);

/**
 * The conventions' name for a provider in any known spelling, `anthropic.messages` and `google.vertex.chat` of the AI SDK
 * among them: the longest known part before a dot. Another name is kept in lower case; null when there is none.
 */
export function readProvider(value: AttributeValue | undefined): string | null {
  if (value === undefined) return null;
  const cleaned = cleanDimension(value)?.toLowerCase() ?? null;
  if (cleaned === null || notProviders.has(cleaned)) return null;
  for (let end = cleaned.length; end > 0; end = cleaned.lastIndexOf('.', end - 1)) {
    const name = bySpelling.get(cleaned.slice(0, end));
    if (name !== undefined) return name;
  }
  return cleaned;
}

/** Whose way of counting a call follows: Anthropic and Bedrock leave the cache out of input, Google thoughts out of output. */
export type Family = 'anthropic' | 'bedrock' | 'google' | 'other';

export function familyOf(provider: string | null, providerText: string | null, model: string | null): Family {
  if (provider === 'anthropic' || /anthropic/i.test(providerText ?? ''))
    return provider === 'aws.bedrock' ? 'bedrock' : 'anthropic';
  if (provider === 'aws.bedrock') return 'bedrock';
  if (model !== null && /claude/i.test(model)) return 'anthropic';
  const isGoogle = provider === null ? /^(?:models\/)?gemini/i.test(model ?? '') : provider.startsWith('gcp.');
  return isGoogle ? 'google' : 'other';
}
