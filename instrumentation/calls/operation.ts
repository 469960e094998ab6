import type { Fields } from '../fields.ts';
import type { OutputLimit } from './outputLimit.ts';
import type { TokenCounts } from './tokenCounts.ts';

/** What the answer to one call has told so far. Mutable: a stream adds to it chunk by chunk. */
export interface Observation {
  /** As the provider wrote it, later reports laid over earlier ones; null when none came. */
  usage: Fields | null;
  /** The provider will add nothing to it. */
  usageIsFinal: boolean;
  responseId: string | null;
  /** Under which the answer is to be fetched of a model that goes on in the background; null once it is there. */
  pendingId: string | null;
  /** The id of the HTTP answer, for where the provider gives the model's answer none. */
  requestId: string | null;
  responseModel: string | null;
  serviceTier: string | null;
  finishReasons: string[];
  /** Characters of answer seen in a stream, for an estimate if no usage comes. */
  outputCharacters: number;
  /** The same in UTF-8, for the least number of tokens it can be; null where nobody limits the stream. */
  outputBytes: number | null;
  webSearchRequests: number | undefined;
}

export const newObservation = (): Observation => ({
  usage: null,
  usageIsFinal: false,
  responseId: null,
  pendingId: null,
  requestId: null,
  responseModel: null,
  serviceTier: null,
  finishReasons: [],
  outputCharacters: 0,
  outputBytes: null,
  webSearchRequests: undefined,
});

/** Where a request has its parts, by the names of its fields, or by paths such as `generationConfig.responseSchema`. */
export interface RequestForm {
  /** What becomes input tokens as it stands. */
  readonly contents: readonly string[];
  /** What is sent as schemas, keys and all. */
  readonly schemas: readonly string[];
  /** What stands for input that is not in the request: an earlier answer, a stored conversation. */
  readonly remembered: readonly string[];
}

export interface ModelUse {
  readonly model: string;
  readonly counts: TokenCounts;
}

/** How to read one endpoint of a wire format. */
export interface Operation {
  /** `gen_ai.operation.name`. */
  readonly name: 'chat' | 'generate_content' | 'embeddings' | 'text_completion';
  readonly request: RequestForm;
  /** Streams report usage only if `stream_options.include_usage` asks for it. */
  readonly usageOnRequest: boolean;
  readonly serviceTierAttribute:
    | 'openai.response.service_tier'
    | 'anthropic.response.service_tier'
    | 'gen_ai.response.service_tier';
  /** What an answer tells in its headers, before its body. */
  readHeaders?(header: (name: string) => string | null, seen: Observation): void;
  readResponse(response: Fields, seen: Observation): void;
  readEvent(event: Fields, seen: Observation): void;
  countTokens(usage: Fields): TokenCounts;
  /** What stands in the usage of models other than the one that answers, and is in none of its counts. */
  otherModels?(usage: Fields): readonly ModelUse[];
  /** Null where a request cannot limit its output. */
  readonly outputLimit: OutputLimit | null;
  /** The provider writes its cache only where the request says so. */
  readonly asksForCacheWrites: boolean;
}

/** A piece of a stream's answer. */
export function sawOutput(seen: Observation, text: unknown): void {
  if (typeof text !== 'string') return;
  seen.outputCharacters += text.length;
  if (seen.outputBytes !== null) seen.outputBytes += Buffer.byteLength(text);
}
