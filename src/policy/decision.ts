import type { FemtoUsd } from '../money.ts';
import type { LimitUnit, Mode } from './budget.ts';
import type { CallFacts } from './posting.ts';

/** From the mildest to the strictest. */
export const effects = ['allow', 'warn', 'modify', 'require_approval', 'deny'] as const;
export type Effect = (typeof effects)[number];

/** Who asks, as the contract's `subject`. */
export interface Subject {
  readonly agent: string | null;
  readonly user: string | null;
  readonly session: string | null;
  readonly service: string | null;
  readonly environment: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** What is known of a call before it is made. Counts are integers of at least 0. */
export interface AskedCall {
  readonly provider: string | null;
  readonly model: string;
  readonly operation: string | null;
  readonly traceId: string | null;
  readonly runId: string | null;
  /** As counted by the caller; else `inputBytes` bounds it. */
  readonly inputTokens: number | null;
  /** UTF-8 bytes of all text. */
  readonly inputBytes: number | null;
  readonly messages: number;
  readonly tools: number;
  readonly images: number;
  /** False where the input has what nobody can bound: files, audio, earlier answers by id. */
  readonly isInputBounded: boolean;
  readonly maxOutputTokens: number | null;
  /** The caller's API has a parameter for the most output. */
  readonly canLimitOutput: boolean;
  /** `n`: how many answers of up to `maxOutputTokens` each; at least 1. */
  readonly choices: number;
  /** The dearest cache write that the request asks for; null: nobody said. */
  readonly cacheWrite: 'none' | '5m' | '1h' | null;
  /** The most web searches that the provider may make for it. */
  readonly webSearches: number;
  /** The tier asked for; null: the standard one. */
  readonly serviceTier: string | null;
  /** Anthropic's `inference_geo` and `speed`, and the `search_context_size` of a search; null: nothing is asked. */
  readonly inferenceGeo: string | null;
  readonly speed: string | null;
  readonly searchContextSize: string | null;
}

export interface DecisionRequest {
  readonly tenant: string;
  readonly subject: Subject;
  /** Null: may a run start? */
  readonly call: AskedCall | null;
  readonly idempotencyKey: string | null;
  /** Hexadecimal SHA-256 of the body. */
  readonly requestHash: string;
  readonly ttlMs: number;
}

/** What a callback said. `model` and `maxOutputTokens` are of use to `modify`. */
export interface OuterVerdict {
  readonly effect: Effect;
  readonly model: string | null;
  readonly maxOutputTokens: number | null;
  readonly message: string;
}

/** Why a decision is not a plain yes; with `mode: shadow`, what would have been decided. */
export interface Reason {
  readonly policy: string;
  readonly kind: 'budget' | 'rule' | 'callback';
  readonly effect: Effect;
  readonly mode: Mode;
  /** For people. Of the subject it has no more than the counter's key. */
  readonly message: string;
  /** The counter as it was before the decision, in the budget's unit. */
  readonly budget: {
    readonly unit: LimitUnit;
    readonly limit: bigint;
    readonly spent: bigint;
    readonly reserved: bigint;
    readonly resetsAtMicros: number | null;
    readonly key: Readonly<Record<string, string>>;
  } | null;
}

export interface Decision {
  readonly decisionId: string;
  readonly effect: Effect;
  /** Null: nobody could say what the call costs at most, or nothing is reserved. */
  readonly reservedFemtoUsd: FemtoUsd | null;
  readonly reservedTokens: number;
  /** Null: nothing is reserved. */
  readonly expiresAtMicros: number | null;
  readonly modify: { readonly model: string | null; readonly maxOutputTokens: number | null } | null;
  readonly stopStreams: boolean;
  readonly reasons: readonly Reason[];
}

/** The stricter of two effects. */
export function stricter(a: Effect, b: Effect): Effect {
  return effects.indexOf(a) >= effects.indexOf(b) ? a : b;
}

/** The facts by which budgets and rules match a request, if the call is made with `model`. */
export function factsOfRequest({ tenant, subject, call }: DecisionRequest, model: string | null): CallFacts {
  return {
    tenant,
    agent: subject.agent,
    user: subject.user,
    session: subject.session,
    run: call?.runId ?? call?.traceId ?? null,
    model,
    responseModel: null,
    provider: call?.provider ?? null,
    service: subject.service,
    environment: subject.environment,
    tags: subject.tags,
  };
}
