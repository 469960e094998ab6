import type { Message, RawMessageStreamEvent, Usage } from '@anthropic-ai/sdk/resources/messages';
import { ProviderError, isRecord, makeId, parameterNames, servedModel } from './exchange.ts';
import type { Answer, ProviderRequest, StreamEvent, TokenCounts } from './exchange.ts';
import {
  CACHED_PREFIX_TOKENS_MIN,
  answerPieces,
  billedTokens,
  countTokens,
  isCut,
  numberOrNull,
  textsOf,
} from './tokens.ts';

const parameters: ReadonlySet<string> = parameterNames(`
  model max_tokens messages cache_control container diagnostics inference_geo metadata output_config
  service_tier speed stop_sequences stream system thinking tool_choice tools temperature top_k top_p betas
  context_management mcp_servers thread`);

/** `POST /v1/messages`, `?beta=true` included. */
export function answerMessages(request: ProviderRequest): Answer {
  const { body, directives } = request;
  checkBody(body, ['max_tokens', 'messages']);
  const tokens = billedTokens(request, anthropicInput(request), numberOrNull(body['max_tokens']));
  const wireUsage = messageUsage(request, tokens);
  const messages: unknown[] = Array.isArray(body['messages']) ? body['messages'] : [];
  const answeredTool = messages.length > 0 && JSON.stringify(messages.at(-1)).includes('"tool_result"');
  const toolName = answeredTool ? undefined : directives.texts.tool;
  const output = body['output_config'];
  const pieces =
    toolName === undefined ? answerPieces(request, tokens, isRecord(output) && isRecord(output['format'])) : [];
  const message: Message = {
    id: directives.texts.id ?? makeId('msg_01', 22),
    type: 'message',
    role: 'assistant',
    model: servedModel(request.model),
    content: [
      ...(tokens.reasoning > 0
        ? [{ type: 'thinking' as const, thinking: 'Let me see.', signature: 'c3RhbmQtaW4=' }]
        : []),
      toolName === undefined
        ? { type: 'text', text: pieces.join(''), citations: null }
        : {
            type: 'tool_use',
            id: makeId('toolu_01', 22),
            name: toolName,
            input: TOOL_INPUT,
            caller: { type: 'direct' },
          },
    ],
    stop_reason: toolName !== undefined ? 'tool_use' : isCut(request, tokens) ? 'max_tokens' : 'end_turn',
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: wireUsage,
  };
  const streamed = body['stream'] === true;
  const billed = {
    id: message.id,
    api: 'messages' as const,
    requestModel: request.model,
    model: message.model,
    serviceTier: wireUsage.service_tier ?? 'standard',
    tokens,
    wireUsage,
    streamed,
  };
  return streamed
    ? { kind: 'stream', events: messageEvents(message, pieces), billed }
    : { kind: 'json', body: message, billed };
}

/** `POST /v1/messages/count_tokens`: costs nothing. */
export function answerCountTokens(request: ProviderRequest): Answer {
  checkBody(request.body, ['messages']);
  return {
    kind: 'json',
    body: { input_tokens: countTokens([request.body['system'], request.body['messages']]) },
    billed: null,
  };
}

const TOOL_INPUT = { query: 'stand-in' };

function checkBody(body: Readonly<Record<string, unknown>>, required: readonly string[]): void {
  for (const name of required) {
    if (body[name] === undefined) throw new ProviderError(400, 'invalid_request_error', `${name}: Field required`);
  }
  for (const name of Object.keys(body)) {
    if (!parameters.has(name))
      throw new ProviderError(400, 'invalid_request_error', `${name}: Extra inputs are not permitted`);
  }
}

interface MarkedBlock {
  readonly text: string;
  readonly tokens: number;
  /** The time to live a cache mark asks for; null without a mark. */
  readonly ttl: '5m' | '1h' | null;
}

function blocksOf(value: unknown): MarkedBlock[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => blocksOf(item));
  if (isRecord(value) && 'role' in value) return blocksOf(value['content']);
  const mark = isRecord(value) ? value['cache_control'] : undefined;
  const ttl = isRecord(mark) ? (mark['ttl'] === '1h' ? '1h' : '5m') : null;
  return [{ text: textsOf(value).join('\n'), tokens: countTokens(value), ttl }];
}

