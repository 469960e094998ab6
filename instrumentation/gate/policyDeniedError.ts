import type { PolicyDecision } from './policyWire.ts';

/** On the errors of every copy of this package: the preload's, the application's, the one in its bundle. */
const BRAND = Symbol.for('tollgate.PolicyDeniedError');

/**
 * A call that was not made, or a stream that was ended, because a policy says so. No client retries it: status 403 is
 * what providers answer to what is forbidden.
 */
export class PolicyDeniedError extends Error {
  override readonly name = 'PolicyDeniedError';
  readonly status = 403;
  readonly code = 'policy_denied';
  readonly decision: PolicyDecision;

  static override [Symbol.hasInstance](value: unknown): boolean {
    // A class that extends this one asks for its own.
    if (this !== PolicyDeniedError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  constructor(decision: PolicyDecision) {
    super(messageOf(decision));
    this.decision = decision;
    Object.defineProperty(this, BRAND, { value: true });
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
