import { at, text, type Found } from './fields.ts';

/** Other names for operations: LiteLLM's call types and Semantic Kernel's. */
const spellings: ReadonlyMap<string, string> = new Map([
  ['acompletion', 'chat'],
  ['anthropic_messages', 'chat'],
  ['chat.completions', 'chat'],
  ['aresponses', 'responses'],
  ['atext_completion', 'text_completion'],
  ['text_completions', 'text_completion'],
  ['text.completions', 'text_completion'],
  ['embedding', 'embeddings'],
  ['aembedding', 'embeddings'],
  ['arerank', 'rerank'],
  ['aimage_generation', 'image_generation'],
  ['aimage_edit', 'image_edit'],
  ['aspeech', 'speech'],
  ['atranscription', 'transcription'],
]);

/** The name under which an operation is kept, whoever wrote it. */
export function operationNamed(written: string): string {
  const name = written.toLowerCase();
  return spellings.get(name) ?? name;
}

/** One request to a model, which is what providers charge for. */
const paid: ReadonlySet<string> = new Set(
  [
    'chat generate_content text_completion completion embeddings rerank responses message generate llm_call',
    'realtime_inference',
    'image_generation image_edit image_variation speech transcription',
    'ai.generatespeech ai.transcribe ai.streamtranscribe',
  ].flatMap((line) => line.split(' ')),
);

/** Operations that give an answer: one with input and no output has lost its output. */
const generating: ReadonlySet<string> = new Set(
  'chat generate_content text_completion completion responses message llm_call'.split(' '),
);

/** Work around or beside calls. Usage on such a span repeats that of its calls. */
const containers: ReadonlySet<string> = new Set(
  [
    'invoke_agent invoke_workflow plan execute_tool retrieval create_agent agent_step agent_run fetch_response',
    'handle_conversation_turn chain task create_memory search_memory update_memory upsert_memory delete_memory',
    'create_memory_store delete_memory_store model_chunk model_generation guardrail evaluator prompt',
    'execute_event_loop_cycle execute_agent_loop_cycle compact_events',
  ].flatMap((line) => line.split(' ')),
);

const langfusePaid: ReadonlySet<string> = new Set(['generation', 'embedding']);
const langsmithPaid: ReadonlySet<string> = new Set(['llm', 'embedding']);

export function isPaid(operation: string): boolean {
  return paid.has(operation);
}

export function isGenerating(operation: string): boolean {
  return generating.has(operation);
}

/** The rule that makes a span a container whatever its dialect, as `key=value`, or null. */
export function sharedContainerRule(found: Found, spanName: string, operation: string | null): string | null {
  if (operation !== null && containers.has(operation)) return `gen_ai.operation.name=${operation}`;
  if (found.values[at.aggregatedUsage] !== undefined) return 'gen_ai.aggregated_usage';
  // LiteLLM's copy of the provider's request.
  if (spanName === 'raw_gen_ai_request') return 'name=raw_gen_ai_request';
  const langfuse = text(found, at.langfuseObservationType);
  if (langfuse !== null && !langfusePaid.has(langfuse)) return 'langfuse.observation.type';
  const langsmith = text(found, at.langsmithSpanKind);
  return langsmith !== null && !langsmithPaid.has(langsmith) ? 'langsmith.span.kind' : null;
}
