import { createHash } from 'node:crypto';
import { z } from 'zod';
import { badParameter } from './problem.ts';
import type { Period } from './period.ts';

/**
 * Where a page ended: the period as the first page resolved it ("now" must not move during a walk) and the sort key
 * values of the last row. `question` ties it to the parameters it came from, and the checksum to what was handed out. It
 * grants nothing: whose rows are read is the caller's tenant.
 */
const payloadSchema = z.tuple([
  z.string(),
  z.string().regex(/^\d{1,18}$/),
  z.string().regex(/^\d{1,18}$/),
  z.array(z.string()).min(1),
]);

export interface Page extends Period {
  /** The sort key values of the last row of the page before, else null. */
  readonly after: readonly string[] | null;
}

/** Of a list that is not about a period. */
export const timeless: Period = { from: 0n, to: 0n };

const CHECKSUM_BYTES = 9;

function digest(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, CHECKSUM_BYTES).toString('base64url');
}

/** Identifies what is asked: the path and the parameters, but not how many rows and from where on. */
export function questionOf(path: string, query: object): string {
  const asked = Object.entries(query)
    .filter(([name]) => name !== 'cursor' && name !== 'limit' && name !== 'filters')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return digest(JSON.stringify([path, asked]));
}

export function writeCursor(question: string, period: Period, after: readonly string[]): string {
  const payload = JSON.stringify([question, period.from.toString(), period.to.toString(), after]);
  return Buffer.from(`${digest(payload)}${payload}`).toString('base64url');
}

/** Throws `bad_parameter` for a cursor that is no cursor, was changed, or belongs to another question. */
export function readCursor(cursor: string, question: string, keys: number): Page {
  const text = Buffer.from(cursor, 'base64url').toString();
  const checksum = text.slice(0, digest('').length);
  const payload = text.slice(checksum.length);
  if (digest(payload) !== checksum) throw badParameter('cursor', cursor, 'next_cursor of an earlier answer, unchanged');
  const [of, from, to, after] = payloadSchema.parse(JSON.parse(payload));
  if (of !== question || after.length !== keys) {
    throw badParameter('cursor', cursor, 'a cursor of the same question: the same path, period, filters, and sort');
  }
  return { from: BigInt(from), to: BigInt(to), after };
}
