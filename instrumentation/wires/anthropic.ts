import { countOf, fieldsOrEmpty, isFields, listOf, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import { sawOutput } from '../calls/operation.ts';
import type { ModelUse, Observation, Operation } from '../calls/operation.ts';
import { messagesLimit } from '../calls/outputLimit.ts';
import { sumOf } from '../calls/tokenCounts.ts';
import type { TokenCounts } from '../calls/tokenCounts.ts';

/** `/v1/messages/count_tokens` and `/v1/messages/batches` cost nothing when called. */
export const anthropicOperationOf = (path: string): Operation | null =>
  path === '/v1/messages' || path.startsWith('/v1/messages?') ? anthropicMessages : null;

export const anthropicMessages: Operation = {
  name: 'chat',
  request: {
    contents: ['messages', 'system'],
    schemas: ['tools', 'output_config', 'output_format'],
    // A thread's next turn: what was said before stands at the provider.
    remembered: ['thread.previous_message_id'],
  },
  usageOnRequest: false,
  serviceTierAttribute: 'anthropic.response.service_tier',
  readResponse(response, seen) {
    readMessage(response, seen);
    seen.usageIsFinal = seen.usage !== null;
  },
  readEvent(event, seen) {
    const { type } = event;
    if (type === 'content_block_delta') {
      const delta = fieldsOrEmpty(event['delta']);
      for (const name of outputNames) sawOutput(seen, delta[name]);
    } else if (type === 'message_start' && isFields(event['message'])) {
      readMessage(event['message'], seen);
    } else if (type === 'message_delta') {
      readUsage(event['usage'], seen);
      const reason = textOf(fieldsOrEmpty(event['delta'])['stop_reason']);
      if (reason !== null) seen.finishReasons.push(reason);
      seen.usageIsFinal = seen.usage !== null;
    }
  },
  countTokens,
  otherModels: advisorsIn,
  outputLimit: messagesLimit,
  asksForCacheWrites: true,
};

const outputNames = ['text', 'thinking', 'partial_json'];

function readMessage(message: Fields, seen: Observation): void {
  seen.responseId ??= textOf(message['id']);
  seen.responseModel ??= textOf(message['model']);
  const reason = textOf(message['stop_reason']);
  if (reason !== null) seen.finishReasons.push(reason);
  readUsage(message['usage'], seen);
}

/** `message_delta` gives totals for the whole message, and null for what does not apply: null replaces nothing. */
function readUsage(usage: unknown, seen: Observation): void {
  if (!isFields(usage)) return;
  const known = Object.entries(usage).filter(([, value]) => value !== null && value !== undefined);
  seen.usage = { ...seen.usage, ...Object.fromEntries(known) };
  seen.serviceTier = textOf(usage['service_tier']) ?? seen.serviceTier;
}

/**
 * Anthropic counts cache reads and writes beside `input_tokens`; the conventions count them inside. Compactions are
 * billed, but stand in `iterations` only.
 */
function countTokens(usage: Fields): TokenCounts {
  const compactions = listOf(usage['iterations']).filter(({ type }) => type === 'compaction');
  const parts = [usage, ...compactions];
  const total = (name: string): number | undefined => sumOf(...parts.map((part) => countOf(part[name])));
  const hourly = parts.map((part) => countOf(fieldsOrEmpty(part['cache_creation'])['ephemeral_1h_input_tokens']));
  const plain = total('input_tokens');
  const cacheRead = total('cache_read_input_tokens');
  const cacheWrite = total('cache_creation_input_tokens');
  return {
    input: plain === undefined ? undefined : plain + (cacheRead ?? 0) + (cacheWrite ?? 0),
    output: total('output_tokens'),
    cacheRead,
    cacheWrite,
    cacheWrite1h: sumOf(...hourly),
    reasoning: countOf(fieldsOrEmpty(usage['output_tokens_details'])['thinking_tokens']),
    webSearchRequests: countOf(fieldsOrEmpty(usage['server_tool_use'])['web_search_requests']),
  };
}

/** A stronger model that the answering one asked for advice, each time by itself. */
function advisorsIn(usage: Fields): ModelUse[] {
  return listOf(usage['iterations']).flatMap((each) => {
    const model = each['type'] === 'advisor_message' ? textOf(each['model']) : null;
    return model === null ? [] : [{ model, counts: countTokens(each) }];
  });
}
