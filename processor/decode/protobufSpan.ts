import type { ReceivedSpan, Resource, Scope, SpanKind, SpanStatus } from '../../src/span.ts';
import { hexOfEight, isAllZero } from './hex.ts';
import type { KeyTable } from './keyTable.ts';
import { SPAN_ID_BYTES, TRACE_ID_BYTES } from './limits.ts';
import { AttributeCollector, noAttributes } from './protobufAttributes.ts';
import type { RequestTally } from './requestTally.ts';
import { idFault } from './spanIds.ts';
import type { WireReader } from './wireReader.ts';

// opentelemetry/proto/trace/v1/trace.proto. Events, links, flags and dropped counts are stepped over.
const SPAN = {
  traceId: 0x0a,
  spanId: 0x12,
  traceState: 0x1a,
  parentSpanId: 0x22,
  name: 0x2a,
  kind: 0x30,
  startTimeUnixNano: 0x39,
  endTimeUnixNano: 0x41,
  attributes: 0x4a,
  status: 0x7a,
} as const;
const STATUS = { message: 0x12, code: 0x18 } as const;

/** Reads one span after another; its fields serve as the registers of the span being read. */
export class SpanDecoder {
  readonly #reader: WireReader;
  readonly #tally: RequestTally;
  readonly #collector: AttributeCollector;
  #idStart = 0;
  #traceIdLength = 0;
  #spanIdStart = 0;
  #spanIdLength = 0;
  #parentStart = 0;
  #parentLength = 0;
  #traceState = '';
  #name = '';
  #kind: SpanKind = 0;
  #startUnixNano = 0n;
  #endUnixNano = 0n;
  #status: SpanStatus = 'unset';
  #statusMessage = '';
  /** Neighbours are often of one trace: the id before, and where its bytes stand, spare making it again. */
  #lastTraceId = '';
  #lastTraceIdStart = -1;

  constructor(reader: WireReader, keys: KeyTable, tally: RequestTally) {
    this.#reader = reader;
    this.#tally = tally;
    this.#collector = new AttributeCollector(keys, tally);
  }

  /** Null for a span that is rejected alone. */
  read(end: number, resource: Resource, scope: Scope): ReceivedSpan | null {
    this.#clear();
    const reader = this.#reader;
    while (reader.position < end) this.#readField(reader.readTag(end), end);
    const fault = this.#findIdFault();
    if (fault !== null) {
      this.#tally.reject(fault);
      return null;
    }
    return {
      traceId: this.#traceIdText(),
      spanId: hexOfEight(reader.bytes, this.#spanIdStart),
      parentSpanId: this.#parentText(),
      traceState: this.#traceState,
      name: this.#name,
      kind: this.#kind,
      startUnixNano: this.#startUnixNano,
      endUnixNano: this.#endUnixNano,
      status: this.#status,
      statusMessage: this.#statusMessage,
      attributes: this.#collector.attributes ?? noAttributes,
      resource,
      scope,
    };
  }

  #readField(tag: number, end: number): void {
    const reader = this.#reader;
    switch (tag) {
      case SPAN.attributes:
        this.#collector.read(reader, reader.readEnd(end));
        return;
      case SPAN.traceId:
        this.#traceIdLength = this.#stepOverBytes(end);
        this.#idStart = reader.position - this.#traceIdLength;
        return;
      case SPAN.spanId:
        this.#spanIdLength = this.#stepOverBytes(end);
        this.#spanIdStart = reader.position - this.#spanIdLength;
        return;
      case SPAN.parentSpanId:
        this.#parentLength = this.#stepOverBytes(end);
        this.#parentStart = reader.position - this.#parentLength;
        return;
      case SPAN.traceState:
        this.#traceState = reader.readString(end);
        return;
      case SPAN.name:
        this.#name = reader.readString(end);
        return;
      case SPAN.kind:
        this.#kind = toSpanKind(reader.readVarint(end));
        return;
      case SPAN.startTimeUnixNano:
        this.#startUnixNano = reader.readFixed64(end);
        return;
      case SPAN.endTimeUnixNano:
        this.#endUnixNano = reader.readFixed64(end);
        return;
      case SPAN.status:
        this.#readStatus(reader.readEnd(end));
        return;
      default:
        reader.skip(tag, end);
    }
  }

  #stepOverBytes(end: number): number {
    const reader = this.#reader;
    const fieldEnd = reader.readEnd(end);
    const length = fieldEnd - reader.position;
    reader.position = fieldEnd;
    return length;
  }

  #readStatus(end: number): void {
    const reader = this.#reader;
    while (reader.position < end) {
      const tag = reader.readTag(end);
      if (tag === STATUS.code) this.#status = toSpanStatus(reader.readVarint(end));
      else if (tag === STATUS.message) this.#statusMessage = reader.readString(end);
      else reader.skip(tag, end);
    }
  }

  #findIdFault(): string | null {
    const { bytes } = this.#reader;
    const traceEnd = this.#idStart + this.#traceIdLength;
    const spanEnd = this.#spanIdStart + this.#spanIdLength;
    if (this.#traceIdLength !== TRACE_ID_BYTES) return idFault('trace_id', this.#traceIdLength);
    if (isAllZero(bytes, this.#idStart, traceEnd)) return idFault('trace_id', 'zero');
    if (this.#spanIdLength !== SPAN_ID_BYTES) return idFault('span_id', this.#spanIdLength);
    if (isAllZero(bytes, this.#spanIdStart, spanEnd)) return idFault('span_id', 'zero');
    const isParentOdd = this.#parentLength !== 0 && this.#parentLength !== SPAN_ID_BYTES;
    return isParentOdd ? idFault('parent_span_id', this.#parentLength) : null;
  }

  #traceIdText(): string {
    const { bytes } = this.#reader;
    const start = this.#idStart;
    if (this.#lastTraceIdStart === -1 || !areEqual(bytes, start, this.#lastTraceIdStart, TRACE_ID_BYTES)) {
      this.#lastTraceId = hexOfEight(bytes, start) + hexOfEight(bytes, start + 8);
      this.#lastTraceIdStart = start;
    }
    return this.#lastTraceId;
  }

  /** Some SDKs write the parent of a root as eight zeros. */
  #parentText(): string | null {
    if (this.#parentLength === 0) return null;
    const { bytes } = this.#reader;
    const start = this.#parentStart;
    return isAllZero(bytes, start, start + SPAN_ID_BYTES) ? null : hexOfEight(bytes, start);
  }

  #clear(): void {
    this.#collector.reset();
    this.#traceIdLength = 0;
    this.#spanIdLength = 0;
    this.#parentLength = 0;
    this.#traceState = '';
    this.#name = '';
    this.#kind = 0;
    this.#startUnixNano = 0n;
    this.#endUnixNano = 0n;
    this.#status = 'unset';
    this.#statusMessage = '';
  }
}

/** A kind that a later OTLP may add is unspecified here. */
export function toSpanKind(value: number): SpanKind {
  switch (value) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
      return value;
    default:
      return 0;
  }
}

export function toSpanStatus(code: number): SpanStatus {
  if (code === 2) return 'error';
  return code === 1 ? 'ok' : 'unset';
}

function areEqual(bytes: Uint8Array, left: number, right: number, length: number): boolean {
  for (let index = 0; index < length; index += 1) {
    if (bytes[left + index] !== bytes[right + index]) return false;
  }
  return true;
}
