import { countOf, fieldsOrEmpty, isFields, listOf, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import { sawOutput } from '../calls/operation.ts';
import type { Observation, Operation } from '../calls/operation.ts';
import { completionLimit } from '../calls/outputLimit.ts';
import type { TokenCounts } from '../calls/tokenCounts.ts';
import { openaiChat, openaiEmbeddings } from './openai.ts';

/** OpenAI's shape, with `max_tokens` for every model, usage always told, and counts of its own. */
export const mistralChat: Operation = {
  ...openaiChat,
  usageOnRequest: false,
  serviceTierAttribute: 'gen_ai.response.service_tier',
  readResponse(response, seen) {
    openaiChat.readResponse(response, seen);
    readTier(response['usage'], seen);
  },
  readEvent(event, seen) {
    openaiChat.readEvent(event, seen);
    for (const choice of listOf(event['choices'])) readChunks(fieldsOrEmpty(choice['delta'])['content'], seen);
    readTier(event['usage'], seen);
  },
  countTokens,
  outputLimit: completionLimit,
};

const fillInTheMiddle: Operation = {
  ...mistralChat,
  name: 'text_completion',
  request: { contents: ['prompt', 'suffix'], schemas: [], remembered: [] },
};

const embeddings: Operation = { ...openaiEmbeddings, countTokens };

/** What the agent was told, and its tools, are not in the request. */
const agents: Operation = { ...mistralChat, request: { ...mistralChat.request, remembered: ['agent_id'] } };

const conversations: Operation = {
  ...mistralChat,
  request: { contents: ['inputs', 'instructions'], schemas: ['tools'], remembered: ['agent_id'] },
  readResponse: readConversation,
  readEvent(event, seen) {
    if (isFields(event['usage'])) readConversation(event, seen);
    else {
      seen.responseId ??= textOf(event['id']);
      seen.responseModel ??= textOf(event['model']);
      sawOutput(seen, event['content']);
      sawOutput(seen, event['arguments']);
    }
  },
  outputLimit: null,
};

const continuedConversation: Operation = {
  ...conversations,
  request: { ...conversations.request, remembered: ['inputs'] },
};

/** Null for what counts no tokens (`/v1/ocr`, `/v1/moderations`) or is no JSON (`/v1/audio/transcriptions`). */
export function mistralOperationOf(path: string): Operation | null {
  const operation = operations.get(path.slice(path.indexOf('/v1/')));
  if (operation !== undefined) return operation;
  return /\/v1\/conversations\/[^/]+(?:\/restart)?$/.test(path) ? continuedConversation : null;
}

const operations: ReadonlyMap<string, Operation> = new Map([
  ['/v1/chat/completions', mistralChat],
  ['/v1/fim/completions', fillInTheMiddle],
  ['/v1/agents/completions', agents],
  ['/v1/embeddings', embeddings],
  ['/v1/conversations', conversations],
]);

function readTier(usage: unknown, seen: Observation): void {
  seen.serviceTier = textOf(fieldsOrEmpty(usage)['service_tier']) ?? seen.serviceTier;
}

/** Models that think answer in parts, thoughts among them. */
function readChunks(content: unknown, seen: Observation): void {
  for (const part of listOf(content)) {
    sawOutput(seen, part['text']);
    for (const thought of listOf(part['thinking'])) sawOutput(seen, thought['text']);
  }
}

/** Its `conversation_id` is one for many answers; what each entry was made with stands on the entry. */
function readConversation(response: Fields, seen: Observation): void {
  for (const entry of listOf(response['outputs'])) {
    seen.responseId ??= textOf(entry['id']);
    seen.responseModel ??= textOf(entry['model']);
  }
  if (!isFields(response['usage'])) return;
  seen.usage = response['usage'];
  seen.usageIsFinal = true;
}

/** What connectors read stands beside the prompt, and is billed as input. */
function countTokens(usage: Fields): TokenCounts {
  const prompt = countOf(usage['prompt_tokens']);
  const details = fieldsOrEmpty(usage['prompt_tokens_details'] ?? usage['prompt_token_details']);
  return {
    input: prompt === undefined ? undefined : prompt + (countOf(usage['connector_tokens']) ?? 0),
    output: countOf(usage['completion_tokens']),
    cacheRead: countOf(details['cached_tokens']) ?? countOf(usage['num_cached_tokens']),
  };
}
