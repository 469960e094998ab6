import type { LlmCall, Priced, Unpriced } from '../call.ts';
import { isUsageUnknown } from '../usage.ts';
import { tierOf, unpriced } from './layer.ts';

/** The HTTP status with which a provider refuses a call: of its own, or in `error.type`. */
const HTTP_REFUSAL = /^[45]\d\d$/;

/** Answers for calls of which nobody reported any usage, so that no rate card can price them. */
export function missingUsage(call: LlmCall): Priced | Unpriced | null {
  if (!isUsageUnknown(call.usage)) return null;
  return isRefused(call) ? notBilled(call) : unpriced('no_usage');
}

/** A request answered with an HTTP error is not billed. A call that failed in any other way may have run. */
export function isRefused(call: LlmCall): boolean {
  return call.status === 'error' && HTTP_REFUSAL.test(call.httpStatus ?? call.errorType ?? '');
}

function notBilled(call: LlmCall): Priced {
  return {
    status: 'priced',
    costFemtoUsd: 0n,
    partsFemtoUsd: {},
    source: 'default',
    card: null,
    effectiveFrom: null,
    serviceTier: tierOf(call),
  };
}
