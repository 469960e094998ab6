import { field, join, type Piece } from '../../bench/protobufPieces.ts';
import type { AddedAttribute, Additions } from '../../processor/forward/addedAttribute.ts';
import { wireFields, withContent, writeFields, type WireField } from './wireMessages.ts';

/** What splicing must give to the byte, stated plainly: every message is taken apart and put together again. */
export function referenceSplice(body: Buffer, additions: Additions): Buffer {
  let ordinal = 0;
  const spliceSpan = (span: Buffer): Buffer | null => {
    const added = additions.get(ordinal) ?? [];
    ordinal += 1;
    const fields = wireFields(span);
    const keys = fields.filter(isAttribute).map(keyOf);
    const isTollgates = keys.some(isAlwaysDropped);
    const kept = fields.filter(
      (one) =>
        !isAttribute(one) ||
        !(isAlwaysDropped(keyOf(one)) || (isTollgates && keyOf(one).startsWith('gen_ai.usage.cost.'))),
    );
    const present = new Set(kept.filter(isAttribute).map(keyOf));
    const appended = added.flatMap(({ key, value }) => {
      if (present.has(key)) return [];
      present.add(key);
      return [attributeField(key, value)];
    });
    if (kept.length === fields.length && appended.length === 0) return null;
    return Buffer.concat([writeFields(kept), ...appended]);
  };
  const splice = (bytes: Buffer, path: readonly number[]): Buffer | null => {
    const [number, ...deeper] = path;
    if (number === undefined) return spliceSpan(bytes);
    let isChanged = false;
    const fields = wireFields(bytes).map((one) => {
      const inner = one.number === number && one.type === 2 ? splice(one.content, deeper) : null;
      isChanged ||= inner !== null;
      return inner === null ? one : withContent(one, inner);
    });
    return isChanged ? writeFields(fields) : null;
  };
  return splice(body, [1, 2, 2]) ?? body;
}

const isAttribute = ({ number, type }: WireField): boolean => number === 9 && type === 2;
const isAlwaysDropped = (key: string): boolean => key === 'tollgate.charge' || key.startsWith('tollgate.cost.');

function keyOf({ content }: WireField): string {
  const last = wireFields(content).findLast(({ number, type }) => number === 1 && type === 2);
  return last?.content.toString('utf8') ?? '';
}

export function attributeField(key: string, value: AddedAttribute['value']): Buffer {
  return field<never>(9, join([field<never>(1, key), field(2, anyValue(value))])).bytes;
}

function anyValue(value: string | number): Piece<never> {
  if (typeof value === 'string') return field(1, value);
  const double = Buffer.alloc(9, (4 << 3) | 1);
  double.writeDoubleLE(value, 1);
  return { bytes: double, marks: [] };
}
