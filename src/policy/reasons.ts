import { formatUsd } from '../money.ts';
import type { LimitUnit, PolicyRule } from './budget.ts';
import type { Effect, OuterVerdict, Reason } from './decision.ts';
import type { Offer } from './offer.ts';
import type { CounterState } from './verdict.ts';
import { roomOf } from './room.ts';

const MICROS_PER_MS = 1000;

/** Why a counter says what it says. `text` goes on after its name. */
export function budgetReason(state: CounterState, effect: Effect, text: string): Reason {
  const { budget } = state.budget;
  return {
    policy: budget.name,
    kind: 'budget',
    effect,
    mode: budget.mode,
    message: `${nameOf(state)}: ${text}`,
    budget: {
      unit: budget.limit.unit,
      limit: state.limit,
      spent: state.spent,
      reserved: state.reserved,
      resetsAtMicros: state.resetsAtMicros,
      key: state.key,
    },
  };
}

export function ruleReason(rule: PolicyRule, effect: Effect, text: string): Reason {
  const { name, mode } = rule;
  return { policy: name, kind: 'rule', effect, mode, message: `${name}: ${text}`, budget: null };
}

export function callbackReason({ message }: OuterVerdict, effect: Effect): Reason {
  const text = message === '' ? `the callback says ${effect}` : message;
  return { policy: 'callback', kind: 'callback', effect, mode: 'enforce', message: `callback: ${text}`, budget: null };
}

/** `this call may cost up to 0.011 USD; 0.0093 of 50 USD are left until 2026-11-23T00:00:00Z`. */
export function shortageText(state: CounterState, amount: bigint): string {
  const { unit } = state.budget.budget.limit;
  const verb = { usd: 'may cost up to', tokens: 'may use up to', calls: 'takes' }[unit];
  return `this call ${verb} ${written(amount, unit)} ${nounOf(amount, unit)}; ${leftText(state)}`;
}

/** For a call without a bound; `amount` is what the budget takes for it, null where it refuses. */
export function unknownText(state: CounterState, { model, bound }: Offer, amount: bigint | null): string {
  const { unit } = state.budget.budget.limit;
  const why = 'unpriced' in bound ? bound.unpriced : 'unknown_model';
  const what = unknownTexts[why].replace('MODEL', () => model);
  return amount === null ? what : `${what}; it counts as ${written(amount, unit)} ${nounOf(amount, unit)}`;
}

const unknownTexts = {
  unknown_provider: 'no price is known for the model MODEL of this provider',
  unknown_model: 'no price is known for the model MODEL',
  no_rate_for_unit: 'the price of the model MODEL does not cover all that this call may use',
  inconsistent_usage: 'no price is known for this call of the model MODEL',
  no_usage: 'no price is known for this call of the model MODEL',
  unbounded_input: 'nobody can say how large the input of this call is',
} as const;

/** `0.0093 of 50 USD are left until 2026-11-23T00:00:00Z`. */
export function leftText(state: CounterState): string {
  const { unit } = state.budget.budget.limit;
  const room = roomOf(state);
  const left = written(room > 0n ? room : 0n, unit);
  const noun = nounOf(state.limit, unit);
  const verb = room === 1n && unit !== 'usd' ? 'is' : 'are';
  return `${left} of ${written(state.limit, unit)} ${noun} ${verb} left${untilText(state.resetsAtMicros)}`;
}

/** Whose counter it is: the budget, and the values that it keeps apart. */
function nameOf({ budget, key }: CounterState): string {
  const values = Object.entries(key).map(([dimension, value]) => `${dimension} ${value}`);
  return values.length === 0 ? budget.budget.name : `${budget.budget.name} (${values.join(', ')})`;
}

function written(amount: bigint, unit: LimitUnit): string {
  return unit === 'usd' ? formatUsd(amount) : amount.toString();
}

function nounOf(amount: bigint, unit: LimitUnit): string {
  if (unit === 'usd') return 'USD';
  return amount === 1n ? unit.slice(0, -1) : unit;
}

function untilText(resetsAtMicros: number | null): string {
  if (resetsAtMicros === null || !Number.isFinite(resetsAtMicros)) return '';
  return ` until ${new Date(resetsAtMicros / MICROS_PER_MS).toISOString().replace('.000Z', 'Z')}`;
}
