import { readEnum } from '../decode/jsonEnums.ts';
import {
  jsonFault,
  optionalArray,
  optionalObject,
  optionalString,
  optionalUint64,
  own,
  toObject,
  type JsonObject,
} from '../decode/jsonShape.ts';
import type { BackwardWriter } from './backwardWriter.ts';

/** Writes `source[name]` as protobuf field `number`; nothing where it is absent, null or the field's default. */
export type WriteField = (out: BackwardWriter, number: number, source: JsonObject, name: string, path: string) => void;

/** Fields of a message, in the order of their numbers. What JSON names beside them goes, as OTLP has it. */
export type MessageFields = readonly (readonly [number: number, name: string, write: WriteField])[];

const UINT32_MAX = 0xffffffffn;
const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
const HEX = /^(?:[0-9a-f]{2})+$/i;

export function writeFields(out: BackwardWriter, fields: MessageFields, source: JsonObject, path: string): void {
  for (let index = fields.length - 1; index >= 0; index -= 1) {
    const [number, name, write] = fields[index] as MessageFields[number];
    if (own(source, name) !== null) write(out, number, source, name, path);
  }
}

/** An empty message is written too: that there is a resource says something, though it has no attributes. */
export function message(fields: MessageFields): WriteField {
  return (out, number, source, name, path) => {
    const value = optionalObject(source, name, path);
    if (value === null) return;
    const lengthBefore = out.length;
    writeFields(out, fields, value, place(path, name));
    out.closeField(number, lengthBefore);
  };
}

export function messages(fields: MessageFields): WriteField {
  return (out, number, source, name, path) => {
    const values = optionalArray(source, name, path);
    for (let index = values.length - 1; index >= 0; index -= 1) {
      const valuePath = `${place(path, name)}[${index}]`;
      const lengthBefore = out.length;
      writeFields(out, fields, toObject(values[index], valuePath), valuePath);
      out.closeField(number, lengthBefore);
    }
  };
}

export const text: WriteField = (out, number, source, name, path) => {
  const value = optionalString(source, name, path);
  if (value !== '') out.writeText(number, value);
};

export const texts: WriteField = (out, number, source, name, path) => {
  const values = optionalArray(source, name, path);
  for (let index = values.length - 1; index >= 0; index -= 1) {
    const value = values[index];
    if (typeof value !== 'string') throw jsonFault(`${path}.${name}[${index}]`, 'a string', value);
    out.writeText(number, value);
  }
};

export const fixed64: WriteField = (out, number, source, name, path) => {
  const value = optionalUint64(source, name, path);
  if (value !== 0n) out.writeFixed64(number, value);
};

export const fixed32: WriteField = (out, number, source, name, path) => {
  const value = readUint32(source, name, path);
  if (value !== 0) out.writeFixed32(number, value);
};

export const uint32: WriteField = (out, number, source, name, path) => {
  const value = readUint32(source, name, path);
  if (value !== 0) out.writeInt64(number, value);
};

export function enumOf(names: readonly string[]): WriteField {
  return (out, number, source, name, path) => {
    const value = readEnum(own(source, name), names, `${path}.${name}`);
    if (value !== 0 && value >= INT32_MIN && value <= INT32_MAX) out.writeInt64(number, value);
  };
}

/** An id is hexadecimal text, not base64 as other bytes. One that is not goes missing: no bytes would say it. */
export const id: WriteField = (out, number, source, name, path) => {
  const value = optionalString(source, name, path);
  if (HEX.test(value)) out.writeBytes(number, Buffer.from(value, 'hex'));
};

/** As the decoder names places: the request itself has no name. */
const place = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

function readUint32(source: JsonObject, name: string, path: string): number {
  const value = optionalUint64(source, name, path);
  if (value <= UINT32_MAX) return Number(value);
  throw jsonFault(`${path}.${name}`, 'a whole number from 0 to 2^32-1', own(source, name));
}
