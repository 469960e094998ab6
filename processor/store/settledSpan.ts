import { factsOf, microsOf, traceCallOf, type TraceSpan } from '../../src/charging/traceSpan.ts';
import type { Attribution, Charge } from '../../src/call.ts';
import { type BookedFacts, bookedFactsOf } from '../../src/ledger.ts';
import type { Content } from './content.ts';
import type { GroupCall } from './group.ts';
import type { CallLink } from './linkColumns.ts';
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

/** A span of a trace that is being settled: as the store has it, as it arrived, or both. */
export interface SettledSpan extends TraceSpan, Identity, Content {
  /** The arriving record of a call, where it is new or better than what is stored. */
  readonly arrived: GroupCall | null;
  /** Null for a call that is new, and for a plain span. */
  readonly stored: StoredState | null;
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
    receivedMicros: 0,
    isDistant: false,
  };
}

export function bookedFactsOfSpan(span: SettledSpan): BookedFacts {
  if (span.arrived !== null) return bookedFactsOf(span.arrived.call);
  if (span.stored === null) throw new Error(`expected a call, found the plain span ${span.spanId}`);
  return span.stored.facts;
}
