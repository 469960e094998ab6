import { describe, expect, it } from 'vitest';
import type { Decision, DecisionRequest, Reason } from '../../src/policy/decision.ts';
import { alertsOfDecision } from '../../processor/alerts/alertsOfDecision.ts';
import { DAY_START_MICROS, usd } from './budgets.ts';

const MINUTE_MICROS = 60_000_000;

const request: DecisionRequest = {
  tenant: 'acme',
  subject: { agent: 'support-bot', user: 'u1', session: null, service: null, environment: null, tags: {} },
  call: {
    provider: 'openai',
    model: 'gpt-4o',
    operation: 'chat',
    traceId: null,
    runId: null,
    inputTokens: 1200,
    inputBytes: null,
    messages: 1,
    tools: 0,
    images: 0,
    isInputBounded: true,
    maxOutputTokens: 800,
    canLimitOutput: true,
    choices: 1,
    cacheWrite: 'none',
    webSearches: 0,
    serviceTier: null,
    inferenceGeo: null,
    speed: null,
    searchContextSize: null,
  },
  idempotencyKey: null,
  requestHash: '00'.repeat(32),
  ttlMs: 120_000,
};

const usedUp: Reason = {
  policy: 'support-bot-daily',
  kind: 'budget',
  effect: 'deny',
  mode: 'enforce',
  message: '0.02 USD do not fit.',
  budget: {
    unit: 'usd',
    limit: usd(50),
    spent: usd(49.98),
    reserved: usd(0.01),
    resetsAtMicros: DAY_START_MICROS + 86_400_000_000,
    key: { user: 'u1' },
  },
};
const noPreview: Reason = { ...usedUp, policy: 'no-preview-models', kind: 'rule', budget: null };

function decided(effect: Decision['effect'], reasons: readonly Reason[], decisionId = 'd1'): Decision {
  return {
    decisionId,
    effect,
    reservedFemtoUsd: null,
    reservedTokens: 0,
    expiresAtMicros: null,
    modify: null,
    stopStreams: false,
    reasons,
  };
}

function keys(decision: Decision, atMicros = DAY_START_MICROS): string[] {
  return alertsOfDecision(request, decision, atMicros).map(({ eventKey }) => eventKey);
}

function types(decision: Decision): string[] {
  return alertsOfDecision(request, decision, DAY_START_MICROS).map(({ type, severity }) => `${severity} ${type}`);
}

describe('alerts of decisions', () => {
  it('tell nothing of a call that was let through', () => {
    expect(types(decided('allow', []))).toEqual([]);
    expect(types(decided('warn', [{ ...usedUp, effect: 'warn' }]))).toEqual([]);
  });

  it('tell a refusal once a minute for each policy and counter, whoever is refused', () => {
    const first = keys(decided('deny', [usedUp]));
    expect(first).toHaveLength(1);
    expect(keys(decided('deny', [usedUp], 'd2'), DAY_START_MICROS + MINUTE_MICROS - 1)).toEqual(first);
    expect(keys(decided('deny', [usedUp]), DAY_START_MICROS + MINUTE_MICROS)).not.toEqual(first);
    const ofOther = { ...usedUp, budget: usedUp.budget === null ? null : { ...usedUp.budget, key: { user: 'u2' } } };
    expect(keys(decided('deny', [ofOther]))).not.toEqual(first);
    expect(keys(decided('deny', [usedUp, noPreview]))).toHaveLength(2);
  });

  it('tell what came about, not what a stricter policy overruled', () => {
    const modified: Reason = { ...usedUp, effect: 'modify', policy: 'small-answers' };
    expect(types(decided('deny', [modified, usedUp]))).toEqual(['warning call.denied']);
    expect(types(decided('modify', [modified]))).toEqual(['info call.modified']);
  });

  it('tell what a policy in shadow mode would have done', () => {
    const shadow: Reason = { ...usedUp, mode: 'shadow' };
    const [alert, ...others] = alertsOfDecision(request, decided('allow', [shadow]), DAY_START_MICROS);
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ type: 'call.denied', severity: 'info' });
    expect(alert?.describe().message).toBe('A call of agent support-bot would have been refused: 0.02 USD do not fit.');
    expect(alert?.describe().data).toMatchObject({ mode: 'shadow' });
    expect(keys(decided('allow', [shadow]))).not.toEqual(keys(decided('deny', [usedUp])));
  });

  it('tell every request for approval, because somebody waits', () => {
    const asking: Reason = { ...usedUp, effect: 'require_approval' };
    expect(types(decided('require_approval', [asking, { ...asking, policy: 'other' }]))).toEqual([
      'warning approval.requested',
    ]);
    expect(keys(decided('require_approval', [asking], 'd1'))).not.toEqual(
      keys(decided('require_approval', [asking], 'd2')),
    );
  });

  it('say who asked for what, and where the budget stands', () => {
    const [alert] = alertsOfDecision(request, decided('deny', [usedUp]), DAY_START_MICROS);
    expect(alert).toMatchObject({ tenant: 'acme', budget: 'support-bot-daily', atMicros: DAY_START_MICROS });
    expect(alert?.describe().data).toEqual({
      decision_id: 'd1',
      agent: 'support-bot',
      user: 'u1',
      session: null,
      provider: 'openai',
      model: 'gpt-4o',
      mode: 'enforce',
      reasons: [
        {
          policy: 'support-bot-daily',
          kind: 'budget',
          mode: 'enforce',
          message: '0.02 USD do not fit.',
          key: { user: 'u1' },
          limit_usd: '50',
          spent_usd: '49.98',
          reserved_usd: '0.01',
          resets_at: '2026-11-23T00:00:00.000Z',
        },
      ],
    });
  });

  it('do not mind the order in which the store gives a key, and keep their own keys short', () => {
    const ofKey = (key: Record<string, string>): string[] =>
      keys(decided('deny', [{ ...usedUp, budget: usedUp.budget === null ? null : { ...usedUp.budget, key } }]));
    expect(ofKey({ user: 'u1', agent: 'a' })).toEqual(ofKey({ agent: 'a', user: 'u1' }));
    const [hostile = ''] = ofKey({ user: '\u{1F4B8}'.repeat(10_000), 'tag.feature': 'x'.repeat(100_000) });
    // An entry of a B-tree index has at most 2704 bytes.
    expect(hostile.length).toBeLessThan(150);
  });
});
