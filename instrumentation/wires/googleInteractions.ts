import { countOf, isFields, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import { sawOutput } from '../calls/operation.ts';
import type { Observation, Operation } from '../calls/operation.ts';
import { interactionLimit } from '../calls/outputLimit.ts';
import { sumOf } from '../calls/tokenCounts.ts';
import type { TokenCounts } from '../calls/tokenCounts.ts';
import { modalitiesOf, without } from './google.ts';

/** Gemini's newer API, which may keep the conversation at Google's. */
export const googleInteractions: Operation = {
  name: 'generate_content',
  request: {
    contents: ['input', 'system_instruction'],
    schemas: ['tools', 'response_format'],
    remembered: ['previous_interaction_id', 'cached_content', 'agent', 'environment', 'continuation_token'],
  },
  usageOnRequest: false,
  serviceTierAttribute: 'gen_ai.response.service_tier',
  readResponse(interaction, seen) {
    readInteraction(interaction, seen);
    // A whole answer that is none yet is one in the background.
    if (unfinished.has(String(interaction['status']))) seen.pendingId = textOf(interaction['id']);
  },
  readEvent(event, seen) {
    const { interaction, delta } = event;
    if (isFields(interaction)) readInteraction(interaction, seen);
    else if (isFields(delta)) for (const name of outputNames) sawOutput(seen, delta[name]);
  },
  countTokens,
  outputLimit: interactionLimit,
  asksForCacheWrites: false,
};

const outputNames = ['text', 'arguments'];
/** Of an interaction that still runs, at the head of a stream or in the background. */
const unfinished: ReadonlySet<string> = new Set(['in_progress', 'queued']);

function readInteraction(interaction: Fields, seen: Observation): void {
  seen.pendingId = null;
  seen.responseId ??= textOf(interaction['id']);
  seen.responseModel ??= textOf(interaction['model']);
  seen.serviceTier = textOf(interaction['service_tier']) ?? seen.serviceTier;
  const status = textOf(interaction['status']);
  if (status !== null && unfinished.has(status)) return;
  if (status !== null) seen.finishReasons.push(status);
  if (!isFields(interaction['usage'])) return;
  seen.usage = interaction['usage'];
  seen.usageIsFinal = true;
}

/** As `generateContent` counts, under other names; where the total is input and output alone, thoughts are in the output. */
function countTokens(usage: Fields): TokenCounts {
  const [plain, tools, thoughts, output] = ['input', 'tool_use', 'thought', 'output'].map((name) =>
    countOf(usage[`total_${name}_tokens`]),
  );
  const input = sumOf(plain, tools);
  const hasThoughts = countOf(usage['total_tokens']) === (input ?? 0) + (output ?? 0);
  const asked = modalitiesOf(usage['input_tokens_by_modality'], 'tokens');
  const cached = modalitiesOf(usage['cached_tokens_by_modality'], 'tokens');
  const answer = modalitiesOf(usage['output_tokens_by_modality'], 'tokens');
  return {
    input,
    output: hasThoughts ? output : sumOf(output, thoughts),
    cacheRead: countOf(usage['total_cached_tokens']),
    reasoning: thoughts,
    audioInput: asked.get('AUDIO'),
    audioOutput: answer.get('AUDIO'),
    audioCacheRead: cached.get('AUDIO'),
    imageInput: without(asked.get('IMAGE'), cached.get('IMAGE')),
    imageOutput: answer.get('IMAGE'),
  };
}
