import {
  jsonFault,
  optionalArray,
  optionalObject,
  own,
  toBigInt,
  toBytes,
  toDouble,
  toObject,
  type JsonObject,
} from '../decode/jsonShape.ts';
import type { BackwardWriter } from './backwardWriter.ts';
import { message, messages, text, type WriteField } from './jsonFields.ts';

// opentelemetry/proto/common/v1/common.proto. How deep values may nest is bounded where the JSON is parsed.
const DOUBLE_VALUE = 4;

const anyValue: WriteField = (out, number, source, name, path) => {
  const value = optionalObject(source, name, path);
  if (value === null) return;
  const lengthBefore = out.length;
  writeVariant(out, value, `${path}.${name}`);
  out.closeField(number, lengthBefore);
};

/** Null in an array is a value that is not set. */
const anyValues: WriteField = (out, number, source, name, path) => {
  const values = optionalArray(source, name, path);
  for (let index = values.length - 1; index >= 0; index -= 1) {
    const valuePath = `${path}.${name}[${index}]`;
    const lengthBefore = out.length;
    if (values[index] !== null) writeVariant(out, toObject(values[index], valuePath), valuePath);
    out.closeField(number, lengthBefore);
  }
};

/** `KeyValue`s, which is what attributes and the values of a `KeyValueList` are. */
export const keyValues: WriteField = messages([
  [1, 'key', text],
  [2, 'value', anyValue],
]);

/** A variant is written where it holds its type's default, too: that it is set says which type the value has. */
const variants = new Map<string, readonly [number: number, write: WriteField]>([
  ['stringValue', [1, stringVariant]],
  ['boolValue', [2, boolVariant]],
  ['intValue', [3, intVariant]],
  ['doubleValue', [DOUBLE_VALUE, doubleVariant]],
  ['arrayValue', [5, message([[1, 'values', anyValues]])]],
  ['kvlistValue', [6, message([[1, 'values', keyValues]])]],
  ['bytesValue', [7, bytesVariant]],
]);

/** The first that is set. None, or null alone, which is what `JSON.stringify` makes of NaN, leaves the value empty. */
function writeVariant(out: BackwardWriter, source: JsonObject, path: string): void {
  for (const name of Object.keys(source)) {
    const variant = variants.get(name);
    if (variant === undefined || own(source, name) === null) continue;
    variant[1](out, variant[0], source, name, path);
    return;
  }
}

function stringVariant(out: BackwardWriter, number: number, source: JsonObject, name: string, path: string): void {
  const value = own(source, name);
  if (typeof value !== 'string') throw jsonFault(`${path}.${name}`, 'a string', value);
  out.writeText(number, value);
}

function boolVariant(out: BackwardWriter, number: number, source: JsonObject, name: string, path: string): void {
  const value = own(source, name);
  if (typeof value !== 'boolean') throw jsonFault(`${path}.${name}`, 'true or false', value);
  out.writeInt64(number, value ? 1 : 0);
}

/** The JavaScript exporter writes any whole number as intValue: those beyond 64 bits, such as 1e300, are doubles. */
function intVariant(out: BackwardWriter, number: number, source: JsonObject, name: string, path: string): void {
  const value = own(source, name);
  const whole = toBigInt(value);
  if (whole === null) throw jsonFault(`${path}.${name}`, 'a whole number, as text or number', value);
  if (BigInt.asIntN(64, whole) === whole) out.writeInt64(number, whole);
  else out.writeDouble(DOUBLE_VALUE, Number(whole));
}

function doubleVariant(out: BackwardWriter, number: number, source: JsonObject, name: string, path: string): void {
  out.writeDouble(number, toDouble(own(source, name), `${path}.${name}`));
}

function bytesVariant(out: BackwardWriter, number: number, source: JsonObject, name: string, path: string): void {
  out.writeBytes(number, toBytes(own(source, name), `${path}.${name}`));
}
