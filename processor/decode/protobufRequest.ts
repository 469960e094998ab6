import type { Attributes, Resource, Scope } from '../../src/span.ts';
import type { KeyTable } from './keyTable.ts';
import { AttributeCollector, noAttributes } from './protobufAttributes.ts';
import type { RequestTally } from './requestTally.ts';
import type { WireReader } from './wireReader.ts';

// opentelemetry/proto/trace/v1/trace.proto, logs/v1/logs.proto and resource/v1/resource.proto. Both signals number the
// fields alike: resources, in each its scopes, in each its spans or log records.
const REQUEST_RESOURCES = 0x0a;
const RESOURCE_ITEMS = { resource: 0x0a, scopes: 0x12 } as const;
const RESOURCE_ATTRIBUTES = 0x0a;
const SCOPE_ITEMS = { scope: 0x0a, items: 0x12 } as const;
const SCOPE = { name: 0x0a, version: 0x12 } as const;

/** Reads one span or log record, from the reader's position to `end`; null for one that is not to be kept. */
export interface ItemDecoder<Item> {
  read(end: number, resource: Resource, scope: Scope): Item | null;
}

/** One pass over a request. Nothing is read twice, and nothing unwanted is made into a value. */
export class RequestPass<Item> {
  readonly items: Item[] = [];
  /** The place of each of `items` among all. */
  readonly ordinals: number[] = [];
  /** All items, those not kept among them. */
  received = 0;
  readonly #reader: WireReader;
  readonly #tally: RequestTally;
  readonly #resourceCollector: AttributeCollector;
  readonly #decoder: ItemDecoder<Item>;

  constructor(reader: WireReader, keys: KeyTable, tally: RequestTally, decoder: ItemDecoder<Item>) {
    this.#reader = reader;
    this.#tally = tally;
    this.#resourceCollector = new AttributeCollector(keys, tally);
    this.#decoder = decoder;
  }

  readRequest(end: number): void {
    const reader = this.#reader;
    while (reader.position < end) {
      const tag = reader.readTag(end);
      if (tag === REQUEST_RESOURCES) {
        this.#tally.takeField();
        this.#readResourceItems(reader.readEnd(end));
      } else reader.skip(tag, end);
    }
  }

  /** The resource may come after the items that belong to it: they hold the object, which is filled when it comes. */
  #readResourceItems(end: number): void {
    const reader = this.#reader;
    const resource = { attributes: noAttributes };
    this.#resourceCollector.reset();
    while (reader.position < end) {
      const tag = reader.readTag(end);
      if (tag === RESOURCE_ITEMS.scopes) {
        this.#tally.takeField();
        this.#readScopeItems(reader.readEnd(end), resource);
      } else if (tag === RESOURCE_ITEMS.resource) this.#readResource(reader.readEnd(end), resource);
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

  #readScopeItems(end: number, resource: Resource): void {
    const reader = this.#reader;
    const scope = { name: '', version: '' };
    while (reader.position < end) {
      const tag = reader.readTag(end);
      if (tag === SCOPE_ITEMS.items) {
        this.#tally.takeField();
        const ordinal = this.received;
        this.received = ordinal + 1;
        const item = this.#decoder.read(reader.readEnd(end), resource, scope);
        if (item !== null) {
          this.#tally.takeItem();
          this.items.push(item);
          this.ordinals.push(ordinal);
        }
      } else if (tag === SCOPE_ITEMS.scope) this.#readScope(reader.readEnd(end), scope);
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
