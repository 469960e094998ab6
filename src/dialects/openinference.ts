import { isAgentsWorkflow } from '../attribution/subject.ts';
import { cleanDimension } from '../attribution/cleanDimension.ts';
import type { Dialect } from './dialect.ts';
import { at, text, type Found } from './fields.ts';
import { readOutput } from './openinferenceOutput.ts';
import { noTariff, tariffAsked } from './priceFacts.ts';

const operationByKind: ReadonlyMap<string, string> = new Map([
  ['LLM', 'chat'],
  ['EMBEDDING', 'embeddings'],
  ['RERANKER', 'rerank'],
  ['AGENT', 'invoke_agent'],
  ['TOOL', 'execute_tool'],
  ['RETRIEVER', 'retrieval'],
  ['CHAIN', 'chain'],
  ['GUARDRAIL', 'guardrail'],
  ['EVALUATOR', 'evaluator'],
  ['PROMPT', 'prompt'],
]);
const paidKinds: ReadonlySet<string> = new Set(['LLM', 'EMBEDDING', 'RERANKER']);

/** OpenInference (Arize): `llm.token_count.*` and `openinference.span.kind`. */
export const openinference: Dialect = {
  name: 'openinference',
  vocabulary: {
    speaksOfLlm: true,
    aliases: {
      openinferenceSpanKind: ['openinference.span.kind'],
      provider: ['llm.provider', 'llm.system'],
      requestModel: ['llm.request.model_name', 'llm.model_name', 'embedding.model_name', 'reranker.model_name'],
      responseModel: ['llm.response.model_name'],
      inputTokens: ['llm.token_count.prompt'],
      outputTokens: ['llm.token_count.completion'],
      totalTokens: ['llm.token_count.total'],
      cacheReadTokens: ['llm.token_count.prompt_details.cache_read', 'llm.token_count.prompt_details.cache_input'],
      cacheWriteTokens: ['llm.token_count.prompt_details.cache_write'],
      reasoningTokens: ['llm.token_count.completion_details.reasoning'],
      audioInputTokens: ['llm.token_count.prompt_details.audio'],
      audioOutputTokens: ['llm.token_count.completion_details.audio'],
      reportedCost: ['llm.cost.total'],
      graphNodeId: ['graph.node.id'],
      outputValue: ['output.value'],
      invocationParameters: ['llm.invocation_parameters'],
    },
  },
  recognises: (_span, found, bit) => (found.vocabularies & bit) !== 0,
  operation: (found, span) => {
    const kind = kindOf(text(found, at.openinferenceSpanKind));
    if (kind === 'AGENT' && isAgentsWorkflow(found, span.scope.name)) return 'invoke_workflow';
    return operationByKind.get(kind) ?? null;
  },
  containerRule: (found) => {
    const kind = kindOf(text(found, at.openinferenceSpanKind));
    return kind === '' || paidKinds.has(kind) ? null : `openinference.span.kind=${cleanDimension(kind)}`;
  },
  readJson: (found, counts, { scope }) => {
    if (!isLlm(found)) return {};
    const answered = readOutput(found, counts, scope.name);
    const asked = tariffAsked(found.values[at.invocationParameters]);
    return asked === noTariff ? answered : { ...answered, askedTariff: asked };
  },
};

function isLlm(found: Found): boolean {
  return kindOf(text(found, at.openinferenceSpanKind)) === 'LLM';
}

function kindOf(value: string | null): string {
  return value === null ? '' : value.trim().toUpperCase();
}
