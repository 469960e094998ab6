import type { AttributedCall, ChargedCall } from './call.ts';

/** Decides whether a call's cost counts. A container repeats the usage of the calls below it and is not charged. */
export function charge(call: AttributedCall): ChargedCall {
  return call.role === 'container'
    ? { ...call, charge: 'container', chargeReason: call.containerRule }
    : { ...call, charge: 'charged', chargeReason: null };
}
