import type {
  Response,
  ResponseOutputItem,
  ResponseOutputMessage,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses';
import { isRecord, makeId, parameterNames, servedModel } from './exchange.ts';
import type { Answer, ProviderRequest, StreamEvent } from './exchange.ts';
import { checkParameters, checkStreamOptions, openaiInput, openaiTier, responsesUsage } from './openaiUsage.ts';
import { answerPieces, billedTokens, isCut, numberOrNull } from './tokens.ts';

const parameters: ReadonlySet<string> = parameterNames(`
  model background context_management conversation include input instructions max_output_tokens metadata
  moderation parallel_tool_calls previous_response_id prompt prompt_cache_key prompt_cache_options
  prompt_cache_retention reasoning safety_identifier service_tier store stream stream_options temperature text
  tool_choice tools top_logprobs top_p truncation user`);

/** `POST /v1/responses`; a stream always ends with the usage, so `include_usage` is an unknown parameter here. */
export function answerResponses(request: ProviderRequest): Answer {
  const { body, directives } = request;
  checkParameters(body, parameters, ['input']);
  checkStreamOptions(request, ['include_obfuscation']);
  const prompt = [body['instructions'], body['input']];
  const first = body['instructions'] ?? (Array.isArray(body['input']) ? body['input'][0] : body['input']);
  const tokens = billedTokens(request, openaiInput(request, first, prompt), numberOrNull(body['max_output_tokens']));
  const wireUsage = responsesUsage(tokens);
  const format = isRecord(body['text']) ? body['text']['format'] : undefined;
  const pieces = answerPieces(request, tokens, isRecord(format) && format['type'] !== 'text');
  const id = directives.texts.id ?? makeId('resp_', 48);
  const cut = isCut(request, tokens);
  const reply = makeReply(request, id, pieces, cut, tokens);
  const usage = directives.texts.usage === 'none' ? {} : { usage: wireUsage };
  const final: Omit<Response, 'output_text'> = {
    ...reply.head,
    output: reply.items,
    status: cut ? 'incomplete' : 'completed',
    ...usage,
  };
  const streamed = body['stream'] === true;
  const billed = {
    id,
    api: 'responses' as const,
    requestModel: request.model,
    model: reply.head.model,
    serviceTier: openaiTier(request),
    tokens,
    wireUsage,
    streamed,
  };
  return streamed
    ? { kind: 'stream', events: responseEvents(reply, pieces, final), billed }
    : { kind: 'json', body: final, billed };
}

interface ResponseReply {
  readonly head: Omit<Response, 'output_text'>;
  readonly message: ResponseOutputMessage;
  readonly items: ResponseOutputItem[];
}

function makeReply(
  request: ProviderRequest,
  id: string,
  pieces: readonly string[],
  cut: boolean,
  tokens: { reasoning: number; webSearchRequests: number },
): ResponseReply {
  const { body } = request;
  const head: Omit<Response, 'output_text'> = {
    id,
    object: 'response',
    created_at: request.nowSeconds,
    status: 'in_progress',
    error: null,
    incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
    instructions: typeof body['instructions'] === 'string' ? body['instructions'] : null,
    metadata: {},
    model: servedModel(request.model),
    output: [],
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    service_tier: openaiTier(request),
  };
  const message: ResponseOutputMessage = {
    id: makeId('msg_', 48),
    type: 'message',
    role: 'assistant',
    status: cut ? 'incomplete' : 'completed',
    content: [{ type: 'output_text', text: pieces.join(''), annotations: [] }],
  };
  const items: ResponseOutputItem[] = [
    ...(tokens.reasoning > 0 ? [{ id: makeId('rs_', 48), type: 'reasoning' as const, summary: [] }] : []),
    ...Array.from({ length: tokens.webSearchRequests }, () => ({
      id: makeId('ws_', 48),
      type: 'web_search_call' as const,
      status: 'completed' as const,
      action: { type: 'search' as const, query: 'stand-in' },
    })),
    message,
  ];
  return { head, message, items };
}

/** From `response.created` to `response.completed` (or `incomplete`), numbered without a gap. */
function responseEvents(
  { head, message, items }: ResponseReply,
  pieces: readonly string[],
  final: Omit<Response, 'output_text'>,
): StreamEvent[] {
  const events: StreamEvent[] = [];
  const emit = (event: DistributedUnnumbered): void => {
    events.push({ name: event.type, data: { ...event, sequence_number: events.length } });
  };
  const place = { item_id: message.id, output_index: items.length - 1, content_index: 0 };
  emit({ type: 'response.created', response: { ...head, output_text: '' } });
  emit({ type: 'response.in_progress', response: { ...head, output_text: '' } });
  for (const [index, item] of items.slice(0, -1).entries()) {
    emit({ type: 'response.output_item.added', output_index: index, item });
    emit({ type: 'response.output_item.done', output_index: index, item });
  }
  emit({
    type: 'response.output_item.added',
    output_index: place.output_index,
    item: { ...message, status: 'in_progress', content: [] },
  });
  emit({ type: 'response.content_part.added', ...place, part: { type: 'output_text', text: '', annotations: [] } });
  for (const piece of pieces) emit({ type: 'response.output_text.delta', ...place, delta: piece, logprobs: [] });
  emit({ type: 'response.output_text.done', ...place, text: pieces.join(''), logprobs: [] });
  emit({
    type: 'response.content_part.done',
    ...place,
    part: { type: 'output_text', text: pieces.join(''), annotations: [] },
  });
  emit({ type: 'response.output_item.done', output_index: place.output_index, item: message });
  emit({
    type: final.status === 'incomplete' ? 'response.incomplete' : 'response.completed',
    response: { ...final, output_text: pieces.join('') },
  });
  return events;
}

type Unnumbered<Event> = Event extends { sequence_number: number } ? Omit<Event, 'sequence_number'> : never;
type DistributedUnnumbered = Unnumbered<ResponseStreamEvent>;
