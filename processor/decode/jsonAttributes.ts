import type { AttributeValue, WantedKeys } from '../../src/span.ts';
import {
  jsonFault,
  optionalArray,
  optionalString,
  own,
  toBytes,
  toDouble,
  toInt64,
  toObject,
  type JsonObject,
} from './jsonShape.ts';
import { ATTRIBUTE_DEPTH_MAX, PREFIXED_ATTRIBUTES_PER_OWNER_MAX } from './limits.ts';
import type { RequestTally } from './requestTally.ts';

/** Adds the wanted attributes of `owner` (a span or resource) to `attributes`; a key's first value stays. */
export function readJsonAttributes(
  owner: JsonObject,
  path: string,
  wanted: WantedKeys,
  tally: RequestTally,
  attributes: Map<string, AttributeValue>,
): void {
  let prefixed = 0;
  for (const [index, entry] of optionalArray(owner, 'attributes', path).entries()) {
    tally.takeField();
    const entryPath = `${path}.attributes[${index}]`;
    const pair = toObject(entry, entryPath);
    const key = optionalString(pair, 'key', entryPath);
    const isExact = wanted.exact.has(key);
    if (attributes.has(key) || (!isExact && !wanted.prefixes.some((prefix) => key.startsWith(prefix)))) continue;
    if (!isExact && ++prefixed > PREFIXED_ATTRIBUTES_PER_OWNER_MAX) {
      tally.dropPrefixedAttribute();
      continue;
    }
    attributes.set(key, readAnyValue(own(pair, 'value'), `${entryPath}.value`, 0, tally));
  }
}

/** A value with none of its fields set is null. */
function readAnyValue(source: unknown, path: string, depth: number, tally: RequestTally): AttributeValue {
  if (source === null || source === undefined) return null;
  const value = toObject(source, path);
  for (const field of Object.keys(value)) {
    const variant = value[field];
    // A NaN that JSON.stringify met is null here.
    if (variant === null) continue;
    const read = readVariant(field, variant, `${path}.${field}`, depth, tally);
    if (read !== undefined) return read;
  }
  return null;
}

/** Undefined for a field that is no variant of AnyValue. */
function readVariant(
  field: string,
  value: unknown,
  path: string,
  depth: number,
  tally: RequestTally,
): AttributeValue | undefined {
  switch (field) {
    case 'stringValue':
      if (typeof value !== 'string') throw jsonFault(path, 'a string', value);
      return value;
    case 'boolValue':
      if (typeof value !== 'boolean') throw jsonFault(path, 'true or false', value);
      return value;
    case 'intValue':
      // The JavaScript exporter writes any whole number as intValue, 1e300 too.
      return typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value)
        ? value
        : toInt64(value, path);
    case 'doubleValue':
      return toDouble(value, path);
    case 'bytesValue':
      return toBytes(value, path);
    case 'arrayValue':
      return readArray(toObject(value, path), path, depth + 1, tally);
    case 'kvlistValue':
      return readKeyValueList(toObject(value, path), path, depth + 1, tally);
    default:
      return undefined;
  }
}

function readArray(list: JsonObject, path: string, depth: number, tally: RequestTally): AttributeValue[] {
  checkDepth(path, depth);
  return optionalArray(list, 'values', path).map((value, index) => {
    tally.takeNestedValue();
    return readAnyValue(value, `${path}.values[${index}]`, depth, tally);
  });
}

function readKeyValueList(
  list: JsonObject,
  path: string,
  depth: number,
  tally: RequestTally,
): Record<string, AttributeValue> {
  checkDepth(path, depth);
  // Without a prototype, so that the key `__proto__` is a key like any other.
  const values: Record<string, AttributeValue> = Object.create(null);
  for (const [index, entry] of optionalArray(list, 'values', path).entries()) {
    tally.takeNestedValue();
    const entryPath = `${path}.values[${index}]`;
    const pair = toObject(entry, entryPath);
    const key = optionalString(pair, 'key', entryPath);
    if (key in values) continue;
    values[key] = readAnyValue(own(pair, 'value'), `${entryPath}.value`, depth, tally);
  }
  return values;
}

function checkDepth(path: string, depth: number): void {
  if (depth > ATTRIBUTE_DEPTH_MAX) throw jsonFault(path, `attributes nested at most ${ATTRIBUTE_DEPTH_MAX} deep`, {});
}
