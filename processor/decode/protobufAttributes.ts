import type { Attributes, AttributeValue } from '../../src/span.ts';
import type { KeyTable } from './keyTable.ts';
import { ATTRIBUTE_DEPTH_MAX, PREFIXED_ATTRIBUTES_PER_OWNER_MAX } from './limits.ts';
import type { RequestTally } from './requestTally.ts';
import type { WireReader } from './wireReader.ts';

// opentelemetry/proto/common/v1/common.proto
const KEY_VALUE = { key: 0x0a, value: 0x12 } as const;
const ANY_VALUE = {
  string: 0x0a,
  bool: 0x10,
  int: 0x18,
  double: 0x21,
  array: 0x2a,
  kvlist: 0x32,
  bytes: 0x3a,
} as const;
/** `ArrayValue.values` and `KeyValueList.values` alike. */
const LIST_VALUES = 0x0a;

/** Where the key and the value of a KeyValue stand; -1 where there is none. */
const found = { keyStart: -1, keyEnd: -1, valueStart: -1, valueEnd: -1 };

/** Key and value may come in either order, so both are found before the key is looked at. */
function findKeyAndValue(reader: WireReader, end: number): void {
  found.keyStart = -1;
  found.keyEnd = -1;
  found.valueStart = -1;
  found.valueEnd = -1;
  while (reader.position < end) {
    const tag = reader.readTag(end);
    if (tag === KEY_VALUE.key) {
      found.keyEnd = reader.readEnd(end);
      found.keyStart = reader.position;
      reader.position = found.keyEnd;
    } else if (tag === KEY_VALUE.value) {
      found.valueEnd = reader.readEnd(end);
      found.valueStart = reader.position;
      reader.position = found.valueEnd;
    } else reader.skip(tag, end);
  }
}

/** Shared by all that have none. */
export const noAttributes: Attributes = new Map();

/** The attributes of one span or resource. */
export class AttributeCollector {
  attributes: Map<string, AttributeValue> | null = null;
  #prefixed = 0;
  readonly #keys: KeyTable;
  readonly #tally: RequestTally;

  constructor(keys: KeyTable, tally: RequestTally) {
    this.#keys = keys;
    this.#tally = tally;
  }

  reset(): void {
    this.attributes = null;
    this.#prefixed = 0;
  }

