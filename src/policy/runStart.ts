import { stricter, type Effect, type Reason } from './decision.ts';
import { budgetReason, leftText } from './reasons.ts';
import { roomOf } from './room.ts';
import { applyRuleEffects } from './ruleCaps.ts';
import type { CounterState, EvaluationInput, Verdict } from './verdict.ts';

/** May a run start? Nothing is reserved; a budget that is used up answers as it would answer a call. */
export function evaluateStart(input: EvaluationInput): Verdict {
  const rules = applyRuleEffects(input);
  let { effect } = rules;
  const reasons: Reason[] = [...rules.reasons];
  for (const state of input.countersOf(null)) {
    if (roomOf(state) > 0n) continue;
    const said = effectOf(state);
    if (said === 'require_approval' && input.isApproved) continue;
    reasons.push(budgetReason(state, said, leftText(state)));
    if (state.budget.budget.mode === 'enforce') effect = stricter(effect, said);
  }
  return {
    effect,
    model: null,
    maxOutputTokens: null,
    boundFemtoUsd: null,
    boundTokens: 0,
    reasons,
    missing: [],
    stopStreams: false,
  };
}

/** Without a call there is no model to take another for. */
function effectOf({ budget: { budget } }: CounterState): Effect {
  return budget.onExceed === 'downgrade' ? 'deny' : budget.onExceed;
}
