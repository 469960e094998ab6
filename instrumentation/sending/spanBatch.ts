import { TraceFlags, context } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { Config } from '../config.ts';
import { say, sayFault } from '../fault.ts';
import { openTelemetryCore } from '../lateModules.ts';
import type { Journal } from './journal.ts';
import type { SendOutcome } from './sender.ts';

export interface SpanDelivery {
  serialize(spans: ReadableSpan[]): Uint8Array;
  send(bytes: Uint8Array): Promise<SendOutcome>;
  /** Keeps an export that could not be sent; false when it is lost. */
  keep(bytes: Uint8Array): boolean;
  /** Keeps a span from its end on; null where that is not asked for. */
  readonly journal: Journal | null;
  /** An export was accepted, so what is kept may be too. */
  accepted(answer: Uint8Array): void;
}

/**
 * Batches spans like the SDK's processor, with two differences that leaving a process needs: it knows at every moment
 * what has not been accepted yet, and no timer of it keeps the process alive.
 */
export class SpanBatch implements SpanProcessor {
  readonly #config: Config;
  readonly #delivery: SpanDelivery;
  readonly #sending = new Set<Promise<void>>();
  readonly #unaccepted = new Set<readonly ReadableSpan[]>();
  #waiting: ReadableSpan[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(config: Config, delivery: SpanDelivery) {
    this.#config = config;
    this.#delivery = delivery;
  }

  onStart(): void {
    // A span is worth nothing before it ends.
  }

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    if (this.#waiting.length >= this.#config.maxQueueSize) {
      say(`more than ${this.#config.maxQueueSize} spans wait to be sent; further ones are lost`);
      return;
    }
    this.#waiting.push(span);
    this.#delivery.journal?.write(span);
    if (this.#waiting.length >= this.#config.maxExportBatchSize) this.#export();
    else this.#timer ??= setTimeout(() => this.#export(), this.#config.scheduleDelayMs).unref();
  }

  /** Resolves when everything that has ended by now is accepted, kept or lost. */
  async forceFlush(): Promise<void> {
    this.#export();
    await Promise.all(this.#sending);
  }

  shutdown(): Promise<void> {
    return this.forceFlush();
  }

  get hasUnsent(): boolean {
    return this.#waiting.length > 0 || this.#unaccepted.size > 0;
  }

  /** Everything not accepted yet, what is on its way included; it will not be sent by this process again. */
  takeUnsent(): ReadableSpan[] {
    const spans = [...[...this.#unaccepted].flat(), ...this.#waiting];
    this.#unaccepted.clear();
    this.#waiting = [];
    return spans;
  }

  #export(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    while (this.#waiting.length > 0) {
      const spans = this.#waiting.splice(0, this.#config.maxExportBatchSize);
      this.#unaccepted.add(spans);
      const sending: Promise<void> = this.#deliver(spans)
        .catch((fault: unknown) => sayFault('exporting spans', fault))
        .finally(() => this.#sending.delete(sending));
      this.#sending.add(sending);
    }
  }

  async #deliver(spans: ReadableSpan[]): Promise<void> {
    try {
      const bytes = this.#delivery.serialize(spans);
      const silent = openTelemetryCore().suppressTracing(context.active());
      const outcome = await context.with(silent, () => this.#delivery.send(bytes));
      // Taken at exit meanwhile: already kept.
      if (!this.#unaccepted.has(spans)) return;
      const isDone = outcome.status !== 'unreachable' || this.#delivery.keep(bytes);
      if (isDone) this.#delivery.journal?.remove(spans);
      if (outcome.status === 'accepted') this.#delivery.accepted(outcome.answer);
      else if (outcome.status === 'refused') say(`the receiver refused spans: ${outcome.reason}; they are lost`);
      else if (isDone) say(`cannot reach the receiver: ${outcome.reason}; spans are kept on disk and sent later`);
      else say(`cannot reach the receiver: ${outcome.reason}; spans are lost`);
    } finally {
      this.#unaccepted.delete(spans);
    }
  }
}
