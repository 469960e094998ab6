import type { AttributeValue, ReceivedSpan, SpanKind } from '../../../src/span.ts';

/** A span as a receiver decoded it, of one tenant, sent with a key that may fix the agent. */
export interface Exported {
  readonly tenant: string;
  readonly keyAgent: string | null;
  readonly span: ReceivedSpan;
}

/** 2026-11-20T23:59:50Z: ten seconds before a day begins. */
export const BASE_MS = 1_795_219_190_000;
const NANOS_A_MILLI = 1_000_000n;

export const SERVER: SpanKind = 2;

export interface SpanWords {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: SpanKind;
  /** After `BASE_MS`. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly scope: string;
  readonly isError?: boolean;
  readonly traceState?: string;
  readonly attributes: Words;
  readonly resource: Words;
}

/** Attributes; null is one that is not written. */
export type Words = Readonly<Record<string, AttributeValue>>;

export function hexId(digits: number, number: number): string {
  return number.toString(16).padStart(digits, '0');
}

export function spanOf(words: SpanWords): ReceivedSpan {
  const startUnixNano = BigInt(BASE_MS + words.startMs) * NANOS_A_MILLI;
  return {
    traceId: words.traceId,
    spanId: words.spanId,
    parentSpanId: words.parentSpanId,
    traceState: words.traceState ?? '',
    name: words.name,
    kind: words.kind,
    startUnixNano,
    endUnixNano: startUnixNano + BigInt(words.durationMs) * NANOS_A_MILLI,
    status: words.isError === true ? 'error' : 'unset',
    statusMessage: '',
    attributes: attributesOf(words.attributes),
    resource: { attributes: attributesOf(words.resource) },
    scope: { name: words.scope, version: '1.0.0' },
  };
}

function attributesOf(words: Words): ReadonlyMap<string, AttributeValue> {
  return new Map(Object.entries(words).filter(([, value]) => value !== null));
}

/** The same span as an exporter that lost some attributes would send it. */
export function withoutAttributes(span: ReceivedSpan, isLost: (key: string) => boolean): ReceivedSpan {
  return { ...span, attributes: new Map([...span.attributes].filter(([key]) => !isLost(key))) };
}
