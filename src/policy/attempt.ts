import type { OnExceed, UnpricedRule } from './budget.ts';
import { stricter, type AskedCall, type Effect, type Reason } from './decision.ts';
import { downgradeOf } from './downgrade.ts';
import { Offer } from './offer.ts';
import { budgetReason, shortageText, unknownText } from './reasons.ts';
import { isBinding, roomOf } from './room.ts';
import { applyRules, type RuleOutcome } from './ruleCaps.ts';
import type { CounterState, EvaluationInput, Missing } from './verdict.ts';

/** What a call would get if it were made with one model. */
export interface Attempt {
  readonly effect: Effect;
  readonly offer: Offer;
  /** Granted to each choice; as it was asked where the call is refused. */
  readonly outputTokens: number;
  readonly reasons: readonly Reason[];
  readonly missing: readonly Missing[];
  /** With effect `deny`: the budgets that would take another model instead. Empty where anything else refuses. */
  readonly shortages: readonly CounterState[];
  readonly states: readonly CounterState[];
}

export function attempt(input: EvaluationInput, call: AskedCall, model: string): Attempt {
  const offer = new Offer(call, model, input.bounds, input.atMs);
  const rules = applyRules(input, call, offer);
  if (rules.effect === 'deny') return refusedByRules(offer, rules);
  const states = input.countersOf(model);
  const binding = states.filter(isBinding);
  const made: Made = { call, offer, rules, states };
  const unknown = binding.filter(({ budget: { budget } }) => offer.isUnknownTo(budget) && isRefusing(budget.unpriced));
  if (unknown.length > 0) return refusedAsUnknown(made, unknown);
  const short = binding.filter((state) => !fits(state, offer, rules.outputTokens));
  if (short.length === 0) return granted(made, rules.outputTokens, []);
  const refusal = strictestOf(short);
  if (refusal === 'require_approval' && input.isApproved) {
    return { ...granted(made, rules.outputTokens, []), missing: missingOf(short, offer, rules.outputTokens) };
  }
  const limited = limitedOutput(made, short);
  if (limited !== null) return granted(made, limited, short);
  return refused(made, short, refusal);
}

interface Made {
  readonly call: AskedCall;
  readonly offer: Offer;
  readonly rules: RuleOutcome;
  readonly states: readonly CounterState[];
}

function isRefusing({ kind }: UnpricedRule): boolean {
  return kind === 'deny';
}

function fits(state: CounterState, offer: Offer, outputTokens: number): boolean {
  return offer.amountAt(state.budget.budget, outputTokens) <= roomOf(state);
}

/** The largest output that fits all, as less fits the others too; null where that is less than what they let a call have. */
function limitedOutput({ call, offer, rules }: Made, short: readonly CounterState[]): number | null {
  if (!call.canLimitOutput) return null;
  let largest = rules.outputTokens;
  for (const state of short) largest = offer.largestOutput(state.budget.budget, roomOf(state), largest);
  const least = Math.max(1, ...short.map(({ budget: { budget } }) => budget.minOutputTokens));
  return largest >= least ? largest : null;
}

/** Of budgets that bind: `downgrade` only where none of them refuses or asks a person. */
function strictestOf(short: readonly CounterState[]): 'deny' | 'require_approval' | 'downgrade' {
  const kinds = new Set<OnExceed>(short.map(({ budget }) => budget.budget.onExceed));
  if (kinds.has('deny')) return 'deny';
  return kinds.has('require_approval') ? 'require_approval' : 'downgrade';
}

function missingOf(short: readonly CounterState[], offer: Offer, outputTokens: number): readonly Missing[] {
  return short.map((state) => {
    const amount = offer.amountAt(state.budget.budget, outputTokens) - roomOf(state);
    return { budget: state.budget, key: state.key, amount };
  });
}

