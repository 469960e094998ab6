import { Worker } from 'node:worker_threads';
import { TollgateError } from '../../src/errors.ts';
import type { ReceivedLog } from '../../src/log.ts';
import type { ReceivedSpan } from '../../src/span.ts';
import type { DecodedLogs } from '../decode/decodedLogs.ts';
import type { DecodedTraces } from '../decode/decodedTraces.ts';
import type { JsonAnswer, JsonJob } from './jobs.ts';

/** 20 MiB of the worst JSON that `jsonBounds.ts` lets through need 300 MB. */
const HEAP_MEBIBYTES_MAX = 512;
/** The thread is ended when it had nothing to do for so long, and with it the memory that it took. */
const IDLE_MS = 30_000;

interface Waiting {
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
  #worker: Worker | null = null;
  /** In the order in which the thread does them: the first is the one under way. */
  readonly #jobs = new Map<number, Waiting>();
  #lastId = 0;
  #idle: NodeJS.Timeout | undefined;

  /** `workerUrl` is of the compiled `worker.ts`. */
  constructor(workerUrl: URL) {
    this.#workerUrl = workerUrl;
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

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#worker?.terminate();
  }

  /** `read` answers null until the job is done. */
  #do<Result>(work: JsonJob['work'], body: Uint8Array, read: (answer: JsonAnswer) => Result | null): Promise<Result> {
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= this.#start());
    this.#lastId += 1;
    const id = this.#lastId;
    // A copy of just these bytes, which is then the thread's: the caller may forward its own.
    const copy = new Uint8Array(body);
    return new Promise((resolve, reject) => {
      const take = (answer: JsonAnswer): void => {
        const result = read(answer);
        if (result === null) return;
        this.#finish(id);
        resolve(result);
      };
      this.#jobs.set(id, { take, reject });
      worker.postMessage({ id, work, body: copy } satisfies JsonJob, [copy.buffer]);
    });
  }

  #start(): Worker {
    const worker = new Worker(this.#workerUrl, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MEBIBYTES_MAX } });
    worker.unref();
    let failure: unknown = null;
    worker.on('message', (answer: JsonAnswer) => this.#take(answer));
    worker.on('error', (error) => (failure = error));
    worker.on('exit', () => this.#end(worker, failure));
    return worker;
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
    this.#jobs.delete(id);
    if (this.#jobs.size === 0) this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref();
  }

  /** What the thread was at is what ended it; the others may come again. */
  #end(worker: Worker, failure: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const isOutOfMemory = failure instanceof Error && 'code' in failure && failure.code === 'ERR_WORKER_OUT_OF_MEMORY';
    const tooLarge = 'The JSON payload needs more memory than there is for one: send smaller batches, or protobuf';
    const [first, ...others] = this.#jobs.values();
    this.#jobs.clear();
    if (isOutOfMemory) first?.reject(new TollgateError('body_too_large', tooLarge));
    else first?.reject(failure ?? new TollgateError('shutting_down', 'The service is stopping; come again'));
    for (const { reject } of others) {
      reject(new TollgateError('overloaded', 'Another JSON payload ended the thread that reads them; come again'));
    }
  }
}
