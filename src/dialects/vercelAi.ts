import type { ReceivedSpan } from '../span.ts';
import type { Counts } from './counts.ts';
import { noHabits, type Dialect } from './dialect.ts';
import { at, text, type Found } from './fields.ts';
import type { Family } from './provider.ts';
import { addProviderMetadata } from './providerMetadata.ts';

/** An inner span is named `ai.generateText.doGenerate`; the outer one around it repeats its usage. */
const INNER = '.do';
const USER_AGENT = /^ai\/(\d{1,4})\./;
/** OpenLLMetry's processor writes it on every span, those of streams too. */
const SDK_VERSION = /^(\d{1,4})\./;
/** `ai.generateObject…`, `ai.streamObject…` */
const OBJECT = /^ai\.[a-z]+Object/;
/** The scope of version 7 (`@ai-sdk/otel`); before it the scope is `ai`. */
const SCOPE_V7 = 'gen_ai';

const operationById: ReadonlyMap<string, string> = new Map([
  ['ai.generateText', 'invoke_agent'],
  ['ai.streamText', 'invoke_agent'],
  ['ai.generateObject', 'invoke_agent'],
  ['ai.streamObject', 'invoke_agent'],
  ['ai.embed', 'embeddings'],
  ['ai.embedMany', 'embeddings'],
  ['ai.rerank', 'rerank'],
  ['ai.embed.doEmbed', 'embeddings'],
  ['ai.embedMany.doEmbed', 'embeddings'],
  ['ai.rerank.doRerank', 'rerank'],
  ['ai.toolCall', 'execute_tool'],
]);

/** Operations that version 7 reports twice under one name, the outer span without usage. */
const doubledInV7: ReadonlySet<string> = new Set(['embeddings', 'rerank', 'decide']);

/** Vercel AI SDK, versions 4 to 7. */
export const vercelAi: Dialect = {
  name: 'vercel-ai',
  vocabulary: {
    speaksOfLlm: true,
    aliases: {
      aiOperationId: ['ai.operationId'],
      provider: ['ai.model.provider'],
      requestModel: ['ai.model.id'],
      responseModel: ['ai.response.model'],
      responseId: ['ai.response.id'],
      inputTokens: ['ai.usage.inputTokens', 'ai.usage.promptTokens', 'ai.usage.tokens'],
      outputTokens: ['ai.usage.outputTokens', 'ai.usage.completionTokens'],
      totalTokens: ['ai.usage.totalTokens'],
      uncachedInputTokens: ['ai.usage.inputTokenDetails.noCacheTokens'],
      cacheReadTokens: ['ai.usage.inputTokenDetails.cacheReadTokens', 'ai.usage.cachedInputTokens'],
      cacheWriteTokens: ['ai.usage.inputTokenDetails.cacheWriteTokens'],
      aiInputTokenDetails: [
        'ai.usage.inputTokenDetails.noCacheTokens',
        'ai.usage.inputTokenDetails.cacheReadTokens',
        'ai.usage.inputTokenDetails.cacheWriteTokens',
      ],
      reasoningTokens: ['ai.usage.outputTokenDetails.reasoningTokens', 'ai.usage.reasoningTokens'],
      aiUserAgent: ['ai.request.headers.user-agent'],
      aiSdkVersion: ['ai.sdk.version'],
      aiProviderMetadata: ['ai.response.providerMetadata'],
    },
  },
  ownsScope: (name) => name === 'ai' || name === SCOPE_V7,
  recognises: (_span, found) => found.values[at.aiOperationId] !== undefined,
  operation: (found) => {
    const id = text(found, at.aiOperationId);
    return id === null ? null : (operationById.get(id) ?? (id.includes(INNER) ? 'chat' : null));
  },
  // OpenLLMetry renames outer spans to `chat MODEL` and gives them `gen_ai.usage.*`: only the id still tells.
  containerRule: (found) => {
    const id = text(found, at.aiOperationId);
    return id === null || id.includes(INNER) ? null : 'ai.operationId without .do';
  },
  callNeedsUsage: (found, operation) =>
    found.values[at.aiOperationId] === undefined && operation !== null && doubledInV7.has(operation),
  readJson: (found, counts) => {
    if (isAudio(found)) dropCounts(counts);
    return { tariff: addProviderMetadata(found, counts) };
  },
  habits: (span, found, family) => {
    const isOld = (versionOf(span, found) ?? 0) < 6;
    const leavesCacheOut = isOld && (family === 'anthropic' || family === 'bedrock');
    return {
      ...noHabits,
      isKnown: true,
      cache: leavesCacheOut ? 'exclusive' : 'inclusive',
      outputWithoutReasoning: isOld && family === 'google',
    };
  },
  lossy: isCacheLost,
};

const audioOperations: ReadonlySet<string> = new Set(['ai.generateSpeech', 'ai.transcribe', 'ai.streamTranscribe']);

function isAudio(found: Found): boolean {
  return audioOperations.has(text(found, at.operation) ?? '');
}

/**
 * Version 7 copies a provider's own usage of speech and transcription to `gen_ai.usage.*`, whatever it counts: characters,
 * seconds, tokens of sound. None of it is text, so none is read.
 */
function dropCounts(counts: Counts): void {
  counts.input = null;
  counts.output = null;
  counts.total = null;
  counts.fault = null;
}

/** The major version; null where the span does not say it, which is so for versions 4 and 5 and some spans of 6. */
function versionOf(span: ReceivedSpan, found: Found): number | null {
  if (span.scope.name === SCOPE_V7) return 7;
  if (found.values[at.aiInputTokenDetails] !== undefined) return 6;
  const major =
    SDK_VERSION.exec(text(found, at.aiSdkVersion) ?? '')?.[1] ??
    USER_AGENT.exec(text(found, at.aiUserAgent) ?? '')?.[1];
  return major === undefined ? null : Number(major);
}

/**
 * Before version 6, and of objects ever since, the cached part stands in `providerMetadata` alone, which OpenLLMetry deletes; of
 * OpenAI's, version 4 and streams excepted, not even there. Version 7 gives `generateObject` spans the cache reads but not the
 * writes.
 */
function isCacheLost(span: ReceivedSpan, found: Found, family: Family, counts: Counts): boolean {
  if (counts.input === null || counts.output === null) return false;
  const isAnthropic = family === 'anthropic' || family === 'bedrock';
  if (span.scope.name === SCOPE_V7) return isAnthropic && counts.cacheRead !== null && counts.cacheWrite === null;
  const id = text(found, at.aiOperationId) ?? '';
  const tellsDetails = (versionOf(span, found) ?? 0) >= 6 && !OBJECT.test(id);
  if (tellsDetails || found.values[at.aiInputTokenDetails] !== undefined || counts.cacheRead !== null) return false;
  if (isAnthropic) return found.values[at.aiProviderMetadata] === undefined;
  return family === 'google' ? !tellsGoogleUsage(found) : id.endsWith('.doGenerate');
}

/** Version 5 gives Google's own usage in `providerMetadata`; version 4 does not. */
function tellsGoogleUsage(found: Found): boolean {
  return text(found, at.aiProviderMetadata)?.includes('usageMetadata') ?? false;
}
