import { noSubject } from '../../src/attribution/subject.ts';
import type { PricedCall, SpanSkeleton, Subject } from '../../src/call.ts';
import { type Decision, Settlement } from '../../src/charging/settlement.ts';
import { factsOf, microsOf, traceCallOf, type TraceSpan } from '../../src/charging/traceSpan.ts';
import { emptyUsage } from '../../src/usage.ts';
import { call, skeleton, START_NANO } from '../store/samples.ts';

const MS = 1_000_000n;

export type Settled = Omit<Decision<TraceSpan>, 'span'>;

/** How a test writes a span: what is not said is that of a call of 1,000 input and 100 output tokens for 0.0035 USD. */
export interface Written {
  readonly trace?: number;
  readonly below?: number;
  /** Milliseconds after the common start. */
  readonly from?: number;
  readonly lasts?: number;
  readonly tokens?: readonly [input: number, output: number];
  readonly own?: Partial<Subject>;
}

export function chat(span: number, { own, ...written }: Written = {}, changes: Partial<PricedCall> = {}): PricedCall {
  const [input, output] = written.tokens ?? [1000, 100];
  return call(written.trace ?? 1, span, {
    ...placed(written),
    own: { ...noSubject, ...own },
    usage: { ...emptyUsage, input_uncached: input, output },
    ...changes,
  });
}

/** A call whose emitter wrote no usage. */
export function silent(span: number, written: Written = {}, changes: Partial<PricedCall> = {}): PricedCall {
  const price = { status: 'unpriced', reason: 'no_usage' } as const;
  return chat(span, written, { usage: emptyUsage, price, ...changes });
}

/** An `invoke_agent` span with the total of its calls. */
export function agentTotal(span: number, written: Written = {}, changes: Partial<PricedCall> = {}): PricedCall {
  const containerRule = 'gen_ai.operation.name=invoke_agent';
  return chat(span, written, { operation: 'invoke_agent', role: 'container', containerRule, ...changes });
}

export function plain(span: number, { own, ...written }: Written = {}): SpanSkeleton {
  return skeleton(written.trace ?? 1, span, { ...placed(written), own: { ...noSubject, ...own } });
}

function placed({ below, from = 0, lasts = 1000 }: Written) {
  return {
    parentSpanId: below === undefined ? null : spanId(below),
    startUnixNano: START_NANO + BigInt(from) * MS,
    durationNano: BigInt(lasts) * MS,
  };
}

export function spanId(span: number): string {
  return span.toString(16).padStart(16, '0');
}

interface Circumstances {
  readonly keyAgent?: string | null;
  /** Whether the settle delay has passed. */
  readonly isDue?: boolean;
}

/** Settles all traces together; the decisions by span number. */
export function settle(
  spans: readonly (PricedCall | SpanSkeleton)[],
  { keyAgent = null, isDue = true }: Circumstances = {},
): ReadonlyMap<number, Settled> {
  const settlement = new Settlement<TraceSpan>(() => isDue);
  const traces = new Map<string, TraceSpan[]>();
  for (const span of spans) {
    const ofTrace = traces.get(span.traceId) ?? [];
    traces.set(span.traceId, [...ofTrace, traceSpan(span, keyAgent)]);
  }
  const ids = new Set<string>();
  for (const ofTrace of traces.values()) settlement.addTrace(ofTrace);
  for (const ofTrace of traces.values()) {
    for (const { call: one } of ofTrace) for (const id of one?.providerIds ?? []) ids.add(id);
  }
  for (const id of ids) settlement.joinId(id);
  const decisions = [...traces.keys()].flatMap((trace) => settlement.decide(trace, () => true));
  return new Map(decisions.map(({ span, ...decided }) => [Number.parseInt(span.spanId, 16), decided]));
}

/** The charges alone, by span number. */
export function charges(spans: readonly (PricedCall | SpanSkeleton)[], circumstances: Circumstances = {}) {
  return Object.fromEntries([...settle(spans, circumstances)].map(([span, { charge }]) => [span, charge]));
}

function traceSpan(span: PricedCall | SpanSkeleton, keyAgent: string | null): TraceSpan {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    ...microsOf(span),
    kind: span.kind,
    own: span.own,
    call: 'price' in span ? traceCallOf(factsOf(span, keyAgent)) : null,
  };
}
