import type { FemtoUsd } from '../money.ts';
import type { PolicyRule } from './budget.ts';
import type { Bounds } from './bound.ts';
import type { DecisionRequest, Effect, OuterVerdict, Reason } from './decision.ts';
import type { BudgetInForce, Policy } from './policy.ts';

/** A counter as it stands under its lock. */
export interface CounterState {
  readonly budget: BudgetInForce;
  readonly key: Readonly<Record<string, string>>;
  /** With raises and what approvals added. */
  readonly limit: bigint;
  readonly spent: bigint;
  readonly reserved: bigint;
  /** Null: run, session and rolling windows. */
  readonly resetsAtMicros: number | null;
}

export interface EvaluationInput {
  readonly request: DecisionRequest;
  readonly rules: readonly PolicyRule[];
  readonly outer: OuterVerdict | null;
  readonly bounds: Bounds;
  readonly atMs: number;
  /** Of all budgets that match the request made with this model (null: without a call), in the policy's order. */
  readonly countersOf: (model: string | null) => readonly CounterState[];
  /** A person said yes: what asks for approval is let pass, and `missing` says what has to be raised for it. */
  readonly isApproved: boolean;
}

export interface Verdict {
  readonly effect: Effect;
  /** The model to call; null without a call. */
  readonly model: string | null;
  /** To be written into the request; null: unchanged. */
  readonly maxOutputTokens: number | null;
  /** What to reserve of it; null: nobody can say. */
  readonly boundFemtoUsd: FemtoUsd | null;
  readonly boundTokens: number;
  readonly reasons: readonly Reason[];
  /** By how much each budget that does not fit must be raised for the call as it was asked. */
  readonly missing: readonly Missing[];
  readonly stopStreams: boolean;
}

export interface Missing {
  readonly budget: BudgetInForce;
  readonly key: Readonly<Record<string, string>>;
  readonly amount: bigint;
}

/** The models that `evaluate` may ask counters of: the one asked for and what callback and downgrades can make of it. */
export function candidateModels(
  _policy: Policy,
  _rules: readonly PolicyRule[],
  request: DecisionRequest,
  _outer: OuterVerdict | null = null,
): readonly string[] {
  return request.call === null ? [] : [request.call.model];
}

export function evaluate(input: EvaluationInput): Verdict {
  return {
    effect: 'allow',
    model: input.request.call?.model ?? null,
    maxOutputTokens: null,
    boundFemtoUsd: 0n,
    boundTokens: 0,
    reasons: [],
    missing: [],
    stopStreams: false,
  };
}
