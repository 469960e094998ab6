import type { Attributes, ReceivedSpan, Resource, WantedKeys } from '../../src/span.ts';
import type { DecodedTraces } from './decodedTraces.ts';
import { type KeyTable, keyTableOf } from './keyTable.ts';
import { AttributeCollector, noAttributes } from './protobufAttributes.ts';
import { SpanDecoder } from './protobufSpan.ts';
import { RequestTally } from './requestTally.ts';
import { WireReader } from './wireReader.ts';

// opentelemetry/proto/trace/v1/trace.proto and resource/v1/resource.proto
const REQUEST_RESOURCE_SPANS = 0x0a;
const RESOURCE_SPANS = { resource: 0x0a, scopeSpans: 0x12 } as const;
const RESOURCE_ATTRIBUTES = 0x0a;
const SCOPE_SPANS = { scope: 0x0a, spans: 0x12 } as const;
const SCOPE = { name: 0x0a, version: 0x12 } as const;

/** One pass over an ExportTraceServiceRequest. Nothing is read twice, and nothing unwanted is made into a value. */
export function decodeProtobufTraces(body: Uint8Array, wanted: WantedKeys): DecodedTraces {
  const reader = new WireReader(body);
  const pass = new TracesPass(reader, keyTableOf(wanted));
  pass.readRequest(reader.bytes.length);
  return { spans: pass.spans, rejected: pass.tally.result() };
}

class TracesPass {
  readonly spans: ReceivedSpan[] = [];
  readonly tally = new RequestTally();
  readonly #reader: WireReader;
  readonly #resourceCollector: AttributeCollector;
  readonly #spanDecoder: SpanDecoder;

  constructor(reader: WireReader, keys: KeyTable) {
    this.#reader = reader;
    this.#resourceCollector = new AttributeCollector(keys, this.tally);
    this.#spanDecoder = new SpanDecoder(reader, keys, this.tally);
  }

  readRequest(end: number): void {
    const reader = this.#reader;
    while (reader.position < end) {
      const tag = reader.readTag(end);
      if (tag === REQUEST_RESOURCE_SPANS) this.#readResourceSpans(reader.readEnd(end));
      else reader.skip(tag, end);
    }
  }

  /** The resource may come after the spans that belong to it: they hold the object, which is filled when it comes. */
  #readResourceSpans(end: number): void {
    const reader = this.#reader;
    const resource = { attributes: noAttributes };
    this.#resourceCollector.reset();
    while (reader.position < end) {
      const tag = reader.readTag(end);
      if (tag === RESOURCE_SPANS.scopeSpans) this.#readScopeSpans(reader.readEnd(end), resource);
      else if (tag === RESOURCE_SPANS.resource) this.#readResource(reader.readEnd(end), resource);
      else reader.skip(tag, end);
    }
  }

  #readResource(end: number, resource: { attributes: Attributes }): void {
    const reader = this.#reader;
    const collector = this.#resourceCollector;
    while (reader.position < end) {
      const tag = reader.readTag(end);
      if (tag === RESOURCE_ATTRIBUTES) collector.read(reader, reader.readEnd(end));
      else reader.skip(tag, end);
    }
    resource.attributes = collector.attributes ?? noAttributes;
  }

  #readScopeSpans(end: number, resource: Resource): void {
    const reader = this.#reader;
    const scope = { name: '', version: '' };
    while (reader.position < end) {
      const tag = reader.readTag(end);
      if (tag === SCOPE_SPANS.spans) {
        this.tally.takeSpan();
        const span = this.#spanDecoder.read(reader.readEnd(end), resource, scope);
        if (span !== null) this.spans.push(span);
      } else if (tag === SCOPE_SPANS.scope) this.#readScope(reader.readEnd(end), scope);
      else reader.skip(tag, end);
    }
  }

  #readScope(end: number, scope: { name: string; version: string }): void {
    const reader = this.#reader;
    while (reader.position < end) {
      const tag = reader.readTag(end);
      if (tag === SCOPE.name) scope.name = reader.readString(end);
      else if (tag === SCOPE.version) scope.version = reader.readString(end);
      else reader.skip(tag, end);
    }
  }
}
