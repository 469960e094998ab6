import { countOf, fieldsOrEmpty, isFields, listOf, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import { sawOutput } from '../calls/operation.ts';
import type { Observation, Operation } from '../calls/operation.ts';
import type { TokenCounts } from '../calls/tokenCounts.ts';
import { anthropicMessages } from './anthropic.ts';
import { converse, countConverseTokens, readRequestId } from './bedrockConverse.ts';
import { invokeLimit } from './bedrockLimit.ts';
import { openaiChat } from './openai.ts';

/** The last event of every stream has it, whatever the model itself says. */
const METRICS = 'amazon-bedrock-invocationMetrics';

/** The same of a whole answer, of which not every model counts in its body. */
const countHeaders: readonly (readonly [header: string, name: string])[] = [
  ['x-amzn-bedrock-input-token-count', 'inputTokenCount'],
  ['x-amzn-bedrock-output-token-count', 'outputTokenCount'],
  ['x-amzn-bedrock-cache-read-input-token-count', 'cacheReadInputTokenCount'],
  ['x-amzn-bedrock-cache-write-input-token-count', 'cacheWriteInputTokenCount'],
];

/**
 * InvokeModel and InvokeModelWithResponseStream: each vendor has bodies of its own. They are told apart by their fields, as
 * the ARN of an inference profile does not say whose model it is.
 */
export const invoke: Operation = {
  name: 'chat',
  request: {
    contents: ['messages', 'system', 'prompt', 'inputText', 'message', 'chat_history', 'preamble', 'documents'],
    schemas: ['tools', 'toolConfig', 'output_config', 'response_format'],
    remembered: [],
  },
  usageOnRequest: false,
  serviceTierAttribute: 'gen_ai.response.service_tier',
  readHeaders(header, seen) {
    readRequestId(header, seen);
    seen.serviceTier ??= header('x-amzn-bedrock-service-tier');
    const counts = countHeaders.map(([name, count]) => [count, numberIn(header(name))] as const);
    const known = counts.filter(([, count]) => count !== undefined);
    if (known.length > 0) addUsage(Object.fromEntries(known), seen);
  },
  readResponse(response, seen) {
    readBody(response, seen);
    seen.usageIsFinal = seen.usage !== null;
  },
  readEvent(chunk, seen) {
    const event = modelEvent(chunk);
    if (converseEvents.some((name) => name in event)) converse.readEvent(event, seen);
    else if (typeof event['type'] === 'string') anthropicMessages.readEvent(event, seen);
    else readPiece(event, seen);
    const metrics = event[METRICS];
    if (!isFields(metrics)) return;
    addUsage(metrics, seen);
    seen.usageIsFinal = true;
  },
  countTokens,
  outputLimit: invokeLimit,
  asksForCacheWrites: true,
};

/** Titan's, Cohere's, Nova's. */
export const embed: Operation = {
  ...invoke,
  name: 'embeddings',
  request: {
    contents: ['inputText', 'inputImage', 'texts', 'images', 'inputs', 'singleEmbeddingParams'],
    schemas: [],
    remembered: [],
  },
  outputLimit: null,
  asksForCacheWrites: false,
};

const decoder = new TextDecoder();

/** The model's event is JSON in the bytes of a chunk: base64 on the wire, bytes from the SDK. Anything else tells nothing. */
function modelEvent({ chunk }: Fields): Fields {
  const bytes = fieldsOrEmpty(chunk)['bytes'];
  const raw = typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : bytes;
  if (!(raw instanceof Uint8Array)) return {};
  try {
    return fieldsOrEmpty(JSON.parse(decoder.decode(raw)));
  } catch {
    return {};
  }
}

/** Nova's own stream has the events of ConverseStream. */
const converseEvents = ['contentBlockDelta', 'messageStop', 'metadata', 'messageStart', 'contentBlockStop'];

const numberIn = (text: string | null): number | undefined =>
  text === null || !/^\d+$/.test(text) ? undefined : countOf(Number(text));

/** Vendors name their counts differently, so that those of body, headers and metrics stand beside each other. */
function addUsage(usage: Fields, seen: Observation): void {
  const known = Object.entries(usage).filter(([, value]) => value !== null && value !== undefined);
  seen.usage = { ...seen.usage, ...Object.fromEntries(known) };
}

/** Where answers stand: OpenAI's, DeepSeek's and later Mistral's; Titan's; Mistral's; Cohere's. */
const answerLists = ['choices', 'results', 'outputs', 'generations'];
const reasonNames = ['stop_reason', 'stopReason', 'finish_reason', 'completionReason'];
/** Titan's and Llama's counts. */
const countNames = ['inputTextTokenCount', 'totalOutputTextTokenCount', 'prompt_token_count', 'generation_token_count'];

function readBody(body: Fields, seen: Observation): void {
  seen.responseId ??= textOf(body['id']) ?? textOf(body['generation_id']);
  seen.responseModel ??= textOf(body['model']);
  if (isFields(body['usage'])) addUsage(body['usage'], seen);
  const counts = countNames.filter((name) => countOf(body[name]) !== undefined);
  if (counts.length > 0) addUsage(Object.fromEntries(counts.map((name) => [name, body[name]])), seen);
  const results = listOf(body['results']).map((result) => countOf(result['tokenCount']));
  const output = results.filter((count) => count !== undefined);
  if (output.length > 0) {
    addUsage({ totalOutputTextTokenCount: output.reduce((sum, count) => sum + count, 0) }, seen);
  }
  for (const part of [body, ...answersOf(body)]) {
    const reason = reasonNames.map((name) => textOf(part[name])).find((text) => text !== null) ?? null;
    if (reason !== null) seen.finishReasons.push(reason);
  }
}

const answersOf = (body: Fields): readonly Fields[] => answerLists.flatMap((name) => listOf(body[name]));

/** Where a piece of text stands: Titan's, Llama's, Cohere's. */
const pieceNames = ['outputText', 'generation', 'text'];

/** An event of those vendors whose events are as their whole answers. */
function readPiece(event: Fields, seen: Observation): void {
  const answers = answersOf(event);
  if (answers.some((answer) => isFields(answer['delta']))) {
    openaiChat.readEvent(event, seen);
    return;
  }
  readBody(event, seen);
  for (const name of pieceNames) sawOutput(seen, event[name]);
  for (const answer of answers) {
    sawOutput(seen, answer['text']);
    sawOutput(seen, fieldsOrEmpty(answer['message'])['content']);
  }
  // Some count along with every event.
  seen.usageIsFinal = seen.usage !== null && seen.finishReasons.length > 0;
}

/** The body's own counts before those of Bedrock, which has no parts of them but the cache. */
function countTokens(usage: Fields): TokenCounts {
  if (countOf(usage['input_tokens']) !== undefined) return anthropicMessages.countTokens(usage);
  if (countOf(usage['prompt_tokens']) !== undefined) return openaiChat.countTokens(usage);
  const first = (...names: readonly string[]): number | undefined =>
    names.map((name) => countOf(usage[name])).find((count) => count !== undefined);
  // Bedrock counts the cache beside its input, as Converse does.
  return countConverseTokens({
    ...usage,
    inputTokens: first('inputTokens', 'inputTextTokenCount', 'prompt_token_count', 'inputTokenCount'),
    outputTokens: first(
      'outputTokens',
      'totalOutputTextTokenCount',
      'generation_token_count',
      'outputTokenCount',
      'output_tokens',
    ),
  });
}
