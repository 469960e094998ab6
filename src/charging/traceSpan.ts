/** What deciding about the calls of a trace has to know of each of its spans. docs/charging.md has the rules. */
import type { PricedCall, SpanSkeleton, Subject } from '../call.ts';
import type { SpanKind } from '../span.ts';
import { tokenTotals } from '../usage.ts';
import { familyOfModel } from './familyOfModel.ts';
import { figuresRank } from './figuresRank.ts';

const NANOS_A_MICRO = 1000n;
/** An id shorter than this is a counter, not something a provider issued. */
const PROVIDER_ID_CHARS_MIN = 8;

export type OperationClass = 'generation' | 'embeddings' | 'rerank';

export interface TraceSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  /** Microseconds since 1970, as the store keeps them. */
  readonly startMicros: number;
  readonly endMicros: number;
  readonly kind: SpanKind;
  readonly own: Subject;
  /** Null for a plain span. */
  readonly call: TraceCall | null;
}

export interface TraceCall {
  readonly isContainer: boolean;
  readonly containerRule: string | null;
  readonly operation: string | null;
  readonly service: string | null;
  readonly scope: string | null;
  readonly family: string | null;
  /** What the provider named it: its response id and its request id, where they look like one. */
  readonly providerIds: readonly string[];
  readonly responseId: string | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Tokens or a cost above 0. */
  readonly bearsUsage: boolean;
  /** How good the figures are: see `figuresRank`. */
  readonly figuresRank: number;
  readonly resourceSubject: Subject;
  /** The agent that the sender's API key fixes, else null. */
  readonly keyAgent: string | null;
}

/** What the store keeps of a call for this purpose, and an arriving call has. */
export interface CallFacts {
  readonly role: 'call' | 'container';
  readonly containerRule: string | null;
  readonly traceId: string;
  readonly operation: string | null;
  readonly service: string | null;
  readonly scope: string | null;
  readonly model: string | null;
  readonly responseId: string | null;
  readonly requestId: string | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costsSomething: boolean;
  readonly figuresRank: number;
  readonly resourceSubject: Subject;
  readonly keyAgent: string | null;
}

export function factsOf(call: PricedCall, keyAgent: string | null): CallFacts {
  const { inputTokens, outputTokens } = tokenTotals(call.usage);
  return {
    role: call.role,
    containerRule: call.containerRule,
    traceId: call.traceId,
    operation: call.operation,
    service: call.service,
    scope: call.scope,
    model: call.model,
    responseId: call.responseId,
    requestId: call.requestId,
    inputTokens,
    outputTokens,
    costsSomething: call.price.status !== 'unpriced' && call.price.costFemtoUsd > 0n,
    figuresRank: figuresRank(call),
    resourceSubject: call.resourceSubject,
    keyAgent,
  };
}

export function traceCallOf(facts: CallFacts): TraceCall {
  return {
    isContainer: facts.role === 'container',
    containerRule: facts.containerRule,
    operation: facts.operation,
    service: facts.service,
    scope: facts.scope,
    family: facts.model === null ? null : familyOfModel(facts.model),
    providerIds: providerIdsOfCall(facts),
    responseId: facts.responseId,
    inputTokens: facts.inputTokens,
    outputTokens: facts.outputTokens,
    bearsUsage: facts.inputTokens > 0 || facts.outputTokens > 0 || facts.costsSomething,
    figuresRank: facts.figuresRank,
    resourceSubject: facts.resourceSubject,
    keyAgent: facts.keyAgent,
  };
}

const noIds: readonly string[] = [];

/** The ids by which the provider, not some emitter, named a call; none of a container, which repeats those of its calls. */
export function providerIdsOfCall({
  role,
  responseId,
  requestId,
  traceId,
}: Pick<CallFacts, 'role' | 'responseId' | 'requestId' | 'traceId'>): readonly string[] {
  if (role === 'container') return noIds;
  const isIssued = (id: string | null): id is string =>
    id !== null && id.length >= PROVIDER_ID_CHARS_MIN && id !== traceId;
  if (isIssued(responseId)) {
    return isIssued(requestId) && requestId !== responseId ? [responseId, requestId] : [responseId];
  }
  return isIssued(requestId) ? [requestId] : noIds;
}

/** Start and end of a span in whole microseconds. */
export function microsOf(span: SpanSkeleton): { readonly startMicros: number; readonly endMicros: number } {
  const startMicros = Number(span.startUnixNano / NANOS_A_MICRO);
  return { startMicros, endMicros: startMicros + Number(span.durationNano / NANOS_A_MICRO) };
}

/** Null: of every class, for calls whose operation nobody says. */
export function classOf({ operation }: TraceCall): OperationClass | null {
  if (operation === null) return null;
  if (operation.includes('embed')) return 'embeddings';
  return operation.includes('rerank') ? 'rerank' : 'generation';
}

export function tokensOf(call: TraceCall): number {
  return call.inputTokens + call.outputTokens;
}

export function hasSameFamily(one: TraceCall, two: TraceCall): boolean {
  return one.family === null || two.family === null || one.family === two.family;
}

export function hasSameClass(one: TraceCall, two: TraceCall): boolean {
  const [first, second] = [classOf(one), classOf(two)];
  return first === null || second === null || first === second;
}

export function hasEqualTotals(one: TraceCall, two: TraceCall): boolean {
  return (
    one.bearsUsage && two.bearsUsage && one.inputTokens === two.inputTokens && one.outputTokens === two.outputTokens
  );
}

const LETTERS = /^[a-z]*/i;

/**
 * Two response ids of one form (the same letters in front, the same length) that differ: one issuer named two answers. Ids of
 * different forms prove nothing, since a gateway or a framework may put its own in the provider's place.
 */
export function areOtherAnswers({ responseId: one }: TraceCall, { responseId: two }: TraceCall): boolean {
  if (one === null || two === null || one === two || one.length !== two.length) return false;
  return LETTERS.exec(one)?.[0] === LETTERS.exec(two)?.[0];
}