/** Everything up to the last `cache_control` is one prefix: written the first time, read from then on. */
function anthropicInput(request: ProviderRequest): {
  uncached: number;
  cacheRead?: number;
  cacheWrite5m?: number;
  cacheWrite1h?: number;
} {
  const blocks = blocksOf([request.body['system'], request.body['messages']]);
  const total = blocks.reduce((sum, block) => sum + block.tokens, 0);
  const marked = blocks.findLastIndex((block) => block.ttl !== null);
  const prefix = blocks.slice(0, marked + 1);
  const prefixTokens = prefix.reduce((sum, block) => sum + block.tokens, 0);
  if (prefixTokens < CACHED_PREFIX_TOKENS_MIN) return { uncached: total };
  const uncached = total - prefixTokens;
  if (request.cache.touch(request.model, prefix.map((block) => block.text).join('\n')))
    return { uncached, cacheRead: prefixTokens };
  return prefix.at(-1)?.ttl === '1h'
    ? { uncached, cacheWrite1h: prefixTokens }
    : { uncached, cacheWrite5m: prefixTokens };
}

/** Anthropic counts cache reads and writes beside `input_tokens`, thinking inside `output_tokens`. */
function messageUsage({ directives, body }: ProviderRequest, tokens: TokenCounts): Usage {
  const tier = directives.texts.tier;
  return {
    input_tokens: tokens.uncached,
    cache_creation_input_tokens: tokens.cacheWrite5m + tokens.cacheWrite1h,
    cache_read_input_tokens: tokens.cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: tokens.cacheWrite5m, ephemeral_1h_input_tokens: tokens.cacheWrite1h },
    output_tokens: tokens.output,
    output_tokens_details: tokens.reasoning > 0 ? { thinking_tokens: tokens.reasoning } : null,
    server_tool_use:
      tokens.webSearchRequests > 0 ? { web_search_requests: tokens.webSearchRequests, web_fetch_requests: 0 } : null,
    service_tier: tier === 'priority' || tier === 'batch' ? tier : 'standard',
    inference_geo: typeof body['inference_geo'] === 'string' ? body['inference_geo'] : null,
    speed: body['speed'] === 'fast' ? 'fast' : null,
  };
}

/** Input is known at `message_start`; `message_delta` repeats it with the cumulative output. */
function messageEvents(message: Message, pieces: readonly string[]): StreamEvent[] {
  const events: StreamEvent[] = [];
  const emit = (event: RawMessageStreamEvent | { type: 'ping' }): void => {
    events.push({ name: event.type, data: event });
  };
  const { usage } = message;
  const started: Usage = { ...usage, output_tokens: 1, output_tokens_details: null, server_tool_use: null };
  emit({ type: 'message_start', message: { ...message, content: [], stop_reason: null, usage: started } });
  emit({ type: 'ping' });
  for (const [index, block] of message.content.entries()) {
    if (block.type === 'text') {
      emit({ type: 'content_block_start', index, content_block: { ...block, text: '' } });
      for (const piece of pieces)
        emit({ type: 'content_block_delta', index, delta: { type: 'text_delta', text: piece } });
    } else if (block.type === 'thinking') {
      emit({ type: 'content_block_start', index, content_block: { ...block, thinking: '', signature: '' } });
      emit({ type: 'content_block_delta', index, delta: { type: 'thinking_delta', thinking: block.thinking } });
      emit({ type: 'content_block_delta', index, delta: { type: 'signature_delta', signature: block.signature } });
    } else if (block.type === 'tool_use') {
      emit({ type: 'content_block_start', index, content_block: { ...block, input: {} } });
      emit({
        type: 'content_block_delta',
        index,
        delta: { type: 'input_json_delta', partial_json: JSON.stringify(block.input) },
      });
    }
    emit({ type: 'content_block_stop', index });
  }
  const { stop_reason, stop_sequence, stop_details, container } = message;
  const {
    input_tokens,
    cache_creation_input_tokens,
    cache_read_input_tokens,
    output_tokens,
    output_tokens_details,
    server_tool_use,
  } = usage;
  emit({
    type: 'message_delta',
    delta: { stop_reason, stop_sequence, stop_details, container },
    usage: {
      input_tokens,
      cache_creation_input_tokens,
      cache_read_input_tokens,
      output_tokens,
      output_tokens_details,
      server_tool_use,
    },
  });
  emit({ type: 'message_stop' });
  return events;
}
