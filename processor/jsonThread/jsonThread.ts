import { Worker } from 'node:worker_threads';
import { TollgateError } from '../../src/errors.ts';
import type { ReceivedLog } from '../../src/log.ts';
import type { ReceivedSpan } from '../../src/span.ts';
import type { DecodedLogs } from '../decode/decodedLogs.ts';
import type { DecodedTraces } from '../decode/decodedTraces.ts';
import type { JsonAnswer, JsonJob } from './jobs.ts';

/** 20 MiB of the worst JSON that `jsonBounds.ts` lets through need 300 MB. */
const HEAP_MEBIBYTES_MAX = 512;
/** Bodies that may wait, the one under way among them: 3 s of usual JSON, a minute of the worst. A single one is taken always. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;
/** The thread is ended when it had nothing to do for so long, and with it the memory that it took. */
const IDLE_MS = 30_000;

interface Waiting {
  readonly work: JsonJob['work'];
  readonly body: Uint8Array;
  /** Of an answer that is no refusal. */
  readonly take: (answer: JsonAnswer) => void;
  readonly reject: (fault: unknown) => void;
}

/**
 * Parses JSON exports on a thread of its own, so that all other senders go on meanwhile: one sender's 20 MiB would hold
 * them up for a second. Rejects as the decoders throw, and `body_too_large` for what the thread has no memory for.
 */
export class JsonThread {
  readonly #workerUrl: URL;
  readonly #heapMebibytesMax: number;
  #worker: Worker | null = null;
  /** The thread is at the first; the others wait here, where their bodies need no copy. */
  readonly #jobs = new Map<number, Waiting>();
  #waitingBytes = 0;
  #lastId = 0;
  #idle: NodeJS.Timeout | undefined;

  /** `workerUrl` is of the compiled `worker.ts`. */
  constructor(workerUrl: URL, heapMebibytesMax: number = HEAP_MEBIBYTES_MAX) {
    this.#workerUrl = workerUrl;
    this.#heapMebibytesMax = heapMebibytesMax;
  }

  decodeTraces(body: Uint8Array): Promise<DecodedTraces> {
    const spans: ReceivedSpan[] = [];
    return this.#do('read traces', body, (answer) => {
      if (answer.kind === 'spans') for (const span of answer.items) spans.push(span);
      return answer.kind === 'traces read' ? { ...answer.rest, spans } : null;
    });
  }

  decodeLogs(body: Uint8Array): Promise<DecodedLogs> {
    const logs: ReceivedLog[] = [];
    return this.#do('read logs', body, (answer) => {
      if (answer.kind === 'logs') for (const log of answer.items) logs.push(log);
      return answer.kind === 'logs read' ? { ...answer.rest, logs } : null;
    });
  }

  /** The same request in protobuf. */
  encodeTraces(body: Uint8Array): Promise<Uint8Array> {
    return this.#do('encode traces', body, (answer) => (answer.kind === 'traces encoded' ? answer.protobuf : null));
  }

  /** What is not done by then is refused as `shutting_down`. */
  async close(): Promise<void> {
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    this.#waitingBytes = 0;
    for (const { reject } of jobs) {
      reject(new TollgateError('shutting_down', 'The service is stopping; come again'));
    }
    await this.#endThread();
  }

  /** `read` answers null until the job is done. */
  #do<Result>(work: JsonJob['work'], body: Uint8Array, read: (answer: JsonAnswer) => Result | null): Promise<Result> {
    if (this.#jobs.size > 0 && this.#waitingBytes + body.length > WAITING_BYTES_MAX) {
      const message = `${this.#waitingBytes} bytes of JSON wait to be read: come again, with smaller batches or protobuf`;
      return Promise.reject(new TollgateError('overloaded', message));
    }
    this.#lastId += 1;
    const id = this.#lastId;
    this.#waitingBytes += body.length;
    return new Promise((resolve, reject) => {
      const take = (answer: JsonAnswer): void => {
        const result = read(answer);
        if (result === null) return;
        this.#finish(id);
        resolve(result);
      };
      this.#jobs.set(id, { work, body, take, reject });
      if (this.#jobs.size === 1) this.#postFirst();
    });
  }

  #postFirst(): void {
    clearTimeout(this.#idle);
    const [first] = this.#jobs;
    if (first === undefined) {
      this.#idle = setTimeout(() => void this.#endThread(), IDLE_MS).unref();
      return;
    }
    const [id, { work, body }] = first;
    // A copy of just these bytes, which is then the thread's: the caller may forward its own.
    const copy = new Uint8Array(body);
    this.#worker ??= this.#start();
    this.#worker.postMessage({ id, work, body: copy } satisfies JsonJob, [copy.buffer]);
  }

  #start(): Worker {
    const worker = new Worker(this.#workerUrl, { resourceLimits: { maxOldGenerationSizeMb: this.#heapMebibytesMax } });
    worker.unref();
    let failure: unknown = null;
    worker.on('message', (answer: JsonAnswer) => this.#take(answer));
    worker.on('error', (error) => (failure = error));
    worker.on('exit', () => this.#onExit(worker, failure));
    return worker;
  }

  async #endThread(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #take(answer: JsonAnswer): void {
    const job = this.#jobs.get(answer.id);
    if (job === undefined) return;
    if (answer.kind !== 'refused' && answer.kind !== 'fault') {
      job.take(answer);
      return;
    }
    this.#finish(answer.id);
    job.reject(answer.kind === 'fault' ? answer.fault : new TollgateError(answer.code, answer.message));
  }

  #finish(id: number): void {
    this.#waitingBytes -= this.#jobs.get(id)?.body.length ?? 0;
    this.#jobs.delete(id);
    this.#postFirst();
  }

  /** The job the thread was at is what ended it; the others go on in a new one. */
  #onExit(worker: Worker, failure: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const [first] = this.#jobs;
    if (first === undefined) return;
    const [id, { reject }] = first;
    const isOutOfMemory = failure instanceof Error && 'code' in failure && failure.code === 'ERR_WORKER_OUT_OF_MEMORY';
    const tooLarge = 'The JSON payload needs more memory than there is for one: send smaller batches, or protobuf';
    this.#finish(id);
    if (isOutOfMemory) reject(new TollgateError('body_too_large', tooLarge));
    else reject(failure ?? new Error('The thread that reads JSON ended by itself'));
  }
}
