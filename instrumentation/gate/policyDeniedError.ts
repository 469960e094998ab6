import type { PolicyDecision } from './policyWire.ts';

/**
 * A call that was not made, or a stream that was ended, because a policy says so. No client retries it: status 403 is
 * what providers answer to what is forbidden.
 */
export class PolicyDeniedError extends Error {
  override readonly name = 'PolicyDeniedError';
  readonly status = 403;
  readonly code = 'policy_denied';
  readonly decision: PolicyDecision;

  constructor(decision: PolicyDecision) {
    super(messageOf(decision));
    this.decision = decision;
  }
}

/** Reasons of policies in shadow mode had no part in it. */
function messageOf({ effect, reasons }: PolicyDecision): string {
  const said = reasons
    .filter(({ mode }) => mode !== 'shadow')
    .map(({ policy, message }) =>
      message.startsWith(policy) ? message : [policy, message].filter((part) => part !== '').join(': '),
    );
  const what = effect === 'require_approval' ? 'needs an approval that nobody gave' : 'is denied by policy';
  return [`the call ${what}`, ...(said.length === 0 ? [] : [said.join('; ')])].join(': ');
}
