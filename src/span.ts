/** What an OTLP request holds, as far as Tollgate reads it. Field names are OpenTelemetry's. */
export type AttributeValue =
  | string
  | number
  /** A 64-bit integer that no `number` holds exactly. */
  | bigint
  | boolean
  | Uint8Array
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };

/** A repeated key keeps its first value. */
export type Attributes = ReadonlyMap<string, AttributeValue>;

export interface Resource {
  readonly attributes: Attributes;
}

export interface Scope {
  readonly name: string;
  readonly version: string;
}

/** OTLP `Span.SpanKind`: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
export type SpanKind = 0 | 1 | 2 | 3 | 4 | 5;

/** OTLP `Status.StatusCode`. */
export type SpanStatus = 'unset' | 'ok' | 'error';

export interface ReceivedSpan {
  /** 32 lower-case hexadecimal digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits, not all zero. */
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly traceState: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startUnixNano: bigint;
  readonly endUnixNano: bigint;
  readonly status: SpanStatus;
  readonly statusMessage: string;
  /** Only the keys some reader asked for. */
  readonly attributes: Attributes;
  readonly resource: Resource;
  readonly scope: Scope;
}

/** Which attribute keys a decoder materialises; all others are stepped over. */
export interface WantedKeys {
  readonly exact: ReadonlySet<string>;
  readonly prefixes: readonly string[];
}
