import type { Words } from './span.ts';

/** What one answer of a provider is, whoever writes it down. */
export interface Answer {
  readonly operation: 'chat' | 'embeddings' | 'rerank';
  readonly provider: string | null;
  readonly model: string | null;
  /** Null: a failed or silent attempt. */
  readonly usage: { readonly input: number; readonly output: number } | null;
  readonly cacheRead: number | null;
  readonly responseId: string | null;
  readonly requestId: string | null;
  /** USD, for providers that say it. */
  readonly cost: number | null;
}

export interface Emitter {
  readonly scope: string;
  readonly attributesOf: (answer: Answer) => Words;
}

function current(answer: Answer): Words {
  return {
    'gen_ai.operation.name': answer.operation,
    'gen_ai.provider.name': answer.provider,
    'gen_ai.request.model': answer.model,
    'gen_ai.response.id': answer.responseId,
    'gen_ai.usage.input_tokens': answer.usage?.input ?? null,
    'gen_ai.usage.output_tokens': answer.usage?.output ?? null,
    'gen_ai.usage.cache_read.input_tokens': answer.cacheRead,
    'gen_ai.usage.cost': answer.cost,
  };
}

function legacy(answer: Answer): Words {
  return {
    'gen_ai.operation.name': answer.operation,
    'gen_ai.system': answer.provider,
    'gen_ai.request.model': answer.model,
    'gen_ai.response.id': answer.responseId,
    'gen_ai.usage.prompt_tokens': answer.usage?.input ?? null,
    'gen_ai.usage.completion_tokens': answer.usage?.output ?? null,
  };
}

const openinferenceKinds = { chat: 'LLM', embeddings: 'EMBEDDING', rerank: 'RERANKER' } as const;

function openinference(answer: Answer): Words {
  return {
    'openinference.span.kind': openinferenceKinds[answer.operation],
    'llm.provider': answer.provider,
    'llm.model_name': answer.model,
    'llm.token_count.prompt': answer.usage?.input ?? null,
    'llm.token_count.completion': answer.usage?.output ?? null,
    'llm.token_count.prompt_details.cache_read': answer.cacheRead,
  };
}

const requestTypes = { chat: 'chat', embeddings: 'embedding', rerank: 'rerank' } as const;

function openllmetry(answer: Answer): Words {
  return {
    'llm.request.type': requestTypes[answer.operation],
    'gen_ai.system': answer.provider,
    'gen_ai.request.model': answer.model,
    'gen_ai.usage.input_tokens': answer.usage?.input ?? null,
    'gen_ai.usage.output_tokens': answer.usage?.output ?? null,
    'llm.usage.total_tokens': answer.usage === null ? null : answer.usage.input + answer.usage.output,
    'gen_ai.response.id': answer.responseId,
  };
}

const innerIds = { chat: 'ai.generateText.doGenerate', embeddings: 'ai.embed.doEmbed', rerank: 'ai.rerank.doRerank' };
const outerIds = { chat: 'ai.generateText', embeddings: 'ai.embed', rerank: 'ai.rerank' };

function vercel(answer: Answer, operationId: string): Words {
  return {
    'ai.operationId': operationId,
    'ai.model.provider': answer.provider,
    'ai.model.id': answer.model,
    'ai.response.id': answer.responseId,
    'ai.usage.inputTokens': answer.usage?.input ?? null,
    'ai.usage.outputTokens': answer.usage?.output ?? null,
  };
}

const noCache = { 'ai.usage.inputTokenDetails.cacheReadTokens': 0 };

function langfuse(answer: Answer): Words {
  const details = answer.usage === null ? null : JSON.stringify(answer.usage);
  return {
    'langfuse.observation.type': answer.operation === 'embeddings' ? 'embedding' : 'generation',
    'langfuse.observation.model.name': answer.model,
    'langfuse.observation.usage_details': details,
  };
}

/** Emitters that write the conventions' names, each with habits of its own. */
const conventionalScopes = [
  'litellm',
  'pydantic-ai',
  '@mastra/otel-exporter',
  'strands.telemetry.tracer',
  'gcp.vertex.agent',
  '@openlit/instrumentation-openai',
  'agent_framework',
  'semantic_kernel',
  '@opentelemetry/instrumentation-aws-sdk',
];

/** Those that write a span for each request to a model. Several scopes write one dialect, and one scope is nobody's. */
export const callEmitters: readonly Emitter[] = [
  { scope: '@tollgate/node', attributesOf: current },
  {
    scope: '@tollgate/node',
    attributesOf: (answer) => ({ ...current(answer), 'tollgate.usage.source': 'estimate' }),
  },
  { scope: '@opentelemetry/instrumentation-openai', attributesOf: current },
  { scope: 'opentelemetry.instrumentation.openai_v2', attributesOf: legacy },
  { scope: '', attributesOf: current },
  { scope: '@arizeai/openinference-instrumentation-openai', attributesOf: openinference },
  { scope: '@arizeai/openinference-instrumentation-langchain', attributesOf: openinference },
  { scope: '@traceloop/instrumentation-openai', attributesOf: openllmetry },
  { scope: 'opentelemetry.instrumentation.openai', attributesOf: openllmetry },
  { scope: 'ai', attributesOf: (answer) => vercel(answer, innerIds[answer.operation]) },
  { scope: 'ai', attributesOf: (answer) => ({ ...vercel(answer, innerIds[answer.operation]), ...noCache }) },
  {
    scope: 'com.anthropic.sdk.typescript',
    attributesOf: (answer) => ({ ...current(answer), 'anthropic.request.id': answer.requestId }),
  },
  {
    scope: 'langfuse-sdk',
    attributesOf: (answer) => ({
      ...current(answer),
      'gen_ai.operation.name': null,
      'langfuse.observation.type': answer.operation === 'embeddings' ? 'embedding' : 'generation',
    }),
  },
  { scope: 'langfuse-sdk', attributesOf: langfuse },
  { scope: 'langsmith', attributesOf: (answer) => ({ ...current(answer), 'langsmith.span.kind': 'llm' }) },
  ...conventionalScopes.map((scope) => ({ scope, attributesOf: current })),
];

/** Outer spans of the AI SDK, which repeat the usage of the inner one. */
export const outerEmitter: Emitter = {
  scope: 'ai',
  attributesOf: (answer) => vercel(answer, outerIds[answer.operation]),
};
