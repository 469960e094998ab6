import type { Decision, Reason } from '../../src/policy/decision.ts';
import { storableJson } from '../store/columns.ts';

/** A decision as it stands in a jsonb column: amounts are decimal text, because jsonb numbers come back as doubles. */
export interface AnswerJson extends Omit<Decision, 'reservedFemtoUsd' | 'reasons'> {
  readonly reservedFemtoUsd: string | null;
  readonly reasons: readonly ReasonJson[];
}

interface ReasonJson extends Omit<Reason, 'budget'> {
  readonly budget:
    | (Omit<NonNullable<Reason['budget']>, 'limit' | 'spent' | 'reserved'> & {
        readonly limit: string;
        readonly spent: string;
        readonly reserved: string;
      })
    | null;
}

export function answerJson(decision: Decision): string {
  return storableJson({
    ...decision,
    reservedFemtoUsd: decision.reservedFemtoUsd?.toString() ?? null,
    reasons: decision.reasons.map(reasonJson),
  });
}

export function reasonsJson(reasons: readonly Reason[]): string {
  return JSON.stringify(reasons.map(reasonJson));
}

function reasonJson(reason: Reason): ReasonJson {
  const { budget } = reason;
  if (budget === null) return { ...reason, budget };
  const { limit, spent, reserved } = budget;
  return {
    ...reason,
    budget: { ...budget, limit: String(limit), spent: String(spent), reserved: String(reserved) },
  };
}

export function answerOf(json: AnswerJson): Decision {
  return {
    ...json,
    reservedFemtoUsd: json.reservedFemtoUsd === null ? null : BigInt(json.reservedFemtoUsd),
    reasons: json.reasons.map(reasonOf),
  };
}

function reasonOf(json: ReasonJson): Reason {
  const { budget } = json;
  if (budget === null) return { ...json, budget };
  const { limit, spent, reserved } = budget;
  return { ...json, budget: { ...budget, limit: BigInt(limit), spent: BigInt(spent), reserved: BigInt(reserved) } };
}
