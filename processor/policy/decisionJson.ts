import { formatUsd } from '../../src/money.ts';
import type { LimitUnit } from '../../src/policy/budget.ts';
import type { Decision, Reason } from '../../src/policy/decision.ts';

const MICROS_A_MILLI = 1_000;

export function instantJson(micros: number): string {
  return new Date(Math.floor(micros / MICROS_A_MILLI)).toISOString();
}

/** A decision as the API writes it. Nothing reserved is "0", a bound that nobody can tell null. */
export function decisionJson(decision: Decision) {
  const { modify, expiresAtMicros, reservedFemtoUsd } = decision;
  const isReserved = expiresAtMicros !== null;
  const reservedUsd = isReserved ? reservedFemtoUsd : 0n;
  return {
    decision_id: decision.decisionId,
    effect: decision.effect,
    reserved_usd: reservedUsd === null ? null : formatUsd(reservedUsd),
    reserved_tokens: isReserved ? decision.reservedTokens : 0,
    expires_at: isReserved ? instantJson(expiresAtMicros) : null,
    modify: modify === null ? null : { model: modify.model, max_output_tokens: modify.maxOutputTokens },
    stop_streams: decision.stopStreams,
    reasons: decision.reasons.map(reasonJson),
  };
}

function reasonJson(reason: Reason) {
  const { policy, kind, effect, mode, message, budget } = reason;
  const said = { policy, kind, effect, mode, message };
  if (budget === null) return said;
  const { unit, resetsAtMicros } = budget;
  return {
    ...said,
    [`limit_${unit}`]: amountJson(unit, budget.limit),
    [`spent_${unit}`]: amountJson(unit, budget.spent),
    [`reserved_${unit}`]: amountJson(unit, budget.reserved),
    resets_at: resetsAtMicros === null ? null : instantJson(resetsAtMicros),
    key: budget.key,
  };
}

function amountJson(unit: LimitUnit, amount: bigint): string | number {
  return unit === 'usd' ? formatUsd(amount) : Number(amount);
}
