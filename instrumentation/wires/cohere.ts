import { countOf, fieldsOrEmpty, isFields, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import { sawOutput } from '../calls/operation.ts';
import type { Observation, Operation } from '../calls/operation.ts';
import { completionLimit } from '../calls/outputLimit.ts';
import type { TokenCounts } from '../calls/tokenCounts.ts';

const common = {
  usageOnRequest: false,
  serviceTierAttribute: 'gen_ai.response.service_tier',
  asksForCacheWrites: false,
  countTokens,
} as const;

const chat: Operation = {
  ...common,
  name: 'chat',
  request: { contents: ['messages', 'documents'], schemas: ['tools', 'response_format'], remembered: [] },
  readResponse(response, seen) {
    readEnd(response, response['usage'], seen);
  },
  readEvent(event, seen) {
    const { type } = event;
    const delta = fieldsOrEmpty(event['delta']);
    if (type === 'message-start') seen.responseId ??= textOf(event['id']);
    else if (type === 'message-end') readEnd(delta, delta['usage'], seen);
    else readDelta(fieldsOrEmpty(delta['message']), seen);
  },
  outputLimit: completionLimit,
};

/** The first version, which other fields of the request stand for, and which can search by itself. */
const firstChat: Operation = {
  ...common,
  name: 'chat',
  request: {
    contents: ['message', 'preamble', 'chat_history', 'documents', 'tool_results'],
    schemas: ['tools', 'response_format'],
    remembered: ['conversation_id', 'connectors'],
  },
  readResponse(response, seen) {
    readEnd(response, response['meta'], seen);
  },
  readEvent(event, seen) {
    const type = event['event_type'];
    if (type === 'stream-start') seen.responseId ??= textOf(event['generation_id']);
    else if (type === 'stream-end') {
      const response = fieldsOrEmpty(event['response']);
      readEnd({ finish_reason: event['finish_reason'], ...response }, response['meta'], seen);
    } else {
      sawOutput(seen, event['text']);
      const call = fieldsOrEmpty(event['tool_call_delta']);
      sawOutput(seen, call['text'] ?? call['parameters']);
    }
  },
  outputLimit: completionLimit,
};

const generate: Operation = {
  ...firstChat,
  name: 'text_completion',
  request: { contents: ['prompt'], schemas: [], remembered: [] },
};

const embed: Operation = {
  ...common,
  name: 'embeddings',
  request: { contents: ['texts', 'inputs', 'images'], schemas: [], remembered: [] },
  readResponse(response, seen) {
    readEnd(response, response['meta'], seen);
  },
  readEvent: () => undefined,
  outputLimit: null,
};

/** Null for what is billed in searches and classifications, not tokens: `/rerank`, `/classify`. */
export const cohereOperationOf = (path: string): Operation | null => operations.get(path) ?? null;

const operations: ReadonlyMap<string, Operation> = new Map([
  ['/v2/chat', chat],
  ['/v1/chat', firstChat],
  ['/v1/generate', generate],
  ['/v1/embed', embed],
  ['/v2/embed', embed],
]);

function readDelta(message: Fields, seen: Observation): void {
  const content = fieldsOrEmpty(message['content']);
  sawOutput(seen, content['text'] ?? content['thinking'] ?? message['tool_plan']);
  const call = fieldsOrEmpty(message['tool_calls']);
  sawOutput(seen, fieldsOrEmpty(call['function'])['arguments']);
}

function readEnd(response: Fields, usage: unknown, seen: Observation): void {
  // Version 1 has an id for the answer and one for the exchange; streams begin with that for the answer.
  seen.responseId ??= textOf(response['generation_id']) ?? textOf(response['id']);
  const reason = textOf(response['finish_reason']);
  if (reason !== null) seen.finishReasons.push(reason);
  if (!isFields(usage)) return;
  seen.usage = usage;
  seen.usageIsFinal = true;
}

/**
 * What is billed leaves out the tokens that Cohere itself puts around a request, and the conventions ask for it. Its
 * `cached_tokens` are of all tokens, so that they say nothing of what is billed.
 */
function countTokens(usage: Fields): TokenCounts {
  const billed = fieldsOrEmpty(usage['billed_units']);
  const tokens = fieldsOrEmpty(usage['tokens']);
  const images = countOf(billed['image_tokens']);
  const text = countOf(billed['input_tokens']) ?? countOf(tokens['input_tokens']);
  return {
    input: text === undefined && images === undefined ? undefined : (text ?? 0) + (images ?? 0),
    output: countOf(billed['output_tokens']) ?? countOf(tokens['output_tokens']),
    imageInput: images,
  };
}
