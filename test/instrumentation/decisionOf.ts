import type { PolicyDecision } from '../../instrumentation/gate/policyWire.ts';

/** As Tollgate answers where nothing is modified. */
export const decisionOf = (effect: PolicyDecision['effect']): PolicyDecision => ({
  decision_id: 'id',
  effect,
  reserved_usd: '1',
  expires_at: '2030-01-01T00:00:00.000Z',
  modify: null,
  stop_streams: false,
  reasons: [],
});
