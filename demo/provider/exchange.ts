import { randomBytes } from 'node:crypto';
import type { Directives } from './directives.ts';

/** One request as an API of the stand-in reads it. */
export interface ProviderRequest {
  readonly body: Readonly<Record<string, unknown>>;
  readonly directives: Directives;
  /** The model the URL names (Azure deployments), else the body's. */
  readonly model: string;
  readonly cache: PromptCache;
  readonly nowSeconds: number;
}

/** What one call is billed for, in disjoint buckets; `reasoning` is a part of `output`. */
export interface TokenCounts {
  readonly uncached: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly output: number;
  readonly reasoning: number;
  readonly audioInput: number;
  readonly audioOutput: number;
  readonly webSearchRequests: number;
}

/** One line of the provider's own books. */
export interface BilledCall {
  readonly id: string;
  readonly api: 'chat.completions' | 'responses' | 'embeddings' | 'completions' | 'messages';
  readonly requestModel: string;
  readonly model: string;
  readonly serviceTier: string;
  readonly tokens: TokenCounts;
  /** The usage object as it goes over the wire in a full answer. */
  readonly wireUsage: object;
  readonly streamed: boolean;
  /** False when the connection went before the last byte: the call is billed in full all the same. */
  readonly complete: boolean;
}

export interface StreamEvent {
  /** The SSE `event:` line; OpenAI's older APIs have none. */
  readonly name: string | null;
  readonly data: object | '[DONE]';
}

export type Answer =
  | { readonly kind: 'json'; readonly body: object; readonly billed: Omit<BilledCall, 'complete'> | null }
  | { readonly kind: 'stream'; readonly events: readonly StreamEvent[]; readonly billed: Omit<BilledCall, 'complete'> };

/** A refusal in the provider's own error shape. */
export class ProviderError extends Error {
  readonly status: number;
  readonly type: string;
  readonly parameter: string | null;
  readonly code: string | null;

  constructor(
    status: number,
    type: string,
    message: string,
    parameter: string | null = null,
    code: string | null = null,
  ) {
    super(message);
    this.status = status;
    this.type = type;
    this.parameter = parameter;
    this.code = code;
  }
}

/** Prompt prefixes this provider has seen, by model. */
export class PromptCache {
  readonly #seen = new Set<string>();

  /** Whether the prefix was there; it is from now on. */
  touch(model: string, prefix: string): boolean {
    const key = `${model}\n${prefix}`;
    const known = this.#seen.has(key);
    this.#seen.add(key);
    return known;
  }
}

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** An id as the providers make them: a prefix and random base-58 digits. */
export function makeId(prefix: string, digits: number): string {
  return prefix + Array.from(randomBytes(digits), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** Providers answer an alias with the dated name of what served it. */
const snapshots: Readonly<Record<string, string>> = {
  'gpt-4o': 'gpt-4o-2024-08-06',
  'gpt-4o-mini': 'gpt-4o-mini-2024-07-18',
  'gpt-4.1-mini': 'gpt-4.1-mini-2025-04-14',
  'gpt-5': 'gpt-5-2025-08-07',
  'gpt-5-mini': 'gpt-5-mini-2025-08-07',
  'o4-mini': 'o4-mini-2025-04-16',
  'claude-sonnet-4-5': 'claude-sonnet-4-5-20250929',
  'claude-haiku-4-5': 'claude-haiku-4-5-20251001',
};

export const servedModel = (requested: string): string => snapshots[requested] ?? requested;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list of parameter names, parted by blanks. */
export const parameterNames = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));
