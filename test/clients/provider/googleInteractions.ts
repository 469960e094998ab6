import type { AskedAnswer, Answer } from './answer.ts';
import { answerPieces, answerText, bodyOf, outputOf, wordsIn } from './words.ts';
import type { Body } from './words.ts';

const CREATED = '2026-11-22T12:00:00Z';
const THOUGHTS_TOKENS = 8;

/** Gemini's Interactions API. */
export function answerInteraction({ body, model }: AskedAnswer): Answer {
  const output = outputOf(bodyOf(body['generation_config'])['max_output_tokens']);
  const input = wordsIn(body['input'], body['system_instruction']);
  const common = { id: `interaction-${model}`, object: 'interaction', model, created: CREATED, updated: CREATED };
  const done = {
    ...common,
    status: 'completed',
    usage: {
      total_input_tokens: input,
      input_tokens_by_modality: [{ modality: 'text', tokens: input }],
      total_cached_tokens: 0,
      total_output_tokens: output,
      total_tool_use_tokens: 0,
      total_thought_tokens: THOUGHTS_TOKENS,
      total_tokens: input + output + THOUGHTS_TOKENS,
    },
  };
  const step = { type: 'model_output', content: [{ type: 'text', text: answerText(output) }] };
  if (body['stream'] !== true) return { json: { ...done, steps: [step] } };
  return {
    framing: 'sse',
    eventName: (event) => String(event['event_type']),
    events: [
      { event_type: 'interaction.created', interaction: { ...common, status: 'in_progress' } },
      { event_type: 'step.start', index: 0, step: { type: 'model_output' } },
      ...answerPieces(output).map((text): Body => ({
        event_type: 'step.delta',
        index: 0,
        delta: { type: 'text', text },
      })),
      { event_type: 'step.stop', index: 0 },
      { event_type: 'interaction.completed', interaction: done },
    ],
  };
}
