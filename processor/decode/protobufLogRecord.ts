import { EVENT_NAME_KEY, type ReceivedLog } from '../../src/log.ts';
import type { Resource, Scope } from '../../src/span.ts';
import { hexOfEight, isAllZero } from './hex.ts';
import type { KeyTable } from './keyTable.ts';
import { LOG_BODY_BYTES_MAX, SPAN_ID_BYTES, TRACE_ID_BYTES } from './limits.ts';
import { AttributeCollector, noAttributes } from './protobufAttributes.ts';
import type { RequestTally } from './requestTally.ts';
import type { WireReader } from './wireReader.ts';

// opentelemetry/proto/logs/v1/logs.proto. Severity, flags and dropped counts are stepped over.
const LOG_RECORD = {
  timeUnixNano: 0x09,
  body: 0x2a,
  attributes: 0x32,
  traceId: 0x4a,
  spanId: 0x52,
  observedTimeUnixNano: 0x59,
  eventName: 0x62,
} as const;
const ANY_VALUE_STRING = 0x0a;

interface Range {
  start: number;
  end: number;
}

interface LogRecordDecoderParts {
  readonly reader: WireReader;
  readonly keys: KeyTable;
  readonly tally: RequestTally;
  readonly events: ReadonlySet<string>;
  /** The same names. */
  readonly eventTable: KeyTable;
}

/** Reads one log record after another; its fields serve as the registers of the record being read. */
export class LogRecordDecoder {
  readonly #reader: WireReader;
  readonly #collector: AttributeCollector;
  readonly #events: ReadonlySet<string>;
  readonly #eventTable: KeyTable;
  readonly #traceId: Range = { start: 0, end: 0 };
  readonly #spanId: Range = { start: 0, end: 0 };
  readonly #eventName: Range = { start: 0, end: 0 };
  /** Of the AnyValue, and then of the text in it. */
  readonly #body: Range = { start: 0, end: 0 };
  #timeUnixNano = 0n;
  #observedTimeUnixNano = 0n;

  constructor({ reader, keys, tally, events, eventTable }: LogRecordDecoderParts) {
    this.#reader = reader;
    this.#collector = new AttributeCollector(keys, tally);
    this.#events = events;
    this.#eventTable = eventTable;
  }

  /** Null for a record whose event is not wanted. */
  read(end: number, resource: Resource, scope: Scope): ReceivedLog | null {
    this.#clear();
    const reader = this.#reader;
    while (reader.position < end) this.#readField(reader.readTag(end), end);
    this.#narrowBodyToText();
    reader.position = end;
    if (!this.#isWanted()) return null;
    const { bytes } = reader;
    const { start, end: bodyEnd } = this.#body;
    return {
      traceId: this.#idText(this.#traceId, TRACE_ID_BYTES),
      spanId: this.#idText(this.#spanId, SPAN_ID_BYTES),
      timeUnixNano: this.#timeUnixNano,
      observedTimeUnixNano: this.#observedTimeUnixNano,
      eventName: bytes.toString('utf8', this.#eventName.start, this.#eventName.end),
      body: bytes.toString('utf8', start, Math.min(bodyEnd, start + LOG_BODY_BYTES_MAX)),
      attributes: this.#collector.attributes ?? noAttributes,
      resource,
      scope,
    };
  }

  #readField(tag: number, end: number): void {
    const reader = this.#reader;
    switch (tag) {
      case LOG_RECORD.attributes:
        this.#collector.read(reader, reader.readEnd(end));
        return;
      case LOG_RECORD.timeUnixNano:
        this.#timeUnixNano = reader.readFixed64(end);
        return;
      case LOG_RECORD.observedTimeUnixNano:
        this.#observedTimeUnixNano = reader.readFixed64(end);
        return;
      case LOG_RECORD.body:
        this.#stepOver(this.#body, end);
        return;
      case LOG_RECORD.traceId:
        this.#stepOver(this.#traceId, end);
        return;
      case LOG_RECORD.spanId:
        this.#stepOver(this.#spanId, end);
        return;
      case LOG_RECORD.eventName:
        this.#stepOver(this.#eventName, end);
        return;
      default:
        reader.skip(tag, end);
    }
  }

  #stepOver(range: Range, end: number): void {
    const reader = this.#reader;
    range.end = reader.readEnd(end);
    range.start = reader.position;
    reader.position = range.end;
  }

  /** The last of the AnyValue's fields wins, as in any `oneof`: no text where it is another. */
  #narrowBodyToText(): void {
    const reader = this.#reader;
    const { start, end } = this.#body;
    reader.position = start;
    this.#body.start = 0;
    this.#body.end = 0;
    while (reader.position < end) {
      const tag = reader.readTag(end);
      if (tag === ANY_VALUE_STRING) this.#stepOver(this.#body, end);
      else {
        this.#body.end = this.#body.start;
        reader.skip(tag, end);
      }
    }
  }

  #isWanted(): boolean {
    const named = this.#collector.attributes?.get(EVENT_NAME_KEY);
    if (typeof named === 'string' && this.#events.has(named)) return true;
    return this.#isEventName(this.#eventName) || this.#isEventName(this.#body);
  }

  #isEventName({ start, end }: Range): boolean {
    return this.#eventTable.findExact(this.#reader.view, this.#reader.bytes, start, end) !== null;
  }

  /** "If the field contains an invalid value", says logs.proto, the record is taken as belonging to no trace. */
  #idText({ start, end }: Range, length: number): string | null {
    const { bytes } = this.#reader;
    if (end - start !== length || isAllZero(bytes, start, end)) return null;
    const first = hexOfEight(bytes, start);
    return length === TRACE_ID_BYTES ? first + hexOfEight(bytes, start + 8) : first;
  }

  #clear(): void {
    this.#collector.reset();
    for (const range of [this.#traceId, this.#spanId, this.#eventName, this.#body]) {
      range.start = 0;
      range.end = 0;
    }
    this.#timeUnixNano = 0n;
    this.#observedTimeUnixNano = 0n;
  }
}
