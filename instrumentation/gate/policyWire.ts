import { isFields, textOf } from '../fields.ts';

/** Rising strictness: of two effects the later one here holds. */
export const effects = ['allow', 'warn', 'modify', 'require_approval', 'deny'] as const;
export type PolicyEffect = (typeof effects)[number];

export const stricter = (left: PolicyEffect, right: PolicyEffect): PolicyEffect =>
  effects.indexOf(left) >= effects.indexOf(right) ? left : right;

/** Whom the call belongs to, as far as the application said. */
export interface PolicySubject {
  readonly agent?: string;
  readonly user?: string;
  readonly session?: string;
  readonly service?: string;
  readonly environment?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What is about to be sent, measured; never its content. */
export interface PolicyCall {
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
  /** UTF-8 bytes of all text and all schemas: byte-level tokenizers make no more tokens of it. */
  readonly input_bytes: number;
  readonly messages: number;
  readonly tools: number;
  readonly images: number;
  /** False where the provider reads more than is sent: files, audio, what an earlier call left there. */
  readonly input_bounded: boolean;
  readonly max_output_tokens?: number;
  /** The API has a parameter that limits the output. */
  readonly can_limit_output: boolean;
  /** Answers asked for, each of up to `max_output_tokens`. */
  readonly n: number;
  /** The dearest one asked for; left out where the provider writes unasked. */
  readonly cache_write?: 'none' | '5m' | '1h';
  readonly web_searches: number;
  readonly service_tier?: string;
  /** Anthropic: where the model is to run. */
  readonly inference_geo?: string;
  /** Anthropic: `fast` has prices of its own. */
  readonly speed?: string;
  /** Perplexity: by which its fee for a request goes. */
  readonly search_context_size?: string;
  readonly trace_id?: string;
  readonly run_id?: string;
}

/** One policy that had a part in a decision. */
export interface PolicyReason {
  readonly policy: string;
  readonly kind: string;
  readonly message: string;
  /** What else Tollgate says of it: `limit_usd`, `spent_usd`, `reserved_usd`, `resets_at`, `mode` … */
  readonly [name: string]: unknown;
}

export interface PolicyModification {
  readonly model?: string;
  readonly max_output_tokens?: number;
}

/** Tollgate's answer, as it came over the wire. */
export interface PolicyDecision {
  /** Null where Tollgate gave no answer. */
  readonly decision_id: string | null;
  readonly effect: PolicyEffect;
  readonly reserved_usd: string | null;
  /** Null where nothing is reserved. */
  readonly expires_at: string | null;
  readonly modify: PolicyModification | null;
  /** A stream that passes what it was granted is to be ended. */
  readonly stop_streams: boolean;
  readonly reasons: readonly PolicyReason[];
}

/** Null where it is no decision. Fields a later Tollgate adds are not in the way. */
export function readDecision(body: unknown): PolicyDecision | null {
  if (!isFields(body)) return null;
  const effect = effects.find((known) => known === body['effect']);
  const id = textOf(body['decision_id']);
  if (effect === undefined || id === null) return null;
  const modify = readModification(body['modify']);
  // A call that is to be modified into something unknown cannot go on as it is.
  if (effect === 'modify' && modify === null) return null;
  return {
    decision_id: id,
    effect,
    reserved_usd: textOf(body['reserved_usd']),
    expires_at: textOf(body['expires_at']),
    modify,
    stop_streams: body['stop_streams'] === true,
    reasons: Array.isArray(body['reasons']) ? body['reasons'].filter(isFields).map(readReason) : [],
  };
}

/** Null where it changes nothing. */
export function readModification(value: unknown): PolicyModification | null {
  if (!isFields(value)) return null;
  const model = textOf(value['model']);
  const limit = value['max_output_tokens'];
  const modification = {
    ...(model === null ? {} : { model }),
    ...(typeof limit === 'number' && Number.isSafeInteger(limit) && limit > 0 ? { max_output_tokens: limit } : {}),
  };
  return Object.keys(modification).length === 0 ? null : modification;
}

function readReason(reason: Readonly<Record<string, unknown>>): PolicyReason {
  return {
    ...reason,
    policy: textOf(reason['policy']) ?? '(unnamed)',
    kind: textOf(reason['kind']) ?? '(unknown)',
    message: textOf(reason['message']) ?? '',
  };
}
