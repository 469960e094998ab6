import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import type { PayloadEncoding } from './queueRecord.ts';
import { TollgateError } from '../../src/errors.ts';
import { splitTraces } from './splitTraces.ts';

/** A request body as it is kept and sent. */
export interface Payload {
  readonly bytes: Uint8Array;
  readonly encoding: PayloadEncoding;
}

/** Below it a trip to the thread pool costs more than the bytes. */
const COMPRESSED_BYTES_MIN = 1024;

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/**
 * Compressed once, before it is written: 1 MiB of spans takes 4 ms at level 1, in the thread pool, and becomes 9 times
 * smaller. The fsync then writes 120 KiB (1 ms, uncompressed 5 ms), an outage 9 times as long fits into the queue, and
 * retries send what is there. Level 6 saves another quarter for twice the time.
 */
export async function encodePayload(body: Uint8Array, encoding: PayloadEncoding): Promise<Payload> {
  if (encoding === 'identity' || body.length < COMPRESSED_BYTES_MIN) return { bytes: body, encoding: 'identity' };
  return { bytes: await compress(body, { level: constants.Z_BEST_SPEED }), encoding };
}

/** `accepted` is what downstream gets beside bodies as they are. */
export async function payloadToSend(stored: Payload, halves: string, accepted: PayloadEncoding): Promise<Payload> {
  if (halves !== '') return encodePayload(takeHalves(await bodyOf(stored), halves), accepted);
  if (stored.encoding === 'identity' || stored.encoding === accepted) return stored;
  return { bytes: await bodyOf(stored), encoding: 'identity' };
}

/** The number of spans in each half; null where it cannot be halved. */
export async function halve(stored: Payload, halves: string): Promise<readonly [number, number] | null> {
  const body = await bodyOf(stored);
  try {
    const [first, second] = splitTraces(takeHalves(body, halves));
    return first === undefined || second === undefined ? null : [first.spans, second.spans];
  } catch (fault) {
    if (fault instanceof TollgateError) return null;
    throw fault;
  }
}

async function bodyOf({ bytes, encoding }: Payload): Promise<Uint8Array> {
  return encoding === 'gzip' ? decompress(bytes) : bytes;
}

/** `halves` says which half to take, and of it which, and so on: 0 the first, 1 the second. */
function takeHalves(body: Uint8Array, halves: string): Uint8Array {
  let part = body;
  for (const half of halves) part = splitTraces(part)[Number(half)]?.body ?? part;
  return part;
}
