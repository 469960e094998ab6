/** A stretch of protobuf bytes, and where in it something is to be filled in later. */
export interface Piece<Mark> {
  readonly bytes: Buffer;
  readonly marks: readonly { readonly at: number; readonly mark: Mark }[];
}

const LENGTH_DELIMITED = 2;

export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

export function join<Mark>(pieces: readonly Piece<Mark>[]): Piece<Mark> {
  const marks: { at: number; mark: Mark }[] = [];
  let length = 0;
  for (const piece of pieces) {
    for (const { at, mark } of piece.marks) marks.push({ at: at + length, mark });
    length += piece.bytes.length;
  }
  return { bytes: Buffer.concat(pieces.map((piece) => piece.bytes)), marks };
}

/** A message, string or bytes field. */
export function field<Mark>(number: number, content: Piece<Mark> | Uint8Array | string): Piece<Mark> {
  const piece: Piece<Mark> =
    typeof content === 'string' || content instanceof Uint8Array ? { bytes: Buffer.from(content), marks: [] } : content;
  return join([
    { bytes: Buffer.concat([varint((number << 3) | LENGTH_DELIMITED), varint(piece.bytes.length)]), marks: [] },
    piece,
  ]);
}

export function varintField<Mark>(number: number, value: number | bigint): Piece<Mark> {
  return { bytes: Buffer.concat([varint(number << 3), varint(value)]), marks: [] };
}

/** `size` bytes to be filled in, marked. */
export function blank<Mark>(size: number, mark: Mark): Piece<Mark> {
  return { bytes: Buffer.alloc(size, '0'), marks: [{ at: 0, mark }] };
}

/** A fixed64 field whose value is filled in. */
export function blankFixed64Field<Mark>(number: number, mark: Mark): Piece<Mark> {
  return join([{ bytes: varint((number << 3) | 1), marks: [] }, blank(8, mark)]);
}

/** A KeyValue of opentelemetry/proto/common/v1/common.proto. */
export function attribute<Mark>(key: string, value: string | number | boolean | Piece<Mark>): Piece<Mark> {
  return join([field<Mark>(1, key), field<Mark>(2, anyValue(value))]);
}

function anyValue<Mark>(value: string | number | boolean | Piece<Mark>): Piece<Mark> {
  if (typeof value === 'string' || typeof value === 'object') return field(1, value);
  if (typeof value === 'boolean') return varintField(2, value ? 1 : 0);
  if (Number.isInteger(value)) return varintField(3, value);
  const double = Buffer.alloc(9);
  double.writeUInt8((4 << 3) | 1, 0);
  double.writeDoubleLE(value, 1);
  return { bytes: double, marks: [] };
}
