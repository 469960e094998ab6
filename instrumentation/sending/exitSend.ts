import { workerData } from 'node:worker_threads';
import type { Destination } from '../destination.ts';
import { send } from './sender.ts';
import { sendFile } from './spool.ts';

/** What the exiting thread hands over: a spooled file, or the bytes where no disk took them. */
export interface ExitExport {
  readonly destination: Destination;
  readonly file: string | null;
  readonly bytes: Uint8Array | null;
  /** Set to 1 and notified when there is nothing left to wait for. */
  readonly done: Int32Array;
}

const { destination, file, bytes, done } = workerData as ExitExport;
// Sockets of `send` hold no thread; this one lives for the answer, or until the process is gone.
const hold = setInterval(() => undefined, destination.timeoutMs);
try {
  if (file !== null) await sendFile(file, (content) => send(destination, content));
  else if (bytes !== null) await send(destination, bytes);
} finally {
  clearInterval(hold);
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
}
