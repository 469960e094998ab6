import { formatUsd } from '../../src/money.ts';
import type { Decision, Reason } from '../../src/policy/decision.ts';
import { amountJson, instantJson } from '../alerts/amountJson.ts';

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
    ...amountJson('limit', unit, budget.limit),
    ...amountJson('spent', unit, budget.spent),
    ...amountJson('reserved', unit, budget.reserved),
    resets_at: resetsAtMicros === null ? null : instantJson(resetsAtMicros),
    key: budget.key,
  };
}
