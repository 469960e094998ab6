import type { LlmCall, Priced } from '../call.ts';
import { tierOf } from './layer.ts';

/**
 * Providers whose answers carry what the call cost: OpenRouter and Perplexity in `usage.cost`, xAI in ticks of 1e-10 USD.
 * A cost on anybody else's span was computed by an instrumentation from a price list of its own.
 */
const reportingProviders: ReadonlySet<string> = new Set(['openrouter', 'perplexity', 'x_ai', 'x-ai', 'xai']);

/** The provider's own figure. It is one sum, so there are no parts; a negative one is no cost and is passed over. */
export function reportedCost(call: LlmCall): Priced | null {
  const { reportedCostFemtoUsd, provider } = call;
  if (reportedCostFemtoUsd === null || reportedCostFemtoUsd < 0n) return null;
  if (provider === null || !reportingProviders.has(provider)) return null;
  return {
    status: 'reported',
    costFemtoUsd: reportedCostFemtoUsd,
    partsFemtoUsd: {},
    source: 'provider',
    card: null,
    effectiveFrom: null,
    serviceTier: tierOf(call),
  };
}
