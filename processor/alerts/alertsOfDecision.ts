import type { Mode } from '../../src/policy/budget.ts';
import type { Decision, DecisionRequest, Reason } from '../../src/policy/decision.ts';
import { amountJson, instantJson } from './amountJson.ts';
import { hashOfKey } from './hashOfKey.ts';
import type { NewAlert, Severity } from './newAlert.ts';

const MINUTE_MICROS = 60_000_000;

/**
 * Refusals and modifications, at most one a minute for each policy, counter and mode, however many calls met them: a retry
 * storm against a used up budget is one alert a minute, and how many calls it was is in the metrics. A request for
 * approval is told each time, because somebody waits for it. A policy in shadow mode tells what it would have done.
 */
export function alertsOfDecision(request: DecisionRequest, decision: Decision, atMicros: number): readonly NewAlert[] {
  const alerts = decision.reasons.flatMap((reason) => {
    if (reason.effect !== 'deny' && reason.effect !== 'modify') return [];
    // Where another policy was stricter, what this one said did not come about.
    if (reason.mode === 'enforce' && reason.effect !== decision.effect) return [];
    return [ofReason(request, decision, { reason, effect: reason.effect }, atMicros)];
  });
  return decision.effect === 'require_approval' ? [...alerts, approvalRequested(request, decision, atMicros)] : alerts;
}

function ofReason(
  request: DecisionRequest,
  decision: Decision,
  { reason, effect }: { readonly reason: Reason; readonly effect: 'deny' | 'modify' },
  atMicros: number,
): NewAlert {
  const type = effect === 'deny' ? 'call.denied' : 'call.modified';
  const minute = Math.floor(atMicros / MINUTE_MICROS);
  const policy = hashOfKey({ name: reason.policy, kind: reason.kind, mode: reason.mode });
  const would = reason.mode === 'shadow' ? 'would have been ' : '';
  return {
    tenant: request.tenant,
    eventKey: `${type}/${policy}/${hashOfKey(reason.budget?.key ?? {})}/${minute}`,
    type,
    severity: severityOf(effect, reason.mode),
    budget: reason.kind === 'budget' ? reason.policy : null,
    atMicros,
    describe: () => ({
      message: `A call of ${nameOf(request)} ${would}${effect === 'deny' ? 'refused' : 'modified'}: ${reason.message}`,
      data: {
        ...askedJson(request, decision),
        ...(effect === 'modify' ? { modify: modifyJson(decision) } : {}),
        mode: reason.mode,
        reasons: [reasonJson(reason)],
      },
    }),
  };
}

function severityOf(effect: 'deny' | 'modify', mode: Mode): Severity {
  return effect === 'deny' && mode === 'enforce' ? 'warning' : 'info';
}

function approvalRequested(request: DecisionRequest, decision: Decision, atMicros: number): NewAlert {
  const asking = decision.reasons.filter(({ effect, mode }) => effect === 'require_approval' && mode === 'enforce');
  return {
    tenant: request.tenant,
    eventKey: `approval.requested/${decision.decisionId}`,
    type: 'approval.requested',
    severity: 'warning',
    budget: asking.find(({ kind }) => kind === 'budget')?.policy ?? null,
    atMicros,
    describe: () => ({
      message: `A call of ${nameOf(request)} waits for approval: ${asking.map(({ message }) => message).join(' ')}`,
      data: { ...askedJson(request, decision), reasons: asking.map(reasonJson) },
    }),
  };
}

function nameOf({ subject }: DecisionRequest): string {
  return subject.agent === null ? 'nobody named' : `agent ${subject.agent}`;
}

function askedJson({ subject, call }: DecisionRequest, { decisionId }: Decision): Record<string, unknown> {
  return {
    decision_id: decisionId,
    agent: subject.agent,
    user: subject.user,
    session: subject.session,
    provider: call?.provider ?? null,
    model: call?.model ?? null,
  };
}

function modifyJson({ modify }: Decision): Record<string, unknown> {
  return { model: modify?.model ?? null, max_output_tokens: modify?.maxOutputTokens ?? null };
}

function reasonJson({ policy, kind, mode, message, budget }: Reason): Record<string, unknown> {
  if (budget === null) return { policy, kind, mode, message };
  const { unit, resetsAtMicros, key } = budget;
  return {
    policy,
    kind,
    mode,
    message,
    key,
    ...amountJson('limit', unit, budget.limit),
    ...amountJson('spent', unit, budget.spent),
    ...amountJson('reserved', unit, budget.reserved),
    resets_at: resetsAtMicros === null ? null : instantJson(resetsAtMicros),
  };
}
