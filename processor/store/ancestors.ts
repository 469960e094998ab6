import type { Ancestor } from '../../src/attribution/attribute.ts';
import type { Queries } from './database.ts';
import { selectAncestors, type SpanReference } from './statements/selectAncestors.ts';

/** The spans known so far, by `spanKey`; null for one that was looked for and is not there. */
export type KnownSpans = Map<string, Ancestor | null>;

export interface Descendant {
  readonly tenant: string;
  readonly traceId: string;
  readonly parentSpanId: string | null;
  readonly startMicros: number;
}

/** Deeper chains are cut: a loop of parents would never end. */
const DEPTH_MAX = 64;
/** How long before its descendant an ancestor may have started, and how far clocks of two machines may differ. */
const EARLIER_MICROS_MAX = 86_400_000_000;
const LATER_MICROS_MAX = 3_600_000_000;

export function spanKey(tenant: string, traceId: string, spanId: string): string {
  return `${traceId}${spanId} ${tenant}`;
}

/** Looks up what is not known yet of all chains at once, one question for each step up. */
export async function loadAncestors(
  client: Queries,
  known: KnownSpans,
  descendants: readonly Descendant[],
): Promise<void> {
  for (let step = 0; step < DEPTH_MAX; step += 1) {
    const missing = new Map<string, SpanReference>();
    for (const descendant of descendants) {
      const spanId = firstUnknown(known, descendant);
      if (spanId === null) continue;
      const { tenant, traceId, startMicros } = descendant;
      missing.set(spanKey(tenant, traceId, spanId), {
        tenant,
        traceId,
        spanId,
        earliestMicros: startMicros - EARLIER_MICROS_MAX,
        latestMicros: startMicros + LATER_MICROS_MAX,
      });
    }
    if (missing.size === 0) return;
    const found = await selectAncestors(client, [...missing.values()]);
    [...missing.keys()].forEach((key, index) => known.set(key, found[index] ?? null));
  }
}

/** The chain of a span's known ancestors, nearest first. */
export function ancestorsOf(known: KnownSpans, descendant: Descendant): readonly Ancestor[] {
  const chain: Ancestor[] = [];
  walk(known, descendant, (ancestor) => chain.push(ancestor));
  return chain;
}

function firstUnknown(known: KnownSpans, descendant: Descendant): string | null {
  return walk(known, descendant, () => undefined);
}

/** Goes up until the root, a span that is not there, or one not looked for yet, whose id it returns. */
function walk(known: KnownSpans, descendant: Descendant, visit: (ancestor: Ancestor) => void): string | null {
  let spanId = descendant.parentSpanId;
  for (let depth = 0; depth < DEPTH_MAX && spanId !== null; depth += 1) {
    const ancestor = known.get(spanKey(descendant.tenant, descendant.traceId, spanId));
    if (ancestor === undefined) return spanId;
    if (ancestor === null) return null;
    visit(ancestor);
    spanId = ancestor.parentSpanId;
  }
  return null;
}
