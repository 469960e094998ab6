import { wantedLogs } from '../../src/dialects/logs/wantedLogs.ts';
import { wantedKeys } from '../../src/dialects/wantedKeys.ts';
import { decodeLogs } from '../decode/decodeLogs.ts';
import { decodeTraces } from '../decode/decodeTraces.ts';
import type { DecodedLogs } from '../decode/decodedLogs.ts';
import type { DecodedTraces } from '../decode/decodedTraces.ts';
import { encodeJsonTraces } from '../forward/encodeJsonTraces.ts';
import { JsonThread } from './jsonThread.ts';

type Encoding = 'protobuf' | 'json';

/** JSON of less is parsed at once, in 50 ms at most: JSON.parse and what follows it take 20 to 150 ms a mebibyte. */
const THREAD_BODY_BYTES_MIN = 256 * 1024;

/** Reads exports, for what the dialects want of them; where they wait for the other thread, tenants take turns. */
export interface Decoding {
  traces(encoding: Encoding, body: Uint8Array, tenant: string): DecodedTraces | Promise<DecodedTraces>;
  logs(encoding: Encoding, body: Uint8Array, tenant: string): DecodedLogs | Promise<DecodedLogs>;
  /** A request of traces in JSON as protobuf. */
  encode(body: Uint8Array, tenant: string): Uint8Array | Promise<Uint8Array>;
}

/** All on the caller's thread. */
export const plainDecoding: Decoding = {
  traces: (encoding, body) => decodeTraces(encoding, body, wantedKeys),
  logs: (encoding, body) => decodeLogs(encoding, body, wantedLogs),
  encode: encodeJsonTraces,
};

/** Opened before the listeners, so that its thread is closed after them: what they took is read. */
export function openDecoding(opened: { push(close: () => Promise<void>): unknown }): Decoding {
  const thread = new JsonThread(new URL('worker.js', import.meta.url));
  opened.push(() => thread.close());
  return threadedDecoding(thread);
}

/** Large JSON on the other thread, everything else here: protobuf of the same size is read in a twentieth of the time. */
function threadedDecoding(thread: JsonThread): Decoding {
  const isLarge = (body: Uint8Array): boolean => body.length >= THREAD_BODY_BYTES_MIN;
  return {
    traces: (encoding, body, tenant) =>
      encoding === 'json' && isLarge(body)
        ? thread.decodeTraces(body, tenant)
        : plainDecoding.traces(encoding, body, tenant),
    logs: (encoding, body, tenant) =>
      encoding === 'json' && isLarge(body)
        ? thread.decodeLogs(body, tenant)
        : plainDecoding.logs(encoding, body, tenant),
    encode: (body, tenant) => (isLarge(body) ? thread.encodeTraces(body, tenant) : encodeJsonTraces(body)),
  };
}
