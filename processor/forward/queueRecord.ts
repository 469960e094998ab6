import { crc32 } from 'node:zlib';

/**
 * A record of the queue: 32 bytes, then the payload as it is sent. Little-endian:
 * magic u32 · crc32 of the bytes from 8 to 31 u32 · payload's length u32 · payload's crc32 u32 · spans u32 · spans of the
 * segment's records before it u32 · time taken, Unix milliseconds u48 · encoding u8 · 0 u8.
 *
 * The header has a checksum of its own, so that a damaged payload costs one record, and a damaged header only the records
 * up to the next header; the spans before tell how many were lost.
 */
export interface RecordHeader {
  readonly payloadBytes: number;
  readonly payloadCrc: number;
  readonly spans: number;
  /** Modulo 2^32. */
  readonly spansBefore: number;
  readonly takenAtMs: number;
  readonly encoding: PayloadEncoding;
}

export type PayloadEncoding = 'identity' | 'gzip';

export const HEADER_BYTES = 32;
export const MAGIC = Buffer.from('TgQ1', 'latin1');
/** Bytes 8 to 31 are under the header's checksum. */
const CHECKED_FROM = 8;
const encodings: readonly PayloadEncoding[] = ['identity', 'gzip'];

/** Spans lie in 32 bits, also their sums over a segment. */
export const SPANS_MODULUS = 2 ** 32;

/** `seed` is the segment's own: bytes of a payload that look like a header of another segment are none in this one. */
export function encodeHeader(seed: number, header: RecordHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(bytes, 0);
  bytes.writeUInt32LE(header.payloadBytes, 8);
  bytes.writeUInt32LE(header.payloadCrc, 12);
  bytes.writeUInt32LE(header.spans, 16);
  bytes.writeUInt32LE(header.spansBefore, 20);
  bytes.writeUIntLE(header.takenAtMs, 24, 6);
  bytes.writeUInt8(encodings.indexOf(header.encoding), 30);
  bytes.writeUInt32LE(crc32(bytes.subarray(CHECKED_FROM), seed), 4);
  return bytes;
}

/** Null where no header of this segment stands at `at`, of which `HEADER_BYTES` must be there. */
export function decodeHeader(seed: number, bytes: Buffer, at: number): RecordHeader | null {
  if (bytes.compare(MAGIC, 0, MAGIC.length, at, at + MAGIC.length) !== 0) return null;
  const checked = bytes.subarray(at + CHECKED_FROM, at + HEADER_BYTES);
  if (bytes.readUInt32LE(at + 4) !== crc32(checked, seed)) return null;
  const encoding = encodings[bytes.readUInt8(at + 30)];
  if (encoding === undefined) return null;
  return {
    payloadBytes: bytes.readUInt32LE(at + 8),
    payloadCrc: bytes.readUInt32LE(at + 12),
    spans: bytes.readUInt32LE(at + 16),
    spansBefore: bytes.readUInt32LE(at + 20),
    takenAtMs: bytes.readUIntLE(at + 24, 6),
    encoding,
  };
}

/** A mark that the record at `offset` is done: the offset and its checksum, 4 bytes each. */
export const MARK_BYTES = 8;

export function encodeMark(seed: number, offset: number): Buffer {
  const bytes = Buffer.alloc(MARK_BYTES);
  bytes.writeUInt32LE(offset, 0);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 4), seed), 4);
  return bytes;
}

/** The offsets that are done. A torn or damaged mark is none: its record is sent again. */
export function decodeMarks(seed: number, bytes: Buffer): Set<number> {
  const offsets = new Set<number>();
  for (let at = 0; at + MARK_BYTES <= bytes.length; at += MARK_BYTES) {
    if (bytes.readUInt32LE(at + 4) === crc32(bytes.subarray(at, at + 4), seed)) offsets.add(bytes.readUInt32LE(at));
  }
  return offsets;
}
