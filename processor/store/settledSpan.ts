import { factsOf, microsOf, traceCallOf, type TraceSpan } from '../../src/charging/traceSpan.ts';
import type { Attribution, Charge } from '../../src/call.ts';
import { rankAtPrice } from '../../src/charging/figuresRank.ts';
import { type BookedFacts, bookedFactsOf } from '../../src/ledger.ts';
import type { Content } from './content.ts';
import type { GroupCall } from './group.ts';
import type { CallLink } from './linkColumns.ts';
import type { StoredPrice } from './priceColumns.ts';
import type { Identity, SpanRow } from './rows.ts';

/** What the store has of a call. */
export interface StoredState {
  readonly charge: Charge;
  readonly chargeReason: string | null;
  readonly attribution: Attribution;
  readonly facts: BookedFacts;
  /** How many ledger entries the call has. */
  readonly entryCount: number;
  readonly receivedMicros: number;
  readonly requestModel: string | null;
  readonly responseModel: string | null;
  readonly figuresRank: number;
  /** What budgets count it by. */
  readonly link: CallLink;
}

/** A stored call whose price is another one by now. */
interface Repriced {
  readonly stored: StoredPrice;
  /** As they are with it. */
  readonly facts: BookedFacts;
  readonly figuresRank: number;
}

/** A span of a trace that is being settled: as the store has it, as it arrived, or both. */
export interface SettledSpan extends TraceSpan, Identity, Content {
  /** The arriving record of a call, where it is new or better than what is stored. */
  readonly arrived: GroupCall | null;
  /** Null for a call that is new, and for a plain span. */
  readonly stored: StoredState | null;
  /** Null but for a stored call that is priced anew, of which nothing arrives. */
  readonly repriced: Repriced | null;
  readonly receivedMicros: number;
  /** Read for what it says to those below, without those around it: of a large trace. */
  readonly isDistant: boolean;
}

/** A call as it arrived; `stored` is the lesser copy it replaces. */
export function arrivedCall(arrived: GroupCall, stored: StoredState | null, nowMicros: number): SettledSpan {
  const { tenant, traceId, spanId, completeness, contentHash, call, keyAgent } = arrived;
  const { startMicros, endMicros } = microsOf(call);
  return {
    tenant,
    traceId,
    spanId,
    parentSpanId: call.parentSpanId,
    startMicros,
    endMicros,
    kind: call.kind,
    own: call.own,
    call: traceCallOf(factsOf(call, keyAgent)),
    completeness,
    contentHash,
    arrived,
    stored,
    repriced: null,
    receivedMicros: stored?.receivedMicros ?? nowMicros,
    isDistant: false,
  };
}

export function arrivedSpan({ tenant, traceId, spanId, completeness, contentHash, span }: SpanRow): SettledSpan {
  const { startMicros, endMicros } = microsOf(span);
  return {
    tenant,
    traceId,
    spanId,
    parentSpanId: span.parentSpanId,
    startMicros,
    endMicros,
    kind: span.kind,
    own: span.own,
    call: null,
    completeness,
    contentHash,
    arrived: null,
    stored: null,
    repriced: null,
    receivedMicros: 0,
    isDistant: false,
  };
}

export function bookedFactsOfSpan(span: SettledSpan): BookedFacts {
  if (span.arrived !== null) return bookedFactsOf(span.arrived.call);
  if (span.repriced !== null) return span.repriced.facts;
  if (span.stored === null) throw new Error(`expected a call, found the plain span ${span.spanId}`);
  return span.stored.facts;
}

/** A stored call at another price: all that is decided by its figures is decided by the new ones. */
export function repricedSpan(span: SettledSpan, price: StoredPrice): SettledSpan {
  const { stored, call } = span;
  if (stored === null || call === null) throw new Error(`expected a stored call, found the plain span ${span.spanId}`);
  const { measures } = stored.facts;
  const hasTokens = measures.inputTokens > 0 || measures.outputTokens > 0;
  const costFemtoUsd = price.price.status === 'unpriced' ? 0n : price.price.costFemtoUsd;
  const unpricedCalls = price.price.status === 'unpriced' ? 1 : 0;
  const facts = { ...stored.facts, measures: { ...measures, unpricedCalls, costFemtoUsd } };
  const figuresRank = rankAtPrice(stored.figuresRank, price.price, hasTokens);
  return {
    ...span,
    call: { ...call, figuresRank, bearsUsage: hasTokens || costFemtoUsd > 0n },
    repriced: { stored: price, facts, figuresRank },
  };
}
