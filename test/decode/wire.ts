import { createRandom } from '../../bench/random.ts';
import { varint } from '../../bench/protobufPieces.ts';

/** What a message's fields hold, as far as an order test looks into them: a nested message, or leaf bytes. */
export interface Shape {
  readonly [field: number]: Shape | 'leaf';
}

const anyValue: { 5: Shape; 6: Shape } = { 5: {}, 6: {} };
const keyValue: Shape = { 2: anyValue };
Object.assign(anyValue[5], { 1: anyValue });
Object.assign(anyValue[6], { 1: keyValue });
const span: Shape = { 9: keyValue, 15: {} };
/** ExportTraceServiceRequest. */
export const requestShape: Shape = { 1: { 1: { 1: keyValue }, 2: { 1: {}, 2: span } } };
/** ExportLogsServiceRequest. */
export const logsRequestShape: Shape = { 1: { 1: { 1: keyValue }, 2: { 1: {}, 2: { 6: keyValue } } } };

interface Field {
  readonly number: number;
  readonly type: number;
  /** The payload of a length-delimited field, else the value's own bytes. */
  readonly content: Buffer;
}

function readVarint(bytes: Buffer, at: number): { value: number; next: number } {
  let value = 0;
  let next = at;
  for (let shift = 1; ; shift *= 0x80) {
    const byte = bytes[next] ?? 0;
    next += 1;
    value += (byte & 0x7f) * shift;
    if (byte < 0x80) return { value, next };
  }
}

/** The fields of well-formed bytes. */
function fieldsOf(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    const type = tag.value & 7;
    let start = tag.next;
    let end = start + (type === 1 ? 8 : 4);
    if (type === 0) end = readVarint(bytes, start).next;
    if (type === 2) {
      const length = readVarint(bytes, start);
      start = length.next;
      end = start + length.value;
    }
    fields.push({ number: Math.floor(tag.value / 8), type, content: bytes.subarray(start, end) });
    at = end;
  }
  return fields;
}

function encode({ number, type, content }: Field): Buffer {
  const tag = varint(number * 8 + type);
  return type === 2 ? Buffer.concat([tag, varint(content.length), content]) : Buffer.concat([tag, content]);
}

const unknownFields: readonly Field[] = [
  { number: 77, type: 0, content: varint(-1) },
  { number: 1_000, type: 1, content: Buffer.alloc(8, 0xff) },
  { number: 2 ** 28, type: 2, content: Buffer.from('\x0a\x7f unknown') },
  { number: 99, type: 5, content: Buffer.alloc(4, 0xff) },
];

/**
 * The same message with its fields in another order, unknown fields among them, all the way down. Fields of one number
 * keep their order, which is what protobuf promises to preserve.
 */
export function reorder(bytes: Buffer, shape: Shape, seed: number): Buffer {
  const random = createRandom(seed);
  const rebuilt = fieldsOf(bytes).map((field) => {
    const inner = shape[field.number];
    const isNested = field.type === 2 && inner !== undefined && inner !== 'leaf';
    return isNested ? { ...field, content: reorder(field.content, inner, random()) } : field;
  });
  for (const unknown of unknownFields) if (random() % 2 === 0) rebuilt.push(unknown);
  const keyed = new Map(rebuilt.map((field) => [field.number, random()]));
  return Buffer.concat(rebuilt.toSorted((a, b) => (keyed.get(a.number) ?? 0) - (keyed.get(b.number) ?? 0)).map(encode));
}
