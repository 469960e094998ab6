import type { DecisionRequest } from '../../src/policy/decision.ts';
import type { CounterState } from '../../src/policy/evaluate.ts';
import { amountJson, instantJson } from '../alerts/amountJson.ts';
import type { Preview } from '../gate/gate.ts';
import { decisionJson } from './decisionJson.ts';

/** What the callback is told: the request, the budgets that match it, and what Tollgate would answer. */
export function callbackBody(request: DecisionRequest, preview: Preview, nowMs: number): string {
  const { decision_id: _none, expires_at: _notReserved, ...decision } = decisionJson(preview.decision);
  return JSON.stringify({
    type: 'policy.decision',
    timestamp: new Date(nowMs).toISOString(),
    data: {
      tenant: request.tenant,
      request: requestJson(request),
      budgets: preview.budgets.map(budgetJson),
      decision,
    },
  });
}

/** Under the names in which it was asked. */
function requestJson({ subject, call }: DecisionRequest) {
  if (call === null) return { subject, call };
  return {
    subject,
    call: {
      provider: call.provider,
      model: call.model,
      operation: call.operation,
      trace_id: call.traceId,
      run_id: call.runId,
      input_tokens: call.inputTokens,
      input_bytes: call.inputBytes,
      messages: call.messages,
      tools: call.tools,
      images: call.images,
      input_bounded: call.isInputBounded,
      max_output_tokens: call.maxOutputTokens,
      can_limit_output: call.canLimitOutput,
      n: call.choices,
      cache_write: call.cacheWrite,
      web_searches: call.webSearches,
      service_tier: call.serviceTier,
      inference_geo: call.inferenceGeo,
      speed: call.speed,
      search_context_size: call.searchContextSize,
    },
  };
}

function budgetJson({ budget, key, limit, spent, reserved, resetsAtMicros }: CounterState) {
  const { name, mode, onExceed } = budget.budget;
  const { unit } = budget.budget.limit;
  return {
    budget: name,
    key,
    mode,
    on_exceed: onExceed,
    ...amountJson('limit', unit, limit),
    ...amountJson('spent', unit, spent),
    ...amountJson('reserved', unit, reserved),
    resets_at: resetsAtMicros === null ? null : instantJson(resetsAtMicros),
  };
}
