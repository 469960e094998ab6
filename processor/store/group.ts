import type { PricedCall, SpanSkeleton } from '../../src/call.ts';
import { type Content, contentOfCall, contentOfSpan, isBetter } from './content.ts';
import { type Identity, identityKey, identityOf, type SpanRow } from './rows.ts';
import type { StoreBatch } from './store.ts';

/** One call of a group: the better copy where the group has several. */
export interface GroupCall extends Identity, Content {
  readonly call: PricedCall;
  readonly keyAgent: string | null;
}

/** Batches that are written in one transaction, without what they repeat, in the order in which rows are written. */
export interface Group {
  readonly calls: readonly GroupCall[];
  /** All copies of calls, those among them that the group has better ones of. */
  readonly copies: readonly GroupCall[];
  readonly spans: readonly SpanRow[];
  /** For each batch the keys of its calls, in its order. */
  readonly callKeys: readonly (readonly string[])[];
  /** By which prices calls of it were priced. */
  readonly pricesEpochs: ReadonlySet<number>;
}

export function groupOf(batches: readonly StoreBatch[]): Group {
  const calls = new Map<string, GroupCall>();
  const copies: GroupCall[] = [];
  const callKeys = batches.map((batch) => batch.calls.map((call) => addCall(calls, copies, batch, bounded(call))));
  const spans = new Map<string, SpanRow>();
  for (const batch of batches) for (const span of batch.spans) addSpan(spans, calls, batch.tenant, bounded(span));
  return { calls: inOrder(calls), copies, spans: inOrder(spans), callKeys, pricesEpochs: pricesEpochsOf(batches) };
}

function pricesEpochsOf(batches: readonly StoreBatch[]): ReadonlySet<number> {
  return new Set(
    batches.flatMap(({ calls, pricesEpoch }) => (pricesEpoch === undefined || calls.length === 0 ? [] : [pricesEpoch])),
  );
}

/** What a bigint column holds: 292 years. */
const DURATION_NANO_MAX = 2n ** 63n - 1n;

function bounded<Span extends SpanSkeleton>(span: Span): Span {
  return span.durationNano > DURATION_NANO_MAX ? { ...span, durationNano: DURATION_NANO_MAX } : span;
}

function addCall(calls: Map<string, GroupCall>, copies: GroupCall[], batch: StoreBatch, call: PricedCall): string {
  const { tenant, keyAgent } = batch;
  const identity = identityOf(tenant, call);
  const key = identityKey(identity);
  const { traceId, spanId, startMicros } = identity;
  const { completeness, contentHash } = contentOfCall(call, keyAgent);
  const copy: GroupCall = { tenant, traceId, spanId, startMicros, completeness, contentHash, call, keyAgent };
  copies.push(copy);
  const other = calls.get(key);
  if (other === undefined || isBetter(copy, other)) calls.set(key, copy);
  return key;
}

function addSpan(
  spans: Map<string, SpanRow>,
  calls: ReadonlyMap<string, GroupCall>,
  tenant: string,
  span: SpanSkeleton,
): void {
  const identity = identityOf(tenant, span);
  const key = identityKey(identity);
  if (calls.has(key)) return;
  const { traceId, spanId, startMicros } = identity;
  const { completeness, contentHash } = contentOfSpan(span);
  const copy: SpanRow = { tenant, traceId, spanId, startMicros, completeness, contentHash, span };
  const other = spans.get(key);
  if (other === undefined || isBetter(copy, other)) spans.set(key, copy);
}

function inOrder<Row>(rows: ReadonlyMap<string, Row>): readonly Row[] {
  return [...rows].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
}