function granted(made: Made, outputTokens: number, limitedBy: readonly CounterState[]): Attempt {
  const { offer, rules, states } = made;
  const asked = rules.outputTokens;
  const limits = limitedBy.map((state) => {
    const text = shortageText(state, offer.amountAt(state.budget.budget, asked));
    return budgetReason(state, 'modify', `${text}; its output is limited to ${outputTokens} tokens`);
  });
  const soft = softReasons(made, outputTokens);
  return {
    effect: strictest(rules.effect, [...limits, ...soft]),
    offer,
    outputTokens,
    reasons: [...rules.reasons, ...limits, ...soft],
    missing: [],
    shortages: [],
    states,
  };
}

function refused(made: Made, short: readonly CounterState[], refusal: ReturnType<typeof strictestOf>): Attempt {
  const { offer, rules, states } = made;
  const { outputTokens } = rules;
  const effect = refusal === 'downgrade' ? 'deny' : refusal;
  // A downgrade's reason depends on whether its model fits.
  const told = refusal === 'downgrade' ? [] : short;
  const reasons = told.map((state) => {
    const { onExceed } = state.budget.budget;
    const own = onExceed === 'deny' || onExceed === 'require_approval' ? onExceed : effect;
    return budgetReason(state, own, shortageText(state, offer.amountAt(state.budget.budget, outputTokens)));
  });
  return {
    effect,
    offer,
    outputTokens,
    reasons: [...rules.reasons, ...reasons, ...softReasons(made, outputTokens)],
    missing: effect === 'deny' ? [] : missingOf(short, offer, outputTokens),
    shortages: refusal === 'downgrade' ? short : [],
    states,
  };
}

function refusedByRules(offer: Offer, { outputTokens, reasons }: RuleOutcome): Attempt {
  return { effect: 'deny', offer, outputTokens, reasons, missing: [], shortages: [], states: [] };
}

function refusedAsUnknown({ offer, rules, states }: Made, unknown: readonly CounterState[]): Attempt {
  const reasons = unknown.map((state) => budgetReason(state, 'deny', unknownText(state, offer, null)));
  const { outputTokens } = rules;
  return {
    effect: 'deny',
    offer,
    outputTokens,
    reasons: [...rules.reasons, ...reasons],
    missing: [],
    shortages: [],
    states,
  };
}

/** Of budgets that let pass: what they warn of, what they would have done, and what they take for a call without a bound. */
function softReasons(made: Made, outputTokens: number): readonly Reason[] {
  const reasons: Reason[] = [];
  for (const state of made.states) {
    const reason = softReason(made, state, outputTokens);
    if (reason !== null) reasons.push(reason);
  }
  return reasons;
}

function softReason({ call, offer }: Made, state: CounterState, outputTokens: number): Reason | null {
  const { budget } = state.budget;
  const isUnknown = offer.isUnknownTo(budget);
  if (isBinding(state) && !isUnknown) return null;
  const isWarning = budget.onExceed === 'warn';
  if (isUnknown && isRefusing(budget.unpriced)) {
    return budgetReason(state, isWarning ? 'warn' : 'deny', unknownText(state, offer, null));
  }
  const amount = offer.amountAt(budget, outputTokens);
  const taken = isUnknown ? unknownText(state, offer, amount) : null;
  if (isBinding(state) || amount <= roomOf(state)) return taken === null ? null : budgetReason(state, 'allow', taken);
  const text = shortageText(state, amount);
  if (isWarning) return budgetReason(state, 'warn', text);
  const largest = call.canLimitOutput ? offer.largestOutput(budget, roomOf(state), outputTokens) : -1;
  if (largest >= budget.minOutputTokens) {
    return budgetReason(state, 'modify', `${text}; its output would be limited to ${largest} tokens`);
  }
  const to = budget.onExceed === 'downgrade' ? downgradeOf(budget, offer.model) : null;
  if (to !== null) return budgetReason(state, 'modify', `${text}; ${to} would be taken instead`);
  return budgetReason(state, budget.onExceed === 'require_approval' ? 'require_approval' : 'deny', text);
}

function strictest(effect: Effect, reasons: readonly Reason[]): Effect {
  let found = effect;
  for (const reason of reasons) if (reason.mode === 'enforce') found = stricter(found, reason.effect);
  return found;
}
