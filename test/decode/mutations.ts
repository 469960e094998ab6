/** The same bytes amid others that would read as fields, so that a read beyond the end changes the result. */
export function amidOthers(body: Uint8Array): Uint8Array {
  const around = Buffer.alloc(body.length + 128, 0x0a);
  around.set(body, 64);
  return around.subarray(64, 64 + body.length);
}

type Mutation = (bytes: Buffer, random: () => number) => Buffer;

/** Ways to spoil a payload of protobuf bytes. */
export const mutations: Record<string, Mutation> = {
  'a flipped bit': (bytes, random) => {
    const at = random() % bytes.length;
    bytes.writeUInt8((bytes[at] ?? 0) ^ (1 << (random() % 8)), at);
    return bytes;
  },
  'a few bytes that are something else': (bytes, random) => {
    for (let count = random() % 6; count >= 0; count -= 1) bytes.writeUInt8(random() & 0xff, random() % bytes.length);
    return bytes;
  },
  'an end that is missing': (bytes, random) => bytes.subarray(0, random() % bytes.length),
  'a beginning that is missing': (bytes, random) => bytes.subarray(random() % bytes.length),
  'a piece that stands elsewhere too': (bytes, random) => {
    const from = random() % bytes.length;
    const piece = Buffer.from(bytes.subarray(from, from + (random() % 200)));
    const to = random() % bytes.length;
    return Buffer.concat([bytes.subarray(0, to), piece, bytes.subarray(to)]);
  },
  'a long length': (bytes, random) => {
    const at = random() % bytes.length;
    return Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from([0xff, 0xff, 0xff, 0xff, random() & 0x0f]),
      bytes.subarray(at + 1),
    ]);
  },
  'a varint without end': (bytes, random) => {
    const at = random() % bytes.length;
    return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(random() % 14, 0xff), bytes.subarray(at)]);
  },
};
