import type { Attributes } from '@opentelemetry/api';

/** Where a client sends its requests, as far as its spans and the request for usage depend on it. */
export interface Target {
  readonly provider: string;
  readonly host: string;
  readonly attributes: Attributes;
  /** The host is known to take `stream_options.include_usage`. */
  readonly takesUsageOption: boolean;
}

/** Host or parent domain → the conventions' provider name. */
const providers: Readonly<Record<string, string>> = {
  'openai.com': 'openai',
  'anthropic.com': 'anthropic',
  'openai.azure.com': 'azure.ai.openai',
  'cognitiveservices.azure.com': 'azure.ai.openai',
  'services.ai.azure.com': 'azure.ai.openai',
  'amazonaws.com': 'aws.bedrock',
  'api.aws': 'aws.bedrock',
  'generativelanguage.googleapis.com': 'gcp.gemini',
  'openrouter.ai': 'openrouter',
  'ai-gateway.vercel.sh': 'vercel',
  'groq.com': 'groq',
  'deepseek.com': 'deepseek',
  'x.ai': 'x_ai',
  'mistral.ai': 'mistral_ai',
  'perplexity.ai': 'perplexity',
  'cohere.com': 'cohere',
  'cohere.ai': 'cohere',
  'together.xyz': 'together',
  'together.ai': 'together',
  'fireworks.ai': 'fireworks',
  'cerebras.ai': 'cerebras',
  'moonshot.ai': 'moonshot_ai',
  'moonshot.cn': 'moonshot_ai',
};
const domains = Object.entries(providers).map(([domain, provider]) => ({ domain, below: `.${domain}`, provider }));

/**
 * Providers whose documented API takes the option. Others may answer 400, or count unasked (OpenRouter, xAI, Perplexity,
 * Mistral). Old Azure API versions refuse it. Loopback is a developer's own stand-in or model server.
 */
const usageOptionProviders: ReadonlySet<string> = new Set(['openai', 'groq', 'deepseek']);
const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/**
 * `provider` is whose wire is spoken, for hosts that do not say: a proxy, a developer's machine. `isLocalKnown`: what listens on
 * loopback may be asked for usage.
 */
export function parseTarget(address: string | URL, provider: string, isLocalKnown: boolean): Target {
  const url = address instanceof URL ? address : URL.canParse(address) ? new URL(address) : null;
  const host = url?.hostname ?? '';
  const known = providerOfHost(host);
  const attributes: Attributes = { 'gen_ai.provider.name': known ?? provider };
  if (url !== null) {
    attributes['server.address'] = host;
    attributes['server.port'] = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port);
  }
  const takesUsageOption = known === null ? isLocalKnown && loopback.test(host) : usageOptionProviders.has(known);
  return { provider: known ?? provider, host, attributes, takesUsageOption };
}

/** The conventions' name of whose host it is; null where the host does not say. */
export function providerOfHost(host: string): string | null {
  if (vertexHost.test(host)) return 'gcp.vertex_ai';
  const provider = domains.find(({ domain, below }) => host === domain || host.endsWith(below))?.provider ?? null;
  // Anybody's gateway may stand under Amazon's domain.
  return provider === 'aws.bedrock' && !bedrockService.test(host) ? null : provider;
}

/** `us-central1-aiplatform.googleapis.com`, `aiplatform.eu.rep.googleapis.com`, and the global one. */
const vertexHost = /(?:^|[.-])aiplatform\.(?:[\w-]+\.rep\.)?googleapis\.com$/;
const bedrockService = /(?:^|\.)bedrock[\w-]*\./;

/** More hosts than this refusing the option is not a list any more; then nobody is asked. */
const REFUSING_HOSTS_MAX = 100;
const refusing = new Set<string>();

/** The host answered 400 to the option: it is not asked again in this process. */
export function refusesUsageOption(host: string): void {
  refusing.add(host);
}

export function mayAskForUsage(target: Target): boolean {
  return target.takesUsageOption && !refusing.has(target.host) && refusing.size < REFUSING_HOSTS_MAX;
}
