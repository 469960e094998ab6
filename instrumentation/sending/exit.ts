import { Worker, isMainThread } from 'node:worker_threads';
import { endOpenCalls } from '../calls/call.ts';
import type { Destination } from '../destination.ts';
import type { ExitExport } from './exitSend.ts';
import { sayFault } from '../fault.ts';
import { endOpenFrameworkSpans } from '../frameworks/frameworkSpan.ts';
import type { SpanBatch, SpanDelivery } from './spanBatch.ts';

/** How long a process that has nothing else to do waits for its last export. */
const NATURAL_END_MS = 2_000;
/** How long `process.exit()`, a crash or a signal is held up; what is not accepted by then waits on disk. */
const EXIT_SEND_MS = 1_000;
/** Of ours for one event of the process: two for `exit`; for `beforeExit` those of spans, settlements and metrics. */
const LISTENERS_MOST = 3;
const signals = ['SIGTERM', 'SIGINT'] as const;

export interface ExitOptions {
  readonly batch: SpanBatch;
  readonly delivery: SpanDelivery;
  readonly destination: Destination;
  /** Keeps an export on disk: its file, or null. */
  readonly spool: (bytes: Uint8Array) => string | null;
}

/** Sees to it that spans outlive the process, however it ends, short of SIGKILL. */
export function installExit(options: ExitOptions): void {
  const { batch } = options;
  let gaveUp = false;
  process.on('beforeExit', () => {
    endOpenCalls();
    endOpenFrameworkSpans();
    if (gaveUp || !batch.hasUnsent) return;
    const hold = setTimeout(() => {
      gaveUp = true;
    }, NATURAL_END_MS);
    void batch.forceFlush().finally(() => clearTimeout(hold));
  });
  const sendNow = (): void => {
    try {
      endOpenCalls();
      endOpenFrameworkSpans();
      sendSynchronously(options, gaveUp);
    } catch (fault) {
      sayFault('sending spans at exit', fault);
    }
  };
  const listeners = process.getMaxListeners();
  // As many as the application may have without a warning.
  if (listeners > 0) process.setMaxListeners(listeners + LISTENERS_MOST);
  // First, as a listener that calls `process.exit()` is the last; and last, for what listeners still record.
  process.prependListener('exit', sendNow);
  process.on('exit', sendNow);
  if (isMainThread) for (const signal of signals) onSignal(signal, sendNow);
}

/**
 * Without a handler a signal ends the process at once; with only ours it still does, after the spans are safe. An
 * application that handles the signal itself decides alone. First in line, so that its `once` handlers still count.
 */
function onSignal(signal: NodeJS.Signals, sendNow: () => void): void {
  const listener = (name?: unknown): void => {
    // The application says it by `process.emit`, which ends nothing.
    if (name !== signal) return;
    process.removeListener(signal, listener);
    if (process.listenerCount(signal) === 0) {
      sendNow();
      process.kill(process.pid, signal);
    } else standAside(signal, sendNow, () => process.prependListener(signal, listener));
  };
  process.prependListener(signal, listener);
}

/**
 * The application's handlers see no other than their own: some (`signal-exit`) take a further one for somebody who decides, and
 * send the signal again where there is none. Then nobody of us is there any more, so that the spans are sent before.
 */
function standAside(signal: NodeJS.Signals, sendNow: () => void, comeBack: () => void): void {
  const kill = Reflect.get(process, 'kill') as typeof process.kill;
  const killing: typeof kill = (pid, sent) => {
    // 0 asks whether a process lives.
    if (pid === process.pid && sent !== 0 && process.listenerCount(signal) === 0) sendNow();
    return kill.call(process, pid, sent);
  };
  process.kill = killing;
  // After the last handler, and before anything else.
  process.nextTick(() => {
    if (process.kill === killing) process.kill = kill;
    comeBack();
  });
}

/** To disk first, which takes milliseconds; then a thread sends it while this one waits, since it can no longer await. */
function sendSynchronously({ batch, delivery, destination, spool }: ExitOptions, unreachable: boolean): void {
  const spans = batch.takeUnsent();
  if (spans.length === 0) return;
  const bytes = delivery.serialize(spans);
  const file = spool(bytes);
  if (file !== null) delivery.journal?.remove(spans);
  if (unreachable) return;
  const done = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: ExitExport = { destination, file, bytes: file === null ? bytes : null, done };
  // Neither the preload nor the application's loaders belong into this thread.
  const worker = new Worker(new URL('./exitSend.js', import.meta.url), { workerData, execArgv: [], env: {} });
  worker.unref();
  Atomics.wait(done, 0, 0, EXIT_SEND_MS);
}
