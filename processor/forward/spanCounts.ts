import type { DropReason, ForwardTelemetry } from './forwardMetrics.ts';

/** The one place that counts spans: recovered + queued = forwarded + dropped + in the queue, after each call. */
export class SpanCounts {
  readonly #telemetry: ForwardTelemetry;
  #inQueue = 0;

  constructor(telemetry: ForwardTelemetry) {
    this.#telemetry = telemetry;
    telemetry.forwardQueueSpans.set(0);
  }

  recovered(spans: number): void {
    this.#telemetry.forwardSpansRecovered.inc(spans);
    this.#move(spans);
  }

  queued(spans: number): void {
    this.#telemetry.forwardSpansQueued.inc(spans);
    this.#move(spans);
  }

  forwarded(spans: number): void {
    this.#telemetry.forwardSpansForwarded.inc(spans);
    this.#move(-spans);
  }

  dropped(spans: number, reason: DropReason): void {
    this.#telemetry.forwardSpansDropped.inc({ reason }, spans);
    this.#move(-spans);
  }

  #move(spans: number): void {
    this.#inQueue += spans;
    this.#telemetry.forwardQueueSpans.set(this.#inQueue);
  }
}