  /** Reads the KeyValue that ends at `end`, and keeps it if it is wanted and the first of its key. */
  read(reader: WireReader, end: number): void {
    this.#tally.takeField();
    if (!this.#readUsualShape(reader, end)) this.#readAnyShape(reader, end);
    reader.position = end;
  }

  /**
   * Encoders write a key of less than 128 bytes, then its value, then nothing. In that shape most attributes are done
   * with after one look into the table. False, and nothing read, for any other shape.
   */
  #readUsualShape(reader: WireReader, end: number): boolean {
    const { bytes } = reader;
    const start = reader.position;
    if (end - start < 2 || bytes[start] !== KEY_VALUE.key) return false;
    const keyStart = start + 2;
    const keyLength = bytes[start + 1] as number;
    const keyEnd = keyStart + keyLength;
    if (keyLength >= 0x80 || keyEnd >= end || bytes[keyEnd] !== KEY_VALUE.value) return false;
    const exact = this.#keys.findExact(reader.view, bytes, keyStart, keyEnd);
    if (exact === null && (!this.#keys.matchesPrefix(bytes, keyStart, keyEnd) || this.#isFull())) return true;
    reader.position = keyEnd + 1;
    const valueEnd = reader.readEnd(end);
    if (valueEnd !== end) {
      reader.position = start;
      return false;
    }
    this.#keep(reader, exact ?? bytes.toString('utf8', keyStart, keyEnd), exact !== null, valueEnd);
    return true;
  }

  #readAnyShape(reader: WireReader, end: number): void {
    findKeyAndValue(reader, end);
    const { keyStart, keyEnd, valueStart, valueEnd } = found;
    if (keyStart === -1) return;
    const exact = this.#keys.findExact(reader.view, reader.bytes, keyStart, keyEnd);
    if (exact === null && (!this.#keys.matchesPrefix(reader.bytes, keyStart, keyEnd) || this.#isFull())) return;
    reader.position = valueStart === -1 ? end : valueStart;
    this.#keep(
      reader,
      exact ?? reader.bytes.toString('utf8', keyStart, keyEnd),
      exact !== null,
      valueStart === -1 ? end : valueEnd,
    );
  }

  /** Whether no more keys of a prefix are taken: told before a text is made of one, which is 300 ns for nothing. */
  #isFull(): boolean {
    if (this.#prefixed < PREFIXED_ATTRIBUTES_PER_OWNER_MAX) return false;
    this.#tally.dropPrefixedAttribute();
    return true;
  }

  /** The value stands from the reader's position to `valueEnd`. */
  #keep(reader: WireReader, key: string, isExact: boolean, valueEnd: number): void {
    this.attributes ??= new Map();
    if (this.attributes.has(key)) return;
    if (!isExact) this.#prefixed += 1;
    this.attributes.set(key, readAnyValue(reader, valueEnd, 0, this.#tally));
  }
}

/** The last of the value's fields wins, as in any `oneof`; none at all is null. */
function readAnyValue(reader: WireReader, end: number, depth: number, tally: RequestTally): AttributeValue {
  let value: AttributeValue = null;
  while (reader.position < end) {
    // A value that is written over and over is a field each time.
    tally.takeField();
    const tag = reader.readTag(end);
    switch (tag) {
      case ANY_VALUE.string:
        value = reader.readString(end);
        break;
      case ANY_VALUE.bool:
        value = reader.readVarint(end) !== 0 || reader.high !== 0;
        break;
      case ANY_VALUE.int:
        value = reader.readInt64(end);
        break;
      case ANY_VALUE.double:
        value = reader.readDouble(end);
        break;
      case ANY_VALUE.array:
        value = readArray(reader, reader.readEnd(end), depth + 1, tally);
        break;
      case ANY_VALUE.kvlist:
        value = readKeyValueList(reader, reader.readEnd(end), depth + 1, tally);
        break;
      case ANY_VALUE.bytes: {
        const fieldEnd = reader.readEnd(end);
        // A copy, for the payload must not live as long as what is made of it.
        value = new Uint8Array(reader.bytes.subarray(reader.position, fieldEnd));
        reader.position = fieldEnd;
        break;
      }
      default:
        reader.skip(tag, end);
    }
  }
  return value;
}

function readArray(reader: WireReader, end: number, depth: number, tally: RequestTally): AttributeValue[] {
  checkDepth(reader, depth);
  const values: AttributeValue[] = [];
  while (reader.position < end) {
    const tag = reader.readTag(end);
    if (tag === LIST_VALUES) {
      tally.takeNestedValue();
      values.push(readAnyValue(reader, reader.readEnd(end), depth, tally));
    } else reader.skip(tag, end);
  }
  return values;
}

function readKeyValueList(
  reader: WireReader,
  end: number,
  depth: number,
  tally: RequestTally,
): Record<string, AttributeValue> {
  checkDepth(reader, depth);
  // Without a prototype, so that the key `__proto__` is a key like any other.
  const values: Record<string, AttributeValue> = Object.create(null);
  while (reader.position < end) {
    const tag = reader.readTag(end);
    if (tag !== LIST_VALUES) {
      reader.skip(tag, end);
      continue;
    }
    tally.takeNestedValue();
    const entryEnd = reader.readEnd(end);
    findKeyAndValue(reader, entryEnd);
    const { keyStart, keyEnd, valueStart, valueEnd } = found;
    const key = keyStart === -1 ? '' : reader.bytes.toString('utf8', keyStart, keyEnd);
    if (key in values) continue;
    if (valueStart !== -1) reader.position = valueStart;
    values[key] = valueStart === -1 ? null : readAnyValue(reader, valueEnd, depth, tally);
    reader.position = entryEnd;
  }
  return values;
}

function checkDepth(reader: WireReader, depth: number): void {
  if (depth > ATTRIBUTE_DEPTH_MAX) {
    throw reader.fault(reader.position, `attributes nested at most ${ATTRIBUTE_DEPTH_MAX} deep`, 'a deeper one');
  }
}
