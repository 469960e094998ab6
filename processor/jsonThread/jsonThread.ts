import { Worker } from 'node:worker_threads';
import { TollgateError } from '../../src/errors.ts';
import type { ReceivedLog } from '../../src/log.ts';
import type { ReceivedSpan } from '../../src/span.ts';
import type { DecodedLogs } from '../decode/decodedLogs.ts';
import type { DecodedTraces } from '../decode/decodedTraces.ts';
import { FairQueue } from '../store/fairQueue.ts';
import type { JsonAnswer, JsonJob } from './jobs.ts';

/** 20 MiB of the worst JSON that `jsonBounds.ts` lets through need 300 MB. */
const HEAP_MEBIBYTES_MAX = 512;
/**
 * Bodies that may wait, the one under way among them: 3 s of usual JSON, a minute of the worst. The first of a tenant is taken
 * always: who fills the rest keeps nobody else out, and bodies in flight are bounded where they are received.
 */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;
/** The thread is ended when it had nothing to do for so long, and with it the memory that it took. */
const IDLE_MS = 30_000;

interface Job extends Pick<JsonJob, 'id' | 'work' | 'body'> {
  readonly tenant: string;
  /** Of the body, in bytes; one at least. */
  readonly size: number;
  /** Of an answer that is no refusal. */
  readonly take: (answer: JsonAnswer) => void;
  readonly reject: (fault: unknown) => void;
}

/**
 * Parses JSON exports on a thread of its own, so that all other senders go on meanwhile: one sender's 20 MiB would hold
 * them up for a second. Tenants take turns, by bytes. Rejects as the decoders throw, and `body_too_large` for what the thread has no memory for.
 */
export class JsonThread {
  readonly #workerUrl: URL;
  readonly #heapMebibytesMax: number;
  #worker: Worker | null = null;
  /** What the thread is at; the others wait here, where their bodies need no copy. */
  #active: Job | null = null;
  readonly #waiting = new FairQueue<Job>();
  /** Bytes that are not done, of each tenant that has any. */
  readonly #held = new Map<string, number>();
  #heldBytes = 0;
  #lastId = 0;
  #idle: NodeJS.Timeout | undefined;

  /** `workerUrl` is of the compiled `worker.ts`. */
  constructor(workerUrl: URL, heapMebibytesMax: number = HEAP_MEBIBYTES_MAX) {
    this.#workerUrl = workerUrl;
    this.#heapMebibytesMax = heapMebibytesMax;
  }

  decodeTraces(body: Uint8Array, tenant: string): Promise<DecodedTraces> {
    const spans: ReceivedSpan[] = [];
    return this.#do('read traces', body, tenant, (answer) => {
      if (answer.kind === 'spans') for (const span of answer.items) spans.push(span);
      return answer.kind === 'traces read' ? { ...answer.rest, spans } : null;
    });
  }

  decodeLogs(body: Uint8Array, tenant: string): Promise<DecodedLogs> {
    const logs: ReceivedLog[] = [];
    return this.#do('read logs', body, tenant, (answer) => {
      if (answer.kind === 'logs') for (const log of answer.items) logs.push(log);
      return answer.kind === 'logs read' ? { ...answer.rest, logs } : null;
    });
  }

  /** The same request in protobuf. */
  encodeTraces(body: Uint8Array, tenant: string): Promise<Uint8Array> {
    return this.#do('encode traces', body, tenant, (answer) =>
      answer.kind === 'traces encoded' ? answer.protobuf : null,
    );
  }

  /** What is not done by then is refused as `shutting_down`. */
  async close(): Promise<void> {
    const jobs = [...(this.#active === null ? [] : [this.#active]), ...this.#waiting.take(Infinity)];
    this.#active = null;
    for (const job of jobs) {
      this.#give(job);
      job.reject(new TollgateError('shutting_down', 'The service is stopping; come again'));
    }
    await this.#endThread();
  }

  /** `read` answers null until the job is done. */
  #do<Result>(
    work: JsonJob['work'],
    body: Uint8Array,
    tenant: string,
    read: (answer: JsonAnswer) => Result | null,
  ): Promise<Result> {
    const held = this.#held.get(tenant) ?? 0;
    const size = Math.max(body.length, 1);
    if (held > 0 && this.#heldBytes + size > WAITING_BYTES_MAX) {
      const message = `${this.#heldBytes} bytes of JSON wait to be read: come again, with smaller batches or protobuf`;
      return Promise.reject(new TollgateError('overloaded', message));
    }
    this.#lastId += 1;
    const id = this.#lastId;
    this.#held.set(tenant, held + size);
    this.#heldBytes += size;
    return new Promise((resolve, reject) => {
      const take = (answer: JsonAnswer): void => {
        const result = read(answer);
        if (result === null) return;
        this.#finish(job);
        resolve(result);
      };
      const job: Job = { id, work, body, tenant, size, take, reject };
      this.#waiting.push(job);
      if (this.#active === null) this.#begin();
    });
  }

  #begin(): void {
    clearTimeout(this.#idle);
    const [job] = this.#waiting.take(0);
    if (job === undefined) {
      this.#idle = setTimeout(() => void this.#endThread(), IDLE_MS).unref();
      return;
    }
    this.#active = job;
    const { id, work } = job;
    // A copy of just these bytes, which is then the thread's: the caller may forward its own.
    const body = new Uint8Array(job.body);
    this.#worker ??= this.#start();
    this.#worker.postMessage({ id, work, body } satisfies JsonJob, [body.buffer]);
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
    const job = this.#active;
    if (job?.id !== answer.id) return;
    if (answer.kind !== 'refused' && answer.kind !== 'fault') {
      job.take(answer);
      return;
    }
    this.#finish(job);
    job.reject(answer.kind === 'fault' ? answer.fault : new TollgateError(answer.code, answer.message));
  }

  #finish(job: Job): void {
    this.#active = null;
    this.#give(job);
    this.#begin();
  }

  #give({ tenant, size }: Job): void {
    this.#heldBytes -= size;
    const held = (this.#held.get(tenant) ?? 0) - size;
    if (held > 0) this.#held.set(tenant, held);
    else this.#held.delete(tenant);
  }

  /** The job the thread was at is what ended it; the others go on in a new one. */
  #onExit(worker: Worker, failure: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const job = this.#active;
    if (job === null) return;
    const isOutOfMemory = failure instanceof Error && 'code' in failure && failure.code === 'ERR_WORKER_OUT_OF_MEMORY';
    const tooLarge = 'The JSON payload needs more memory than there is for one: send smaller batches, or protobuf';
    this.#finish(job);
    if (isOutOfMemory) job.reject(new TollgateError('body_too_large', tooLarge));
    else job.reject(failure ?? new Error('The thread that reads JSON ended by itself'));
  }
}
