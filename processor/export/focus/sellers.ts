/** Who sells a call, in FOCUS's words. */
export interface Seller {
  /** What is bought, as the seller names it. */
  readonly serviceName: string;
  /** Who sells it and sends the invoice. */
  readonly providerName: string;
}

/** FOCUS wants names in its columns, never null; of a call whose provider nobody gave, none is known. */
const UNKNOWN = 'Unknown';

/** By the conventions' name of the provider. */
const sellers: Readonly<Record<string, readonly [providerName: string, serviceName: string]>> = {
  openai: ['OpenAI', 'OpenAI API'],
  anthropic: ['Anthropic', 'Claude API'],
  'aws.bedrock': ['Amazon Web Services', 'Amazon Bedrock'],
  'azure.ai.openai': ['Microsoft', 'Azure OpenAI'],
  'azure.ai.inference': ['Microsoft', 'Azure AI Foundry'],
  'gcp.gemini': ['Google', 'Gemini API'],
  'gcp.vertex_ai': ['Google Cloud', 'Vertex AI'],
  'gcp.gen_ai': ['Google', 'Google Generative AI'],
  mistral_ai: ['Mistral AI', 'Mistral AI API'],
  cohere: ['Cohere', 'Cohere API'],
  deepseek: ['DeepSeek', 'DeepSeek API'],
  groq: ['Groq', 'GroqCloud'],
  x_ai: ['xAI', 'xAI API'],
  perplexity: ['Perplexity', 'Perplexity API'],
  moonshot_ai: ['Moonshot AI', 'Moonshot AI API'],
  'ibm.watsonx.ai': ['IBM', 'watsonx.ai'],
  openrouter: ['OpenRouter', 'OpenRouter API'],
};

/** A provider that is not in the list is named as the spans name it. */
export function sellerOf(provider: string | null): Seller {
  if (provider === null) return { providerName: UNKNOWN, serviceName: UNKNOWN };
  const [providerName, serviceName] = (Object.hasOwn(sellers, provider) ? sellers[provider] : undefined) ?? [
    provider,
    provider,
  ];
  return { providerName, serviceName };
}

/** By the first word of the model's name. */
const makers: Readonly<Record<string, string>> = {
  gpt: 'OpenAI',
  chatgpt: 'OpenAI',
  o: 'OpenAI',
  text: 'OpenAI',
  codex: 'OpenAI',
  whisper: 'OpenAI',
  claude: 'Anthropic',
  gemini: 'Google',
  gemma: 'Google',
  llama: 'Meta',
  mistral: 'Mistral AI',
  mixtral: 'Mistral AI',
  ministral: 'Mistral AI',
  magistral: 'Mistral AI',
  codestral: 'Mistral AI',
  devstral: 'Mistral AI',
  pixtral: 'Mistral AI',
  command: 'Cohere',
  deepseek: 'DeepSeek',
  grok: 'xAI',
  sonar: 'Perplexity',
  nova: 'Amazon',
  titan: 'Amazon',
  qwen: 'Alibaba Cloud',
  kimi: 'Moonshot AI',
  phi: 'Microsoft',
  granite: 'IBM',
};

/** Whose model it is: of `us.anthropic.claude-sonnet-4-5` Anthropic. Where the name does not say, the seller's. */
export function publisherOf(family: string | null, seller: Seller): string {
  return (family !== null && Object.hasOwn(makers, family) ? makers[family] : undefined) ?? seller.providerName;
}
