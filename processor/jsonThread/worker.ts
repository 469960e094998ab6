import { parentPort } from 'node:worker_threads';
import { wantedLogs } from '../../src/dialects/logs/wantedLogs.ts';
import { wantedKeys } from '../../src/dialects/wantedKeys.ts';
import { TollgateError } from '../../src/errors.ts';
import { decodeLogs } from '../decode/decodeLogs.ts';
import { decodeTraces } from '../decode/decodeTraces.ts';
import { encodeJsonTraces } from '../forward/encodeJsonTraces.ts';
import { ITEMS_PER_ANSWER, type JsonAnswer, type JsonJob } from './jobs.ts';

/** The thread that `jsonThread.ts` starts: one job after another. */
const port = parentPort;
if (port === null) throw new Error('expected to run as a worker thread');

port.on('message', ({ id, work, body }: JsonJob) => {
  try {
    for (const answer of answersOf(id, work, body)) port.postMessage(answer);
  } catch (fault) {
    const refused = fault instanceof TollgateError ? { code: fault.code, message: fault.message } : null;
    port.postMessage(refused === null ? { id, kind: 'fault', fault } : { id, kind: 'refused', ...refused });
  }
});

function* answersOf(id: number, work: JsonJob['work'], body: Uint8Array): Generator<JsonAnswer> {
  if (work === 'read traces') {
    const { spans, ...rest } = decodeTraces('json', body, wantedKeys);
    for (const items of piecesOf(spans)) yield { id, kind: 'spans', items };
    yield { id, kind: 'traces read', rest };
  } else if (work === 'read logs') {
    const { logs, ...rest } = decodeLogs('json', body, wantedLogs);
    for (const items of piecesOf(logs)) yield { id, kind: 'logs', items };
    yield { id, kind: 'logs read', rest };
  } else yield { id, kind: 'traces encoded', protobuf: new Uint8Array(encodeJsonTraces(body)) };
}

function* piecesOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += ITEMS_PER_ANSWER) {
    yield items.slice(start, start + ITEMS_PER_ANSWER);
  }
}
