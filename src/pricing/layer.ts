import type { LlmCall, Unpriced, UnpricedReason } from '../call.ts';

export function unpriced(reason: UnpricedReason): Unpriced {
  return { status: 'unpriced', reason };
}

/** The tier a price is recorded under: the served one where the span says it. */
export function tierOf(call: LlmCall): string {
  return call.serviceTier ?? 'standard';
}
