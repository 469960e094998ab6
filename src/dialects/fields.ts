import type { AttributeValue, Attributes } from '../span.ts';

/** What is read of a span, whatever its dialect calls it. */
const fields = [
  'operation',
  'provider',
  'requestModel',
  'responseModel',
  'responseId',
  'requestId',
  'reservationId',
  'serviceTier',
  'requestServiceTier',
  'inferenceGeo',
  'speed',
  'searchContextSize',
  'errorType',
  'httpStatus',
  'inputTokens',
  'outputTokens',
  'totalTokens',
  'uncachedInputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'reasoningTokens',
  'audioInputTokens',
  'audioCacheReadTokens',
  'imageInputTokens',
  'imageCacheReadTokens',
  'audioOutputTokens',
  'imageOutputTokens',
  'compactionInputTokens',
  'compactionOutputTokens',
  'webSearchRequests',
  'usageSource',
  'reportedCost',
  'aggregatedUsage',
  'openinferenceSpanKind',
  'traceloopSpanKind',
  'traceloopEntityName',
  'llmRequestType',
  'langfuseObservationType',
  'langsmithSpanKind',
  'langfuseUsageDetails',
  'langfuseCostDetails',
  'langfuseParameters',
  'langsmithUsageMetadata',
  'langsmithInputDetails',
  'langsmithOutputDetails',
  'litellmUsage',
  'litellmRawUsage',
  'litellmHiddenParams',
  'litellmCallType',
  'litellmCacheHit',
  'logfireUsage',
  'adkResponse',
  'mastraMark',
  'strandsEventStart',
  'aiOperationId',
  'aiInputTokenDetails',
  'aiUserAgent',
  'aiSdkVersion',
  'aiProviderMetadata',
  'isStream',
  'graphNodeId',
  'langchainMetadata',
  'outputValue',
  'invocationParameters',
  'genkitSubtype',
  'genkitName',
  'genkitOutput',
  'plainModel',
  'plainInputTokens',
  'plainOutputTokens',
  'plainCacheReadTokens',
  'plainCacheWriteTokens',
  'plainRequestId',
  'plainAgentId',
  'copilotNanoAiu',
  'openrouterTrace',
  'agent',
  'agentId',
  'user',
  'account',
  'session',
  'run',
  'route',
  'tagList',
  'service',
  'environment',
] as const;
type Field = (typeof fields)[number];

/** The place of each field in `Found`. A number, so that reading a field costs an array access. */
export const at = Object.fromEntries(fields.map((field, index) => [field, index])) as Readonly<Record<Field, number>>;

/** Which attribute keys say a field. First present wins; two are never added. */
type Aliases = Readonly<Partial<Record<Field, readonly string[]>>>;

export interface Vocabulary {
  /** A span with one of these keys may be an LLM call; false for keys that any span may carry. */
  readonly speaksOfLlm: boolean;
  readonly aliases: Aliases;
}

interface Alias {
  readonly key: string;
  readonly field: number;
  /** The smallest rank present wins. */
  readonly rank: number;
  /** The vocabulary's bit. */
  readonly bit: number;
  /** The same key may say a second field: `gen_ai.agent.id` is the agent where no name is given. */
  readonly next: Alias | null;
}

/** One span's attributes, sorted into fields. */
export interface Found {
  readonly values: readonly (AttributeValue | undefined)[];
  readonly aliases: readonly (Alias | undefined)[];
  /** The bits of the vocabularies that occur. */
  readonly vocabularies: number;
  /** Attributes under a tag prefix: name without the prefix, value. */
  readonly tags: readonly (readonly [string, AttributeValue])[];
}

const noValues: readonly (AttributeValue | undefined)[] = fields.map(() => undefined);
const noAliases: readonly (Alias | undefined)[] = fields.map(() => undefined);
const nothing: Found = { values: noValues, aliases: noAliases, vocabularies: 0, tags: [] };

interface Index {
  readonly keys: ReadonlyMap<string, Alias>;
  readonly tagPrefixes: readonly string[];
}

/** `vocabularies` in the order in which their keys win; the bit of the n-th is `1 << n`. */
export function compileIndex(vocabularies: readonly Vocabulary[], tagPrefixes: readonly string[]): Index {
  const keys = new Map<string, Alias>();
  const ranks = new Map<number, number>();
  vocabularies.forEach(({ aliases }, place) => {
    for (const field of fields) {
      for (const key of aliases[field] ?? []) {
        const rank = ranks.get(at[field]) ?? 0;
        ranks.set(at[field], rank + 1);
        keys.set(key, { key, field: at[field], rank, bit: 1 << place, next: keys.get(key) ?? null });
      }
    }
  });
  return { keys, tagPrefixes };
}

/** One pass over the attributes. An empty value and an empty string count as absent. */
export function collect(attributes: Attributes, index: Index): Found {
  if (attributes.size === 0) return nothing;
  const values = noValues.slice();
  const aliases = noAliases.slice();
  let tags: (readonly [string, AttributeValue])[] | null = null;
  let vocabularies = 0;
  for (const [key, value] of attributes) {
    if (value === null || value === '') continue;
    let alias: Alias | null | undefined = index.keys.get(key);
    if (alias === undefined) {
      const prefix = index.tagPrefixes.find((candidate) => key.startsWith(candidate));
      if (prefix !== undefined) (tags ??= []).push([key.slice(prefix.length), value]);
    }
    for (; alias; alias = alias.next) {
      vocabularies |= alias.bit;
      const winner = aliases[alias.field];
      if (winner !== undefined && winner.rank < alias.rank) continue;
      values[alias.field] = value;
      aliases[alias.field] = alias;
    }
  }
  return { values, aliases, vocabularies, tags: tags ?? nothing.tags };
}

/** The field's value where it is a string, else null. */
export function text(found: Found, field: number): string | null {
  const value = found.values[field];
  return typeof value === 'string' ? value : null;
}
