import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * One append-only file of the queue, `NUMBER-ID.log`, and beside it `NUMBER-ID.done` with the marks of the records that
 * are done. Numbers only grow; the id is random, so that marks never count for another segment.
 */
export interface Segment {
  readonly number: number;
  /** The files' name without its ending. */
  readonly name: string;
  /** Of the checksums in its headers and marks. */
  readonly seed: number;
  /** What is on the disk and may be read. */
  bytes: number;
  /** Spans of all its records, done ones too. */
  spans: number;
  /** Records that are not done. */
  live: number;
  /** Of those the records the reader has not given out, and their spans. */
  unread: number;
  unreadSpans: number;
  /** Nothing more is written into it. */
  isSealed: boolean;
}

const NAME = /^(\d{10})-([0-9a-f]{16})\.(log|done)$/;
const ID_BYTES = 8;
const NUMBER_DIGITS = 10;

export const logFile = (segment: Segment): string => `${segment.name}.log`;
export const marksFile = (segment: Segment): string => `${segment.name}.done`;

export function newSegment(number: number): Segment {
  return makeSegment(number, randomBytes(ID_BYTES).toString('hex'), { bytes: 0, isSealed: false });
}

/** The segment a file belongs to, sealed; null for a file that is none of the queue's. */
export function parseFileName(name: string, bytes: number): { segment: Segment; kind: 'log' | 'done' } | null {
  const [, number, id, kind] = NAME.exec(name) ?? [];
  if (number === undefined || id === undefined || (kind !== 'log' && kind !== 'done')) return null;
  return { segment: makeSegment(Number(number), id, { bytes, isSealed: true }), kind };
}

function makeSegment(number: number, id: string, state: Pick<Segment, 'bytes' | 'isSealed'>): Segment {
  return {
    number,
    name: `${String(number).padStart(NUMBER_DIGITS, '0')}-${id}`,
    seed: crc32(Buffer.from(id, 'hex')),
    spans: 0,
    live: 0,
    unread: 0,
    unreadSpans: 0,
    ...state,
  };
}
