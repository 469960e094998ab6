import { varint } from '../../bench/protobufPieces.ts';
import { createRandom } from '../../bench/random.ts';

/** A field as its bytes stand, so that what is not touched can be put back to the byte. */
export interface WireField {
  readonly number: number;
  readonly type: number;
  readonly tag: Buffer;
  /** Of a length-delimited field its length, else nothing. */
  readonly length: Buffer;
  readonly content: Buffer;
}

function varintAt(bytes: Buffer, at: number): { value: number; end: number } {
  let value = 0;
  for (let end = at; ; end += 1) {
    const byte = bytes.readUInt8(end);
    value += (byte & 0x7f) * 0x80 ** (end - at);
    if (byte < 0x80) return { value, end: end + 1 };
  }
}

/** The fields of well-formed bytes; slow and plain, to compare with. */
export function wireFields(bytes: Buffer): WireField[] {
  const fields: WireField[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = varintAt(bytes, at);
    const type = tag.value % 8;
    const length = type === 2 ? varintAt(bytes, tag.end) : { value: type === 1 ? 8 : 4, end: tag.end };
    const end = type === 0 ? varintAt(bytes, tag.end).end : length.end + length.value;
    fields.push({
      number: Math.floor(tag.value / 8),
      type,
      tag: bytes.subarray(at, tag.end),
      length: bytes.subarray(tag.end, length.end),
      content: bytes.subarray(length.end, end),
    });
    at = end;
  }
  return fields;
}

export const writeFields = (fields: readonly WireField[]): Buffer =>
  Buffer.concat(fields.flatMap(({ tag, length, content }) => [tag, length, content]));

/** The field with another content, and its length in as few bytes as it takes. */
export const withContent = (field: WireField, content: Buffer): WireField => ({
  ...field,
  content,
  length: varint(content.length),
});

/** Numbers of the fields that hold messages, by the path of numbers to them, down to the key and value of an attribute. */
const MESSAGES = new Set(['1', '1.1', '1.2', '1.2.1', '1.2.2', '1.2.2.9', '1.2.2.9.2']);

/** The same request with some tags and lengths in more bytes than they take, which every decoder reads alike. */
export function widen(bytes: Buffer, seed: number): Buffer {
  const random = createRandom(seed);
  const rewrite = (content: Buffer, path: string): Buffer =>
    writeFields(
      wireFields(content).map((field) => {
        const inner = path === '' ? `${field.number}` : `${path}.${field.number}`;
        const rewritten = field.type === 2 && MESSAGES.has(inner) ? rewrite(field.content, inner) : field.content;
        const { tag, length } = field.type === 2 ? withContent(field, rewritten) : field;
        return { ...field, content: rewritten, tag: widenVarint(tag, random), length: widenVarint(length, random) };
      }),
    );
  return rewrite(bytes, '');
}

function widenVarint(written: Buffer, random: () => number): Buffer {
  // Decoders differ on tags of more than five bytes.
  const more = written.length === 0 ? 0 : Math.min((random() % 8) - 4, 5 - written.length);
  if (more <= 0) return written;
  const wide = Buffer.alloc(written.length + more, 0x80);
  written.copy(wide);
  wide.writeUInt8(written.readUInt8(written.length - 1) | 0x80, written.length - 1);
  wide.writeUInt8(0, wide.length - 1);
  return wide;
}
