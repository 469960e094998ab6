import { attempt, type Attempt } from './attempt.ts';
import type { PolicyRule } from './budget.ts';
import { factsOfRequest, stricter, type AskedCall, type DecisionRequest, type OuterVerdict } from './decision.ts';
import { downgradeOf } from './downgrade.ts';
import type { Policy } from './policy.ts';
import { budgetReason, callbackReason, shortageText } from './reasons.ts';
import { isBinding } from './room.ts';
import { evaluateStart } from './runStart.ts';
import type { EvaluationInput, Verdict } from './verdict.ts';

export type { CounterState, EvaluationInput, Verdict } from './verdict.ts';

/** How often one decision takes a cheaper model in the place of another. */
const DOWNGRADES_MAX = 3;

/** The models that `evaluate` may ask counters of: the one asked for and what callback and downgrades can make of it. */
export function candidateModels(
  policy: Policy,
  _rules: readonly PolicyRule[],
  request: DecisionRequest,
  outer: OuterVerdict | null = null,
): readonly string[] {
  if (request.call === null) return [];
  const candidates = new Set([startModel(request.call, outer)]);
  let latest = [...candidates];
  for (let hops = 0; hops < DOWNGRADES_MAX && latest.length > 0; hops += 1) {
    const reached = latest.flatMap((model) => downgradesFrom(policy, request, model));
    latest = reached.filter((model) => !candidates.has(model));
    for (const model of latest) candidates.add(model);
  }
  return [...candidates];
}

function downgradesFrom(policy: Policy, request: DecisionRequest, model: string): readonly string[] {
  const found: string[] = [];
  for (const { budget } of policy.matching(factsOfRequest(request, model))) {
    const to = budget.onExceed === 'downgrade' && budget.mode === 'enforce' ? downgradeOf(budget, model) : null;
    if (to !== null) found.push(to);
  }
  return found;
}

/**
 * Decides about a call. Every budget that binds either takes the amount that is reserved, or the call is not made: what
 * is granted never takes spent + reserved of one of them above its limit.
 */
export function evaluate(input: EvaluationInput): Verdict {
  const { call } = input.request;
  const { outer } = input;
  if (outer?.effect === 'deny') return refusedByCallback(call, outer);
  if (call === null) return withCallback(evaluateStart(input), input);
  const model = startModel(call, outer);
  return withCallback(verdictOf(call, follow(input, call, model, [model])), input);
}

/** The callback comes before the budgets, so its model is the one that they are asked about. */
function startModel(call: AskedCall, outer: OuterVerdict | null): string {
  return (outer?.effect === 'modify' ? outer.model : null) ?? call.model;
}

/** Tries a model, and in its place the one that the budgets it is too dear for name. */
function follow(input: EvaluationInput, call: AskedCall, model: string, tried: readonly string[]): Attempt {
  const made = attempt(input, call, model);
  if (made.shortages.length === 0) return made;
  const to = downgradeOfAll(made, model);
  const isEnd = to === null || tried.includes(to) || tried.length > DOWNGRADES_MAX;
  const next = isEnd ? null : follow(input, call, to, [...tried, to]);
  if (next === null || next.effect === 'deny') {
    const text = to === null ? 'there is no model to take instead' : `${to} is refused too`;
    return {
      ...made,
      shortages: [],
      reasons: [...shortReasons(made, 'deny', text), ...(next?.reasons ?? made.reasons)],
    };
  }
  const reasons = [...shortReasons(made, 'modify', `${to} is taken instead`), ...next.reasons];
  return { ...next, effect: stricter(next.effect, 'modify'), reasons };
}

/** The first budget's model; null where one of them has none. */
function downgradeOfAll({ shortages }: Attempt, model: string): string | null {
  const models = shortages.map(({ budget }) => downgradeOf(budget.budget, model));
  return models.includes(null) ? null : (models[0] ?? null);
}

function shortReasons({ shortages, offer, outputTokens }: Attempt, effect: 'deny' | 'modify', text: string) {
  return shortages.map((state) => {
    const amount = offer.amountAt(state.budget.budget, outputTokens);
    return budgetReason(state, effect, `${shortageText(state, amount)}; ${text}`);
  });
}

function verdictOf(call: AskedCall, made: Attempt): Verdict {
  const { effect, offer, outputTokens, reasons, missing, states } = made;
  const verdict: Verdict = {
    effect,
    model: offer.model,
    maxOutputTokens: outputTokens === offer.bound.outputTokens ? null : outputTokens,
    boundFemtoUsd: offer.costAt(outputTokens),
    boundTokens: offer.measuresAt(outputTokens).tokens,
    reasons,
    missing,
    stopStreams: states.some((state) => isBinding(state) && state.budget.budget.stopStreams),
  };
  return isChanged(verdict, call) ? { ...verdict, effect: stricter(effect, 'modify') } : verdict;
}

function withCallback(verdict: Verdict, { request, outer, isApproved }: EvaluationInput): Verdict {
  if (outer === null || outer.effect === 'allow') return verdict;
  if (outer.effect === 'require_approval' && isApproved) return verdict;
  const isModify = outer.effect === 'modify';
  // What it changed is changed already; where nothing came of it, it said nothing.
  if (isModify && !isChanged(verdict, request.call)) return verdict;
  const effect = isModify ? verdict.effect : stricter(verdict.effect, outer.effect);
  return { ...verdict, effect, reasons: [callbackReason(outer, outer.effect), ...verdict.reasons] };
}

function isChanged({ model, maxOutputTokens }: Verdict, call: AskedCall | null): boolean {
  return call !== null && (model !== call.model || maxOutputTokens !== null);
}

function refusedByCallback(call: AskedCall | null, outer: OuterVerdict): Verdict {
  return {
    effect: 'deny',
    model: call?.model ?? null,
    maxOutputTokens: null,
    boundFemtoUsd: null,
    boundTokens: 0,
    reasons: [callbackReason(outer, 'deny')],
    missing: [],
    stopStreams: false,
  };
}
