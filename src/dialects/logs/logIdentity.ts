import { cleanDimension } from '../../attribution/cleanDimension.ts';
import { fnv1a128, fnv1a64 } from '../../hash.ts';
import type { ReceivedLog } from '../../log.ts';

/**
 * What tells records without a request id apart beside time and body. This list is part of the identity of calls that are
 * already stored: another key, or another order, would charge a call that is sent again a second time.
 */
export const identityKeys: readonly string[] = [
  'event.timestamp',
  'event.sequence',
  'session.id',
  'conversation.id',
  'prompt.id',
  'prompt_id',
  'client_request_id',
  'response_id',
  'model',
  'duration_ms',
  'attempt',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_creation_tokens',
  'input_token_count',
  'output_token_count',
  'cached_token_count',
  'cached_content_token_count',
  'reasoning_token_count',
  'thoughts_token_count',
];

/**
 * The ids of the call that a record describes, the same however often it is sent. The call is no span of the record's
 * trace: the span id that the record carries is that of the span around it.
 */
export function identityOf(
  record: ReceivedLog,
  event: string,
  requestId: string | null,
): { traceId: string; spanId: string } {
  const text = requestId === null ? textOf(record, event) : join([event, 'request', requestId]);
  return { traceId: record.traceId ?? fnv1a128(text), spanId: fnv1a64(text) };
}

function textOf({ timeUnixNano, observedTimeUnixNano, body, attributes }: ReceivedLog, event: string): string {
  // The observed time is a second-hand one: of two that saw the same record each may give its own.
  const hasOwnTime = timeUnixNano > 0n || attributes.has('event.timestamp');
  const time = hasOwnTime ? timeUnixNano : observedTimeUnixNano;
  const values = identityKeys.map((key) => cleanDimension(attributes.get(key)) ?? '');
  return join([event, 'record', String(time), body, ...values]);
}

/** No part can hold the separator: dimensions have no NUL, and a body is escaped. */
function join(parts: readonly string[]): string {
  return parts.map((part) => part.replaceAll('\0', '\uFFFD')).join('\0');
}
