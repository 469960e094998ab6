import { countOf, fieldsOrEmpty, isFields, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import { sawOutput } from '../calls/operation.ts';
import type { Observation, Operation } from '../calls/operation.ts';
import { messagesLimit } from '../calls/outputLimit.ts';
import type { OutputLimit } from '../calls/outputLimit.ts';
import type { TokenCounts } from '../calls/tokenCounts.ts';

/** `inferenceConfig.maxTokens`. Anthropic's budget for thinking, which has to stay below, is passed through to the model. */
export const inferenceConfigLimit: OutputLimit = {
  read: (body) => messagesLimit.read({ max_tokens: fieldsOrEmpty(body['inferenceConfig'])['maxTokens'] }),
  write(body, tokens, host) {
    const limited = { ...body, inferenceConfig: { ...fieldsOrEmpty(body['inferenceConfig']), maxTokens: tokens } };
    const extra = body['additionalModelRequestFields'];
    if (!isFields(extra)) return limited;
    const changed: Record<string, unknown> = { ...extra };
    for (const name of ['thinking', 'reasoning_config']) {
      if (isFields(extra[name]))
        changed[name] = messagesLimit.write({ thinking: extra[name] }, tokens, host)['thinking'];
    }
    return { ...limited, additionalModelRequestFields: changed };
  },
};

/** Converse and ConverseStream: one format for all models. */
export const converse: Operation = {
  name: 'chat',
  request: {
    contents: ['messages', 'system'],
    schemas: ['toolConfig', 'outputConfig'],
    // With a stored prompt, whose text is not in the request.
    remembered: ['promptVariables'],
  },
  usageOnRequest: false,
  serviceTierAttribute: 'gen_ai.response.service_tier',
  readHeaders: readRequestId,
  readResponse(response, seen) {
    readStopReason(response['stopReason'], seen);
    readSummary(response, seen);
  },
  readEvent(event, seen) {
    const { contentBlockDelta, messageStop, metadata } = event;
    if (contentBlockDelta !== undefined) {
      const delta = fieldsOrEmpty(fieldsOrEmpty(contentBlockDelta)['delta']);
      sawOutput(seen, delta['text']);
      sawOutput(seen, fieldsOrEmpty(delta['toolUse'])['input']);
      sawOutput(seen, fieldsOrEmpty(delta['reasoningContent'])['text']);
    } else if (messageStop !== undefined) readStopReason(fieldsOrEmpty(messageStop)['stopReason'], seen);
    else if (isFields(metadata)) readSummary(metadata, seen);
  },
  countTokens: countConverseTokens,
  outputLimit: inferenceConfigLimit,
  asksForCacheWrites: true,
};

/** The one id that Bedrock gives every answer; few models have one of their own. */
export function readRequestId(header: (name: string) => string | null, seen: Observation): void {
  seen.requestId = header('x-amzn-requestid');
}

function readStopReason(reason: unknown, seen: Observation): void {
  const text = textOf(reason);
  if (text !== null) seen.finishReasons.push(text);
}

/** What stands beside the message, or in the last event of a stream. */
function readSummary(summary: Fields, seen: Observation): void {
  if (isFields(summary['usage'])) {
    seen.usage = summary['usage'];
    seen.usageIsFinal = true;
  }
  seen.serviceTier = textOf(fieldsOrEmpty(summary['serviceTier'])['type']) ?? seen.serviceTier;
  // A prompt router says by ARN which model it took.
  const routed = fieldsOrEmpty(fieldsOrEmpty(summary['trace'])['promptRouter'])['invokedModelId'];
  seen.responseModel = textOf(routed) ?? seen.responseModel;
}

/** Bedrock counts cache reads and writes beside `inputTokens`. Nova's own body has them with `Count` at the end. */
export function countConverseTokens(usage: Fields): TokenCounts {
  const plain = countOf(usage['inputTokens']);
  const cacheRead = countOf(usage['cacheReadInputTokens']) ?? countOf(usage['cacheReadInputTokenCount']);
  const cacheWrite = countOf(usage['cacheWriteInputTokens']) ?? countOf(usage['cacheWriteInputTokenCount']);
  return {
    input: plain === undefined ? undefined : plain + (cacheRead ?? 0) + (cacheWrite ?? 0),
    output: countOf(usage['outputTokens']),
    cacheRead,
    cacheWrite,
    cacheWrite1h: cacheWrite1hOf(usage['cacheDetails']),
  };
}

function cacheWrite1hOf(details: unknown): number | undefined {
  if (!Array.isArray(details)) return undefined;
  const hourly = details.filter(isFields).filter((detail) => detail['ttl'] === '1h');
  const counts = hourly.map((detail) => countOf(detail['inputTokens'])).filter((count) => count !== undefined);
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}
