import type { LlmCall, Priced, Unpriced, UnpricedReason } from '../call.ts';

/** One source of prices. Null leaves the call to the next layer; anything else is the answer. */
export type Layer = (call: LlmCall) => Priced | Unpriced | null;

export function unpriced(reason: UnpricedReason): Unpriced {
  return { status: 'unpriced', reason };
}

/** The tier a price is recorded under: the served one where the span says it. */
export function tierOf(call: LlmCall): string {
  return call.serviceTier ?? 'standard';
}
