import type { PolicyRule } from './budget.ts';
import { factsOfRequest, stricter, type AskedCall, type Effect, type Reason } from './decision.ts';
import type { Offer } from './offer.ts';
import { callbackReason, ruleReason } from './reasons.ts';
import { matchingRules } from './rules.ts';
import { formatUsd } from '../money.ts';
import type { EvaluationInput } from './verdict.ts';

/** The least output that a cap of cost leaves a call; budgets have `min_output_tokens` of their own. */
const OUTPUT_TOKENS_MIN = 64;

/** What rules and callback make of a call before any budget is asked. */
export interface RuleOutcome {
  readonly effect: Effect;
  readonly outputTokens: number;
  readonly reasons: readonly Reason[];
}

export function applyRules(input: EvaluationInput, call: AskedCall, offer: Offer): RuleOutcome {
  let outcome = applyCallback(input, call, offer.bound.outputTokens);
  for (const rule of matchingRules(input.rules, factsOfRequest(input.request, offer.model))) {
    const said = [...sayOf(rule, input.isApproved), ...capsOf(rule, call, offer, outcome.outputTokens)];
    for (const { reason, outputTokens } of said) outcome = withSaying(outcome, reason, outputTokens);
  }
  return outcome;
}

/** Rules of effect alone, for a question without a call. */
export function applyRuleEffects(input: EvaluationInput): RuleOutcome {
  let outcome: RuleOutcome = { effect: 'allow', outputTokens: 0, reasons: [] };
  for (const rule of matchingRules(input.rules, factsOfRequest(input.request, null))) {
    for (const { reason } of sayOf(rule, input.isApproved)) outcome = withSaying(outcome, reason, 0);
  }
  return outcome;
}

interface Saying {
  readonly reason: Reason;
  /** The output it leaves; Infinity where it is not about that. */
  readonly outputTokens: number;
}

function withSaying(outcome: RuleOutcome, reason: Reason, outputTokens: number): RuleOutcome {
  const reasons = [...outcome.reasons, reason];
  if (reason.mode === 'shadow') return { ...outcome, reasons };
  return {
    effect: stricter(outcome.effect, reason.effect),
    outputTokens: Math.min(outcome.outputTokens, outputTokens),
    reasons,
  };
}

/** The callback's own effect is merged at the end: it says it of the whole, not of one model. */
function applyCallback({ outer }: EvaluationInput, call: AskedCall, outputTokens: number): RuleOutcome {
  const cap = outer?.effect === 'modify' ? outer.maxOutputTokens : null;
  if (outer === null || cap === null || cap >= outputTokens) return { effect: 'allow', outputTokens, reasons: [] };
  if (call.canLimitOutput) return { effect: 'modify', outputTokens: cap, reasons: [] };
  return { effect: 'deny', outputTokens, reasons: [callbackReason(outer, 'deny')] };
}

const sayings = {
  deny: 'this call is not allowed',
  require_approval: 'a person has to approve this call',
  warn: 'this call is allowed with a warning',
} as const;

function sayOf(rule: PolicyRule, isApproved: boolean): readonly Saying[] {
  const { effect } = rule;
  if (effect === null || (effect === 'require_approval' && isApproved)) return [];
  return [{ reason: ruleReason(rule, effect, sayings[effect]), outputTokens: Number.POSITIVE_INFINITY }];
}

function capsOf(rule: PolicyRule, call: AskedCall, offer: Offer, outputTokens: number): readonly Saying[] {
  const said: Saying[] = [];
  const { maxOutputTokens, maxCostPerCallFemtoUsd } = rule;
  if (maxOutputTokens !== null && outputTokens > maxOutputTokens) {
    said.push(limit(rule, call, maxOutputTokens, `an answer may have ${maxOutputTokens} tokens`));
  }
  if (maxCostPerCallFemtoUsd === null) return said;
  const text = `a call may cost ${formatUsd(maxCostPerCallFemtoUsd)} USD`;
  const largest = offer.largestOutputFor(maxCostPerCallFemtoUsd, outputTokens);
  if (largest === null) {
    said.push({ reason: ruleReason(rule, 'deny', `${text}, and nobody can say what this one costs`), outputTokens });
  } else if (largest < outputTokens && largest < OUTPUT_TOKENS_MIN) {
    const least = offer.costAt(Math.min(OUTPUT_TOKENS_MIN, outputTokens)) ?? 0n;
    said.push({ reason: ruleReason(rule, 'deny', `${text}, this one at least ${formatUsd(least)} USD`), outputTokens });
  } else if (largest < outputTokens) {
    said.push(limit(rule, call, largest, text));
  } else if (largest === -1) {
    said.push({ reason: ruleReason(rule, 'deny', text), outputTokens });
  }
  return said;
}

/** A cap that the caller's API cannot be given refuses: a cap that is passed over is none. */
function limit(rule: PolicyRule, { canLimitOutput }: AskedCall, outputTokens: number, text: string): Saying {
  const effect = canLimitOutput ? 'modify' : 'deny';
  const outcome = canLimitOutput ? `this one gets ${outputTokens}` : 'the output of this one cannot be limited';
  return { reason: ruleReason(rule, effect, `${text}; ${outcome}`), outputTokens };
}
