import { answerPieces, billedTokens, countTokens, isCut } from '../../../demo/provider/tokens.ts';
import { isRecord } from '../../../demo/provider/exchange.ts';
import type { ProviderRequest, TokenCounts } from '../../../demo/provider/exchange.ts';
import { chunkFrame, namedFrame } from './bedrockFrames.ts';
import { vendorFormats } from './bedrockVendors.ts';
import type { AnswerParts } from './bedrockVendors.ts';

/** An answer in both forms that Bedrock has for it. */
export interface BedrockAnswer {
  readonly body: object;
  /** The counts that InvokeModel writes beside the body. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the model itself streams, where it is not Bedrock's own format. */
  readonly events: readonly object[];
  readonly frames: readonly Buffer[];
}

export function converseAnswer(request: ProviderRequest): BedrockAnswer {
  const { body } = request;
  const maxTokens = isRecord(body['inferenceConfig']) ? body['inferenceConfig']['maxTokens'] : null;
  const parts = partsOf(request, countTokens([body['system'], textsOfBlocks(body['messages'])]), maxTokens);
  const usage = converseUsage(parts.tokens);
  const summary = { usage, metrics: { latencyMs: 1 }, ...tierOf(request) };
  const stopReason = parts.tool !== null ? 'tool_use' : parts.isCut ? 'max_tokens' : 'end_turn';
  const content = parts.tool !== null ? [{ toolUse: toolUse(parts.tool, {}) }] : [{ text: parts.pieces.join('') }];
  const deltas =
    parts.tool !== null
      ? [
          namedFrame('contentBlockStart', { start: { toolUse: toolUse(parts.tool) }, contentBlockIndex: 0 }),
          namedFrame('contentBlockDelta', { delta: { toolUse: { input: '{}' } }, contentBlockIndex: 0 }),
        ]
      : parts.pieces.map((text) => namedFrame('contentBlockDelta', { delta: { text }, contentBlockIndex: 0 }));
  return {
    body: { output: { message: { role: 'assistant', content } }, stopReason, ...summary },
    headers: {},
    events: [],
    frames: [
      namedFrame('messageStart', { role: 'assistant' }),
      ...deltas,
      namedFrame('contentBlockStop', { contentBlockIndex: 0 }),
      namedFrame('messageStop', { stopReason }),
      namedFrame('metadata', summary),
    ],
  };
}

/** In the format of the vendor whose request it is. */
export function invokeAnswer(request: ProviderRequest): BedrockAnswer {
  const { body } = request;
  const format = vendorFormats.find((each) => each.isOf(body));
  if (format === undefined) throw new Error('no vendor has such a body');
  const parts = partsOf(request, countTokens(format.contents(body)), format.limit(body));
  const { uncached, cacheRead, cacheWrite5m, output } = parts.tokens;
  const cached = cacheRead + cacheWrite5m > 0;
  const metrics = {
    inputTokenCount: uncached,
    outputTokenCount: output,
    invocationLatency: 1,
    firstByteLatency: 1,
    ...(cached ? { cacheReadInputTokenCount: cacheRead, cacheWriteInputTokenCount: cacheWrite5m } : {}),
  };
  const events = format.events(parts);
  const last = events.length - 1;
  return {
    body: format.body(parts),
    headers: {
      'x-amzn-bedrock-invocation-latency': '1',
      'x-amzn-bedrock-input-token-count': String(uncached),
      ...(output > 0 ? { 'x-amzn-bedrock-output-token-count': String(output) } : {}),
      ...(cached
        ? {
            'x-amzn-bedrock-cache-read-input-token-count': String(cacheRead),
            'x-amzn-bedrock-cache-write-input-token-count': String(cacheWrite5m),
          }
        : {}),
    },
    events,
    frames: events.map((event, index) =>
      chunkFrame(index === last ? { ...event, 'amazon-bedrock-invocationMetrics': metrics } : event),
    ),
  };
}

function partsOf(request: ProviderRequest, uncached: number, outputMax: unknown): AnswerParts {
  const isHeeded = typeof outputMax === 'number' && request.directives.texts.reject !== 'limit';
  const tokens = billedTokens(request, { uncached }, isHeeded ? outputMax : null);
  const tool = request.directives.texts.tool ?? null;
  const isAnswered = JSON.stringify(request.body).includes('oolResult');
  return {
    request,
    tokens,
    pieces: answerPieces(request, tokens, false),
    isCut: isCut(request, tokens),
    tool: isAnswered ? null : tool,
  };
}

/** Bedrock counts the cache beside the input, and the parts of what it wrote by their time to live. */
function converseUsage({ uncached, cacheRead, cacheWrite5m, cacheWrite1h, output }: TokenCounts): object {
  const cacheWrite = cacheWrite5m + cacheWrite1h;
  const details = [
    { ttl: '5m', inputTokens: cacheWrite5m },
    { ttl: '1h', inputTokens: cacheWrite1h },
  ].filter(({ inputTokens }) => inputTokens > 0);
  return {
    inputTokens: uncached,
    outputTokens: output,
    totalTokens: uncached + cacheRead + cacheWrite + output,
    ...(cacheRead + cacheWrite > 0
      ? { cacheReadInputTokens: cacheRead, cacheWriteInputTokens: cacheWrite, cacheDetails: details }
      : {}),
  };
}

const tierOf = ({ directives }: ProviderRequest): object =>
  directives.texts.tier === undefined ? {} : { serviceTier: { type: directives.texts.tier } };

const toolUse = (name: string, input?: object): object => ({
  toolUseId: 'tooluse_fixed',
  name,
  ...(input === undefined ? {} : { input }),
});

/** The texts of content blocks, those of tools' results included. */
function textsOfBlocks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(textsOfBlocks);
  if (!isRecord(value)) return value;
  const result = isRecord(value['toolResult']) ? value['toolResult']['content'] : [];
  return [value['text'], textsOfBlocks(value['content'] ?? []), textsOfBlocks(result)];
}
