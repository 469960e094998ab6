import { randomUUID } from 'node:crypto';
import { answerMessages } from '../../demo/provider/anthropicMessages.ts';
import { answerPieces, billedTokens, countTokens, numberOrNull } from '../../demo/provider/tokens.ts';
import { isRecord } from '../../demo/provider/exchange.ts';
import type { NativeAnswer, NativeRequest } from './native.ts';

/** Bedrock's `Converse`, and `InvokeModel` for Anthropic's models, whose body is that of the Messages API. */
export function answerBedrock(request: NativeRequest): NativeAnswer {
  return request.method === 'invoke' ? answerInvoke(request) : answerConverse(request);
}

/** Cache reads and writes are beside `inputTokens` and inside `totalTokens`. */
function answerConverse(request: NativeRequest): NativeAnswer {
  const { body, model } = request;
  const config = isRecord(body['inferenceConfig']) ? body['inferenceConfig'] : {};
  const uncached = countTokens([body['system'], body['messages']]);
  const tokens = billedTokens(request, { uncached }, numberOrNull(config['maxTokens']));
  const written = tokens.cacheWrite5m + tokens.cacheWrite1h;
  const requestId = randomUUID();
  return {
    responseId: requestId,
    sentModel: model,
    tokens,
    headers: { 'x-amzn-requestid': requestId },
    kind: 'json',
    body: {
      output: { message: { role: 'assistant', content: [{ text: answerPieces(request, tokens, false).join('') }] } },
      stopReason: 'end_turn',
      usage: {
        inputTokens: tokens.uncached,
        outputTokens: tokens.output,
        totalTokens: tokens.uncached + tokens.cacheRead + written + tokens.output,
        cacheReadInputTokens: tokens.cacheRead,
        cacheWriteInputTokens: written,
      },
      metrics: { latencyMs: 12 },
    },
  };
}

function answerInvoke(request: NativeRequest): NativeAnswer {
  const { anthropic_version: _, ...body } = request.body;
  const answer = answerMessages({ ...request, body });
  if (answer.kind !== 'json' || answer.billed === null) throw new Error('InvokeModel does not stream here');
  const { id, tokens } = answer.billed;
  const headers = { 'x-amzn-requestid': randomUUID() };
  return { responseId: id, sentModel: request.model, tokens, headers, kind: 'json', body: answer.body };
}
