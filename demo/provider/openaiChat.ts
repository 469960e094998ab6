import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import { isRecord, makeId, parameterNames, servedModel } from './exchange.ts';
import type { Answer, ProviderRequest, StreamEvent } from './exchange.ts';
import { chatUsage, checkParameters, checkStreamOptions, openaiInput, openaiTier } from './openaiUsage.ts';
import { answerPieces, billedTokens, isCut, numberOrNull } from './tokens.ts';

const parameters: ReadonlySet<string> = parameterNames(`
  model messages audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens
  max_tokens metadata modalities moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key
  prompt_cache_options prompt_cache_retention reasoning_effort response_format safety_identifier seed
  service_tier stop store stream stream_options temperature tool_choice tools top_logprobs top_p user
  verbosity web_search_options`);

/** `POST /v1/chat/completions` and Azure's `/openai/deployments/NAME/chat/completions`. */
export function answerChat(request: ProviderRequest): Answer {
  const { body, directives } = request;
  checkParameters(body, parameters, ['messages']);
  const options = checkStreamOptions(request, ['include_usage', 'include_obfuscation']);
  const messages = Array.isArray(body['messages']) ? body['messages'] : [];
  const outputMax = numberOrNull(body['max_completion_tokens']) ?? numberOrNull(body['max_tokens']);
  const tokens = billedTokens(request, openaiInput(request, messages[0], messages), outputMax);
  const last: unknown = messages.at(-1);
  const toolName = isRecord(last) && last['role'] === 'tool' ? undefined : directives.texts.tool;
  const format = body['response_format'];
  const pieces =
    toolName === undefined ? answerPieces(request, tokens, isRecord(format) && format['type'] !== 'text') : [];
  const wireUsage = chatUsage(tokens);
  const reply: ChatReply = {
    id: directives.texts.id ?? makeId('chatcmpl-', 29),
    created: request.nowSeconds,
    model: servedModel(request.model),
    serviceTier: openaiTier(request),
    pieces,
    toolCall: toolName === undefined ? null : { id: makeId('call_', 24), name: toolName },
    finishReason: toolName !== undefined ? 'tool_calls' : isCut(request, tokens) ? 'length' : 'stop',
    usage: directives.texts.usage === 'none' ? null : wireUsage,
  };
  const streamed = body['stream'] === true;
  const billed = {
    id: reply.id,
    api: 'chat.completions' as const,
    requestModel: request.model,
    model: reply.model,
    serviceTier: reply.serviceTier,
    tokens,
    wireUsage,
    streamed,
  };
  return streamed
    ? { kind: 'stream', events: chatEvents(reply, options['include_usage'] === true), billed }
    : { kind: 'json', body: chatBody(reply), billed };
}

interface ChatReply {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly serviceTier: 'default' | 'flex' | 'priority' | 'scale';
  readonly pieces: readonly string[];
  readonly toolCall: { readonly id: string; readonly name: string } | null;
  readonly finishReason: 'stop' | 'length' | 'tool_calls';
  readonly usage: ChatCompletion['usage'] | null;
}

const TOOL_ARGUMENTS = '{"query":"stand-in"}';

function chatBody(reply: ChatReply): ChatCompletion {
  const { toolCall } = reply;
  const call =
    toolCall === null
      ? null
      : { id: toolCall.id, type: 'function' as const, function: { name: toolCall.name, arguments: TOOL_ARGUMENTS } };
  return {
    id: reply.id,
    object: 'chat.completion',
    created: reply.created,
    model: reply.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: call === null ? reply.pieces.join('') : null,
          refusal: null,
          annotations: [],
          ...(call === null ? {} : { tool_calls: [call] }),
        },
        logprobs: null,
        finish_reason: reply.finishReason,
      },
    ],
    ...(reply.usage === null || reply.usage === undefined ? {} : { usage: reply.usage }),
    service_tier: reply.serviceTier,
    system_fingerprint: 'fp_stand_in',
  };
}

/** With `include_usage` every chunk carries `usage: null` and one more, without choices, the sum. */
function chatEvents(reply: ChatReply, includeUsage: boolean): StreamEvent[] {
  const chunk = (
    choices: ChatCompletionChunk['choices'],
    usage: ChatCompletion['usage'] | null = null,
  ): StreamEvent => {
    const data: ChatCompletionChunk = {
      id: reply.id,
      object: 'chat.completion.chunk',
      created: reply.created,
      model: reply.model,
      service_tier: reply.serviceTier,
      system_fingerprint: 'fp_stand_in',
      choices,
      ...(includeUsage ? { usage: usage ?? null } : {}),
    };
    return { name: null, data };
  };
  const part = (delta: ChatCompletionChunk.Choice.Delta): StreamEvent =>
    chunk([{ index: 0, delta, logprobs: null, finish_reason: null }]);
  const { toolCall } = reply;
  const content =
    toolCall === null
      ? reply.pieces.map((piece) => part({ content: piece }))
      : [
          part({
            tool_calls: [
              { index: 0, id: toolCall.id, type: 'function', function: { name: toolCall.name, arguments: '' } },
            ],
          }),
          part({ tool_calls: [{ index: 0, function: { arguments: TOOL_ARGUMENTS } }] }),
        ];
  return [
    part({ role: 'assistant', content: toolCall === null ? '' : null, refusal: null }),
    ...content,
    chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: reply.finishReason }]),
    ...(includeUsage && reply.usage !== null ? [chunk([], reply.usage)] : []),
    { name: null, data: '[DONE]' },
  ];
}
