import type { Attributes, ReceivedSpan } from '../span.ts';
import type { Counts } from './counts.ts';
import type { Dialect, JsonFacts } from './dialect.ts';
import { habitsOf, scopeIs } from './emitters.ts';
import { at, text, type Found } from './fields.ts';
import { mayThink } from './lossy.ts';

const operationByRequestType: ReadonlyMap<string, string> = new Map([
  ['chat', 'chat'],
  ['completion', 'text_completion'],
  ['embedding', 'embeddings'],
  ['rerank', 'rerank'],
]);
const operationBySpanKind: ReadonlyMap<string, string> = new Map([
  ['workflow', 'invoke_workflow'],
  ['agent', 'invoke_agent'],
  ['task', 'task'],
  ['tool', 'execute_tool'],
]);

/** The Python packages of OpenLLMetry, whose scopes share a prefix with OpenTelemetry's own instrumentations. */
const pythonScopes: ReadonlySet<string> = new Set(
  [
    'agno alephalpha anthropic bedrock cohere crewai google_generativeai groq haystack langchain llamaindex mistralai',
    'ollama openai openai_agents replicate sagemaker together transformers vertexai voyageai watsonx writer',
  ].flatMap((line) => line.split(' ')),
);
const PYTHON_PREFIX = 'opentelemetry.instrumentation.';

/** OpenLLMetry (Traceloop), Python and JavaScript, with the `llm.*` names of its older versions. */
export const openllmetry: Dialect = {
  name: 'openllmetry',
  vocabulary: {
    speaksOfLlm: true,
    aliases: {
      traceloopSpanKind: ['traceloop.span.kind'],
      llmRequestType: ['llm.request.type'],
      inputTokens: ['llm.usage.prompt_tokens'],
      outputTokens: ['llm.usage.completion_tokens'],
      totalTokens: ['llm.usage.total_tokens'],
      reasoningTokens: ['llm.usage.reasoning_tokens'],
      isStream: ['gen_ai.is_streaming'],
    },
  },
  ownsScope: isTraceloopScope,
  recognises: (_span, found, bit) => (found.vocabularies & bit) !== 0,
  operation: (found) =>
    operationByRequestType.get(lower(text(found, at.llmRequestType))) ??
    operationBySpanKind.get(lower(text(found, at.traceloopSpanKind))) ??
    null,
  containerRule: (found) => {
    const kind = lower(text(found, at.traceloopSpanKind));
    return operationBySpanKind.has(kind) ? `traceloop.span.kind=${kind}` : null;
  },
  readJson: (found, counts, span) => {
    if (leavesThoughtsOut(span.scope.name)) addThoughts(counts, text(found, at.requestModel));
    return readPythonFaults(found, counts, span);
  },
};

function leavesThoughtsOut(scope: string): boolean {
  return habitsOf(scope, 'google').outputWithoutReasoning;
}

/** Gemini's total holds what the model thought, which no attribute tells. */
function addThoughts(counts: Counts, model: string | null): void {
  const { input, output, total, reasoning } = counts;
  if (input === null || output === null || total === null || reasoning !== null || !mayThink(model)) return;
  if (total > input + output) counts.reasoning = total - input - output;
}

/** What the Python packages are known to get wrong. */
function readPythonFaults(found: Found, counts: Counts, { scope, attributes }: ReceivedSpan): JsonFacts {
  // LangChain tells cache writes by their time to live and a total of 0 beside them; only the total is passed on.
  if (scopeIs(scope.name, `${PYTHON_PREFIX}langchain`) && counts.cacheWrite === 0) counts.cacheWrite = null;
  if (!scopeIs(scope.name, `${PYTHON_PREFIX}anthropic`)) return {};
  // To a stream's output it adds the count that Anthropic's first event announces.
  return { estimated: found.values[at.isStream] === true || isUsageWrittenFirst(attributes) };
}

/** As it is for streams alone, those of `messages.stream` too, which it does not mark. */
function isUsageWrittenFirst(attributes: Attributes): boolean {
  for (const key of attributes.keys()) {
    if (key === 'gen_ai.response.model') return false;
    if (key === 'gen_ai.usage.output_tokens') return true;
  }
  return false;
}

function isTraceloopScope(name: string): boolean {
  if (scopeIs(name, '@traceloop/') || name === 'traceloop.tracer') return true;
  if (!name.startsWith(PYTHON_PREFIX)) return false;
  const end = name.indexOf('.', PYTHON_PREFIX.length);
  return pythonScopes.has(name.slice(PYTHON_PREFIX.length, end === -1 ? undefined : end));
}

function lower(value: string | null): string {
  return value === null ? '' : value.trim().toLowerCase();
}
