import type { Attribution, Charge } from '../../../src/call.ts';
import { bearsUsage, inOrder, startMicros, type CallRow } from './row.ts';
import type { Sets } from './sets.ts';
import type { Tree } from './tree.ts';

export interface Decision {
  readonly charge: Charge;
  readonly chargeReason: string | null;
}

/** A call or container as the books must have it. */
export interface AuditedCall extends Decision {
  readonly row: CallRow;
  readonly attribution: Attribution;
}

/** What each rule alone joins. */
export interface Joined {
  readonly nested: Sets;
  readonly sameProviderId: Sets;
  readonly sibling: Sets;
}

/**
 * "Charged is the copy with the best figures: bears usage; reported by the provider; priced; not guessed; nothing known to be missing;
 * most buckets reported; an emitter that is known; then the deeper, the earlier, the smaller trace id and span id."
 */
export function chargedOf(copies: readonly CallRow[], treeOf: (call: CallRow) => Tree): CallRow {
  const best = inOrder<CallRow>(
    (row) => (bearsUsage(row) ? 0 : 1),
    ({ call }) => (call.price.status === 'reported' ? 0 : 1),
    ({ call }) => (call.price.status === 'unpriced' ? 1 : 0),
    ({ call }) => (call.usageSource === 'estimate' ? 1 : 0),
    ({ call }) => (call.lossy ? 1 : 0),
    (row) => -bucketsReported(row),
    ({ call }) => (call.isEmitterKnown ? 0 : 1),
    (row) => -treeOf(row).depth(row),
    startMicros,
    ({ span }) => span.traceId,
    ({ span }) => span.spanId,
  );
  const [first] = [...copies].sort(best);
  if (first === undefined) throw new Error('expected a paid call with a copy, found none');
  return first;
}

function bucketsReported({ call }: CallRow): number {
  const { other, ...buckets } = call.usage;
  return Object.values(buckets).filter((count) => count !== null).length + Object.keys(other).length;
}

/**
 * "The others are `duplicate`; the reason is the rule that joined the copy to another (`same_provider_id` if rule 2 did, else `nested`,
 * else `sibling`), a blank, and the charged copy's TRACE_ID/SPAN_ID."
 */
export function duplicateOf(copy: CallRow, charged: CallRow, joined: Joined): Decision {
  const isBy = (sets: Sets): boolean => sets.of(copy).length > 1;
  const rule = isBy(joined.sameProviderId) ? 'same_provider_id' : isBy(joined.nested) ? 'nested' : 'sibling';
  return { charge: 'duplicate', chargeReason: `${rule} ${charged.span.traceId}/${charged.span.spanId}` };
}
