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
    const input = fieldsOrEmpty(usage['input_tokens_details']);
    return {
      input: countOf(usage['input_tokens']),
      output: countOf(usage['output_tokens']),
      cacheRead: countOf(input['cached_tokens']),
      cacheWrite: countOf(input['cache_write_tokens']),
      reasoning: countOf(fieldsOrEmpty(usage['output_tokens_details'])['reasoning_tokens']),
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
  return {
    input: countOf(usage['prompt_tokens']),
    output: countOf(usage['completion_tokens']),
    // DeepSeek's own API reports its cache beside OpenAI's fields.
    cacheRead: countOf(prompt['cached_tokens']) ?? countOf(usage['prompt_cache_hit_tokens']),
    cacheWrite: countOf(prompt['cache_write_tokens']),
    reasoning: countOf(completion['reasoning_tokens']),
    audioInput: countOf(prompt['audio_tokens']),
    audioOutput: countOf(completion['audio_tokens']),
  };
}

function readIdentity(object: Fields, seen: Observation): void {
  seen.responseId ??= textOf(object['id']);
  seen.responseModel ??= textOf(object['model']);
}

function readCompletion(response: Fields, seen: Observation): void {
  readIdentity(response, seen);
  seen.serviceTier = textOf(response['service_tier']) ?? seen.serviceTier;
  if (isFields(response['usage'])) {
    seen.usage = response['usage'];
    seen.usageIsFinal = true;
  }
  for (const choice of listOf(response['choices'])) {
    const reason = textOf(choice['finish_reason']);
    if (reason !== null) seen.finishReasons.push(reason);
  }
}

/** The hot path: once a chunk. */
function readChunk(chunk: Fields, seen: Observation): void {
  if (seen.responseModel === null) readIdentity(chunk, seen);
  const tier = chunk['service_tier'];
  if (typeof tier === 'string') seen.serviceTier = tier;
  const choices = chunk['choices'];
  if (Array.isArray(choices)) for (const choice of choices) if (isFields(choice)) readChoice(choice, seen);
  const usage = chunk['usage'];
  if (isFields(usage)) {
    seen.usage = usage;
    // Some providers count along in every chunk; only what comes with or after the end of the answer is the whole.
    seen.usageIsFinal = seen.finishReasons.length > 0;
  }
}

const outputNames = ['content', 'refusal', 'reasoning_content'];

function readChoice(choice: Fields, seen: Observation): void {
  const delta = choice['delta'];
  if (isFields(delta)) {
    for (const name of outputNames) sawOutput(seen, delta[name]);
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

function readResponseObject(response: Fields, seen: Observation): void {
  readIdentity(response, seen);
  seen.serviceTier = textOf(response['service_tier']) ?? seen.serviceTier;
  const usage = response['usage'];
  if (!isFields(usage)) return;
  seen.usage = usage;
  seen.usageIsFinal = true;
  const reason = textOf(fieldsOrEmpty(response['incomplete_details'])['reason']) ?? textOf(response['status']);
  if (reason !== null) seen.finishReasons.push(reason);
  // A search is billed; opening and scanning a page it found is not.
  const searches = listOf(response['output']).filter(
    (item) =>
      item['type'] === 'web_search_call' && (textOf(fieldsOrEmpty(item['action'])['type']) ?? 'search') === 'search',
  );
  if (searches.length > 0) seen.webSearchRequests = searches.length;
}
