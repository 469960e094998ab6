import { countOf, fieldsOrEmpty, isFields, listOf, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import { sawOutput } from '../calls/operation.ts';
import type { Observation, Operation } from '../calls/operation.ts';
import { chatLimit, completionLimit, responsesLimit } from '../calls/outputLimit.ts';
import type { TokenCounts } from '../calls/tokenCounts.ts';

const common = {
  usageOnRequest: false,
  serviceTierAttribute: 'openai.response.service_tier',
  asksForCacheWrites: false,
  request: {
    contents: ['messages', 'input', 'prompt', 'instructions'],
    schemas: ['tools', 'functions', 'response_format', 'text'],
    remembered: ['previous_response_id', 'conversation'],
  },
} as const;

export const openaiChat: Operation = {
  ...common,
  name: 'chat',
  usageOnRequest: true,
  readResponse: readCompletion,
  readEvent: readChunk,
  countTokens: countCompletionTokens,
  outputLimit: chatLimit,
};

const textCompletion: Operation = {
  ...openaiChat,
  name: 'text_completion',
  usageOnRequest: false,
  outputLimit: completionLimit,
};

export const openaiEmbeddings: Operation = { ...textCompletion, name: 'embeddings', outputLimit: null };

const responses: Operation = {
  ...common,
  name: 'chat',
  readResponse: readResponseObject,
  readEvent(event, seen) {
    if (isFields(event['response'])) readResponseObject(event['response'], seen);
    else sawOutput(seen, event['delta']);
  },
  countTokens: (usage) => {
    const details = fieldsOrEmpty(usage['input_tokens_details']);
    const input = countOf(usage['input_tokens']);
    const reasoning = countOf(fieldsOrEmpty(usage['output_tokens_details'])['reasoning_tokens']);
    return {
      input,
      output: outputOf(input, countOf(usage['output_tokens']), reasoning, countOf(usage['total_tokens'])),
      cacheRead: countOf(details['cached_tokens']),
      cacheWrite: countOf(details['cache_write_tokens']),
      reasoning,
    };
  },
  outputLimit: responsesLimit,
};

const compaction: Operation = { ...responses, outputLimit: null };

/** Null for what is not a billed model call. */
export const openaiOperationOf = (path: string): Operation | null =>
  operations.find(([ending]) => path.endsWith(ending))?.[1] ?? null;

/** By the end of the path: Azure puts the deployment before it. `/chat/completions` must stand before `/completions`. */
const operations: readonly (readonly [ending: string, operation: Operation])[] = [
  ['/chat/completions', openaiChat],
  ['/responses', responses],
  ['/responses/compact', compaction],
  ['/embeddings', openaiEmbeddings],
  ['/completions', textCompletion],
];

/** `cached_tokens`, `cache_write_tokens` and audio are parts of `prompt_tokens`; reasoning is a part of `completion_tokens`. */
function countCompletionTokens(usage: Fields): TokenCounts {
  const prompt = fieldsOrEmpty(usage['prompt_tokens_details']);
  const completion = fieldsOrEmpty(usage['completion_tokens_details']);
  const input = countOf(usage['prompt_tokens']);
  const reasoning = countOf(completion['reasoning_tokens']);
  return {
    input,
    output: outputOf(input, countOf(usage['completion_tokens']), reasoning, countOf(usage['total_tokens'])),
    // DeepSeek's own API reports its cache beside OpenAI's fields.
    cacheRead: countOf(prompt['cached_tokens']) ?? countOf(usage['prompt_cache_hit_tokens']),
    cacheWrite: countOf(prompt['cache_write_tokens']),
    reasoning,
    audioInput: countOf(prompt['audio_tokens']),
    audioOutput: countOf(completion['audio_tokens']),
  };
}

/** xAI counts reasoning beside its completion, and bills it as output; the total says so. */
function outputOf(
  input: number | undefined,
  output: number | undefined,
  reasoning: number | undefined,
  total: number | undefined,
): number | undefined {
  if (input === undefined || output === undefined || reasoning === undefined) return output;
  return total === input + output + reasoning ? output + reasoning : output;
}

function readIdentity(object: Fields, seen: Observation): void {
  seen.responseId ??= textOf(object['id']);
  seen.responseModel ??= textOf(object['model']);
}

function readCompletion(response: Fields, seen: Observation): void {
  readIdentity(response, seen);
  seen.serviceTier = textOf(response['service_tier']) ?? seen.serviceTier;
  if (isFields(response['usage'])) {
    seen.usage = withThoughts(response['usage'], seen.responseModel);
    seen.usageIsFinal = true;
  }
  for (const choice of listOf(response['choices'])) {
    const reason = textOf(choice['finish_reason']);
    if (reason !== null) seen.finishReasons.push(reason);
  }
}

/** Of Gemini's models that think, their API in this shape counts the thoughts in the total alone. */
function withThoughts(usage: Fields, model: string | null): Fields {
  if (model === null || !model.includes('gemini')) return usage;
  const { prompt_tokens, completion_tokens, total_tokens, completion_tokens_details: details } = usage;
  const [input, output, total] = [countOf(prompt_tokens), countOf(completion_tokens), countOf(total_tokens)];
  if (input === undefined || total === undefined || fieldsOrEmpty(details)['reasoning_tokens'] !== undefined)
    return usage;
  const thoughts = total - input - (output ?? 0);
  if (thoughts <= 0) return usage;
  return {
    ...usage,
    completion_tokens: output ?? 0,
    completion_tokens_details: { ...fieldsOrEmpty(details), reasoning_tokens: thoughts },
  };
}

/** The hot path: once a chunk. */
function readChunk(chunk: Fields, seen: Observation): void {
  if (seen.responseModel === null) readIdentity(chunk, seen);
  const tier = chunk['service_tier'];
  if (typeof tier === 'string') seen.serviceTier = tier;
  const choices = chunk['choices'];
  if (Array.isArray(choices)) for (const choice of choices) if (isFields(choice)) readChoice(choice, seen);
  // Groq says it in a place of its own where nobody asked.
  const groq = chunk['x_groq'];
  const usage = chunk['usage'] ?? (isFields(groq) ? groq['usage'] : undefined);
  if (isFields(usage)) {
    seen.usage = withThoughts(usage, seen.responseModel);
    // Some providers count along in every chunk; only what comes with or after the end of the answer is the whole.
    seen.usageIsFinal = seen.finishReasons.length > 0;
  }
}

function readChoice(choice: Fields, seen: Observation): void {
  const delta = choice['delta'];
  if (isFields(delta)) {
    sawOutput(seen, delta['content']);
    sawOutput(seen, delta['refusal']);
    sawOutput(seen, delta['reasoning_content']);
    const calls = delta['tool_calls'];
    if (calls !== undefined) {
      for (const call of listOf(calls)) sawOutput(seen, fieldsOrEmpty(call['function'])['arguments']);
    }
  } else {
    sawOutput(seen, choice['text']);
  }
  const reason = choice['finish_reason'];
  if (typeof reason === 'string') seen.finishReasons.push(reason);
}

/** Of a response at the head of its stream, or in the background. */
const unfinished: ReadonlySet<string> = new Set(['queued', 'in_progress']);

function readResponseObject(response: Fields, seen: Observation): void {
  seen.pendingId = null;
  readIdentity(response, seen);
  seen.serviceTier = textOf(response['service_tier']) ?? seen.serviceTier;
  const status = textOf(response['status']);
  if (status !== null && unfinished.has(status)) {
    if (response['background'] === true) seen.pendingId = textOf(response['id']);
    return;
  }
  const reason = textOf(fieldsOrEmpty(response['incomplete_details'])['reason']) ?? status;
  if (reason !== null) seen.finishReasons.push(reason);
  // One that failed may have none.
  if (!isFields(response['usage'])) return;
  seen.usage = response['usage'];
  seen.usageIsFinal = true;
  // A search is billed; opening and scanning a page it found is not.
  const searches = listOf(response['output']).filter(
    (item) =>
      item['type'] === 'web_search_call' && (textOf(fieldsOrEmpty(item['action'])['type']) ?? 'search') === 'search',
  );
  if (searches.length > 0) seen.webSearchRequests = searches.length;
}
