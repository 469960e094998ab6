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

/** Caps of output go before caps of cost: what fits under both is not refused, whichever rule comes first. */
export function applyRules(input: EvaluationInput, call: AskedCall, offer: Offer): RuleOutcome {
  const rules = matchingRules(input.rules, factsOfRequest(input.request, offer.model));
  let outcome = applyCallback(input, call, offer.bound.outputTokens);
  for (const rule of rules) {
    outcome = withSaying(outcome, sayOf(rule, input.isApproved));
    outcome = withSaying(outcome, outputCap(rule, call, outcome.outputTokens));
  }
  for (const rule of rules) outcome = withSaying(outcome, costCap(rule, call, offer, outcome.outputTokens));
  return outcome;
}

/** Rules of effect alone, for a question without a call. */
export function applyRuleEffects(input: EvaluationInput): RuleOutcome {
  let outcome: RuleOutcome = { effect: 'allow', outputTokens: 0, reasons: [] };
  for (const rule of matchingRules(input.rules, factsOfRequest(input.request, null))) {
    outcome = withSaying(outcome, sayOf(rule, input.isApproved));
  }
  return outcome;
}

interface Saying {
  readonly reason: Reason;
  /** The output it leaves. */
  readonly outputTokens?: number;
}

function withSaying(outcome: RuleOutcome, saying: Saying | null): RuleOutcome {
  if (saying === null) return outcome;
  const { reason, outputTokens } = saying;
  const reasons = [...outcome.reasons, reason];
  if (reason.mode === 'shadow') return { ...outcome, reasons };
  return {
    effect: stricter(outcome.effect, reason.effect),
    outputTokens: Math.min(outcome.outputTokens, outputTokens ?? outcome.outputTokens),
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

function sayOf(rule: PolicyRule, isApproved: boolean): Saying | null {
  const { effect } = rule;
  if (effect === null || (effect === 'require_approval' && isApproved)) return null;
  return { reason: ruleReason(rule, effect, sayings[effect]) };
}

function outputCap(rule: PolicyRule, call: AskedCall, outputTokens: number): Saying | null {
  const { maxOutputTokens } = rule;
  if (maxOutputTokens === null || outputTokens <= maxOutputTokens) return null;
  return limit(rule, call, maxOutputTokens, `an answer may have ${maxOutputTokens} tokens`);
}

function costCap(rule: PolicyRule, call: AskedCall, offer: Offer, outputTokens: number): Saying | null {
  if (rule.maxCostPerCallFemtoUsd === null) return null;
  const text = `a call may cost ${formatUsd(rule.maxCostPerCallFemtoUsd)} USD`;
  const largest = offer.largestOutputFor(rule.maxCostPerCallFemtoUsd, outputTokens);
  if (largest === null) return { reason: ruleReason(rule, 'deny', `${text}, and nobody can say what this one costs`) };
  if (largest === outputTokens) return null;
  if (largest >= OUTPUT_TOKENS_MIN) return limit(rule, call, largest, text);
  const least = offer.costAt(Math.min(OUTPUT_TOKENS_MIN, outputTokens)) ?? 0n;
  return { reason: ruleReason(rule, 'deny', `${text}, this one up to ${formatUsd(least)} USD or more`) };
}

/** A cap that the caller's API cannot be given refuses: a cap that is passed over is none. */
function limit(rule: PolicyRule, { canLimitOutput }: AskedCall, outputTokens: number, text: string): Saying {
  const effect = canLimitOutput ? 'modify' : 'deny';
  const outcome = canLimitOutput ? `this one gets ${outputTokens} tokens` : 'the output of this one cannot be limited';
  return { reason: ruleReason(rule, effect, `${text}; ${outcome}`), ...(canLimitOutput ? { outputTokens } : {}) };
}
