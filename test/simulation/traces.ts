import { readSpan } from '../../src/dialects/read.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import type { Received } from './auditor.ts';
import { agentTraces } from './traces/agentTrace.ts';
import { crowd } from './traces/crowd.ts';
import { smallUniverse } from './traces/smallUniverse.ts';
import type { Exported } from './traces/span.ts';

export { BASE_MS, type Exported } from './traces/span.ts';

const pricing = createPricing();

/** Understands and prices a span as the service does. */
export function receive({ tenant, keyAgent, span }: Exported, receivedMs: number): Received {
  const read = readSpan(span);
  if (read.kind === 'span') return { tenant, keyAgent, receivedMs, span: read.skeleton, call: null };
  const call = pricing.price(read.call);
  return { tenant, keyAgent, receivedMs, span: call, call };
}

const CROWDS_IN = 200;

/** The spans of one case: agents' traces and small universes in turn, now and then a crowd. The same for a seed. */
export function drawCase(seed: number, tenant: string): readonly Exported[] {
  if (seed % CROWDS_IN === 7) return crowd(seed, tenant);
  return seed % 2 === 0 ? agentTraces(seed, tenant) : smallUniverse(seed, tenant);
}
